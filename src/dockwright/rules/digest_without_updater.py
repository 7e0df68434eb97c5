"""A base image is pinned by digest, and nothing moves the pin

## Why

A digest names one image for ever. That makes builds repeatable, and it ends all security updates from below: whatever
is fixed in Debian, OpenSSL or the language stays out of every build, also out of one with `--no-cache --pull`. A tag
alone would have brought the fixes with its next rebuild (Debian's official images are rebuilt about every three weeks).
So a pin needs something that moves it and shows the change in a pull request: Dependabot, Renovate, or a scheduled run
of `dockwright update`
([Docker: pin base image versions](https://docs.docker.com/build/building/best-practices/#pin-base-image-versions)).

Dependabot only sees a `FROM` whose image is written out, in the folders that its `docker` entries name. Other bots
are believed where any of their files is found. Nothing is said about a file without a repository around it, about
samples and tests, and about a digest that only fills the place of one that the build is given (`sha256:000...`).

## Bad

```dockerfile
FROM debian:trixie-slim@sha256:1111111111111111111111111111111111111111111111111111111111111111
RUN echo hello
```

```yaml file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: pip
    directory: /
```

## Good

```dockerfile
FROM debian:trixie-slim@sha256:1111111111111111111111111111111111111111111111111111111111111111
RUN echo hello
```

```yaml file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule:
      interval: weekly
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.built_targets import shipped_images, ships
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Severity
from dockwright.image import ImageKind
from dockwright.lifecycle import State, assess
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.updaters import Updaters
    from dockwright.image import ImageUse, Reference
    from dockwright.project import Project

_SHOWN = len("sha256:") + 12
_FILLER = "0" * 32


@rule_in_context(Severity.WARNING)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each base image with a digest that no bot of the repository moves."""
    pinned: dict[Reference, list[ImageUse]] = {}
    for use in dockerfile.images:
        if use.kind is ImageKind.FROM and use.reference is not None and _needs_updates(use.reference, project.today):
            pinned.setdefault(use.reference, []).append(use)
    path = dockerfile.source.path
    if not pinned or is_sample(path) or _made_elsewhere(dockerfile) or not _in_repository(dockerfile, project):
        return
    from dockwright.facts.updaters import updaters

    known = updaters(project.tree)
    shipped = shipped_images(dockerfile, project)
    for reference, uses in pinned.items():
        reason = _unmoved(known, dockerfile, uses[0])
        if reason is not None:
            ceiling = None if any(ships(use, shipped) for use in uses) else Severity.NOTICE
            yield Problem(uses[0].span, _message(reference, reason), at_most=ceiling)


def _needs_updates(reference: Reference, today: date) -> bool:
    """Tell whether it is a digest, and not of a release that has ended: end-of-life-base reports that."""
    if reference.digest is None or reference.digest.endswith(_FILLER):
        return False
    supports = assess(reference.name, reference.tag or "", today=today)
    return all(each.state is not State.ENDED for each in supports)


def _made_elsewhere(dockerfile: Dockerfile) -> bool:
    """Tell whether the file says that a program wrote it: then that program moves the digests."""
    first = dockerfile.body[0].span.start if dockerfile.body else 0
    above = "\n".join(comment.text for comment in dockerfile.comments if comment.span.start < first)
    return re.search(r"\b(?:generated|do not edit)\b", above, re.IGNORECASE) is not None


def _in_repository(dockerfile: Dockerfile, project: Project) -> bool:
    """Tell whether there is anything but this file: otherwise its repository is elsewhere, and unknown."""
    return any(path != dockerfile.source.path for path in project.tree.paths())


def _unmoved(known: Updaters, dockerfile: Dockerfile, use: ImageUse) -> str | None:
    """Say why no bot moves the digest; None if one does or may."""
    path = dockerfile.source.path
    if known.unspecific is not None:
        return None
    if any(update.cover(path) for update in known.dependabot):
        written_out = "$" not in use.word.text
        return None if written_out else f"Dependabot (`{known.dependabot_path}`) does not follow an `ARG`"
    if known.dependabot:
        folder = f"/{path.rpartition('/')[0]}"
        return f"the `docker` entries of `{known.dependabot_path}` do not cover `{folder}`"
    if known.renovate_off is not None:
        return f"`{known.renovate_off}` keeps Renovate from Dockerfiles"
    if known.dependabot_path is not None:
        return f"`{known.dependabot_path}` has no active entry for `docker`"
    return "the repository has neither Dependabot nor Renovate"


def _message(reference: Reference, reason: str) -> str:
    name = reference.familiar.partition("@")[0]
    digest = (reference.digest or "")[:_SHOWN]
    return (
        f"Nothing moves this pin of `{name}` to `{digest}…`: {reason}. Security updates of the base image can never "
        f"arrive, not even without the cache. Let a bot update the digest."
    )
