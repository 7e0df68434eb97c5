"""The base image has no tag, or one that moves

## Why

Without a tag, `FROM` means `latest`, and `latest` is whatever was published last. The same Dockerfile then builds on
another release next month: builds differ from machine to machine, break without any change in the repository, and
cannot be repeated when an older version has to be patched. Security updates do not need it: the tag of a release, such
as `debian:trixie-slim` or `node:24-slim`, is rebuilt with the updates of that release
([FAQ of Docker's official images](https://github.com/docker-library/faq)).

Names that move by design (`stable`, `edge`, `lts`, `alpine` without a version, `python:3`) are reported as notices.
Nothing is said where the tag comes from outside the file, where a digest decides, or where the name can only be a build
context or an image on the machine that builds.

## Bad

```dockerfile
FROM node
COPY server.js /srv/
CMD ["node", "/srv/server.js"]
```

## Good

```dockerfile
FROM node:24-slim
COPY server.js /srv/
CMD ["node", "/srv/server.js"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.official_images import official, only_local
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Severity
from dockwright.image import ImageKind
from dockwright.lifecycle import assess, retired
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile
    from dockwright.image import ImageUse, Reference
    from dockwright.project import Project
    from dockwright.source import Span

_MOVING = frozenset(
    "canary current dev devel develop edge head lts main mainline master next nightly rolling snapshot stable testing "
    "trunk unstable".split()
)
"""What publishers of all kinds call a tag that they move on purpose."""

_MAJOR_SAYS_LITTLE = frozenset(("alpine", "golang", "nginx", "perl", "php", "python", "ruby", "rust"))
"""Official images whose releases are `major.minor`, so that a major version alone moves from one to the next."""

_WITHOUT_RELEASES = ("cgr.dev/chainguard/", "gcr.io/distroless/")
"""Publishers who offer little or nothing but `latest`, free of charge or at all."""


@rule_in_context(Severity.WARNING, aliases=("hadolint:DL3006", "hadolint:DL3007"))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each `FROM` of an image whose tag is missing or moves."""
    for use in dockerfile.images:
        reference = use.reference
        if use.kind is not ImageKind.FROM or reference is None or reference.digest or only_local(reference):
            continue
        if retired(reference.name) is not None:
            continue  # it does not move any more; see end-of-life-base
        message = _without_release(reference)
        if message is not None:
            by_argument = "$" in use.word.text  # whoever builds can say something else
            gentle = by_argument or reference.name.startswith(_WITHOUT_RELEASES)
            ceiling = Severity.NOTICE if gentle or is_sample(dockerfile.source.path) else None
            code = "hadolint:DL3006" if reference.tag is None else "hadolint:DL3007"
            yield Problem(use.span, message, causes=_places(use), at_most=ceiling, aliases=(code,))
        elif (message := _moving(reference, project.today)) is not None:
            yield Problem(use.span, message, causes=_places(use), at_most=Severity.NOTICE, aliases=())


def _places(use: ImageUse) -> tuple[Span, ...]:
    """Return where the name is written: an `ARG` may be far above."""
    return () if use.traced is None else tuple(span for span in use.traced.spans if span is not None)


def _without_release(reference: Reference) -> str | None:
    """Return what is wrong with a missing tag or `latest`."""
    name = reference.familiar
    if reference.tag is None:
        if "/distroless/" in reference.name and "-debian" in reference.repository:
            return None  # the name says the release
        what = f"`{name}` has no tag, so each build takes whatever `latest` is on that day"
    elif reference.tag == "latest":
        what = f"`{name}` is whatever was published last on the day of the build"
    else:
        return None
    if reference.name.startswith(_WITHOUT_RELEASES):
        return f"{what}. Pin it by digest, and let a bot move the digest, to know what you build on."
    return f"{what}, and can break without a change here. Name the release that you build on."


def _moving(reference: Reference, today: date) -> str | None:
    """Return what is wrong with a tag that moves by design."""
    tag = reference.tag or ""
    name = official(reference)
    if tag.partition("-")[0] in _MOVING:
        return f"`{reference.familiar}` moves from release to release. Name the release that you build on."
    if name is None or name == "ros" or assess(reference.name, tag, today=today):
        return None
    if not any(character.isdigit() for character in tag):
        return f"`{reference.familiar}` names no version, so it moves from release to release. Name one."
    major = tag.partition("-")[0]
    if name in _MAJOR_SAYS_LITTLE and major.isdecimal():
        return (
            f"`{reference.familiar}` moves to each new {major}.x release, which may break what worked with the last "
            f"one. Name the minor version, too."
        )
    return None
