"""The container runs as root

## Why

Whoever gets into the program gets what the program may do. As root in a container that is: every file of the image and
of every mounted volume, most of Linux's capabilities, and the first half of many escapes to the host (the runc hole
CVE-2019-5736 needed root inside). Docker's [best practices](https://docs.docker.com/build/building/best-practices/#user)
ask for a `USER` where a service can run without privileges, and with one, capabilities can be dropped as well. Ports
below 1024 are no reason to be root (see `low-port`), and neither is the installation of packages: it comes before
`USER`.

The rule looks at the stages that workflows publish, or that Compose and bake files build, else at the last one, and at
everything below it. It says nothing where the base
image has a user of its own, where the entrypoint gives root up (`gosu`, `su-exec`, `setpriv`, ...; scripts are read in
the repository), where the program cannot do its work otherwise, for Windows, for actions
([GitHub wants them to be root](https://docs.github.com/en/actions/reference/workflows-and-actions/dockerfile-support)),
where the base image is not known, and where nothing is started or only a shell. Init systems, servers whose workers
step down, tools that people start by hand, Dockerfiles for building and testing, and images that Compose or Kubernetes
starts as somebody else are notices.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
CMD ["python", "-m", "shop"]
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app
USER 10001
CMD ["python", "-m", "shop"]
```

## Fix

Before `CMD` or `ENTRYPOINT`, the account that the image has already, or a new one, becomes the user; distroless images
get their `nonroot` tag. Unsafe: the program must not need to write to files that belong to root, so look at what it
writes (`COPY --chown`, volumes), and try it. A number is used where one is known: Kubernetes can check only numbers
(`runAsNonRoot`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.insert import insert_after, insert_before
from dockwright.dockerfile.user import users
from dockwright.facts.accounts import NEW_UID, made_accounts, new_account, shows_root
from dockwright.facts.bases import Starts, family_of
from dockwright.facts.built_targets import run_targets
from dockwright.facts.process import started
from dockwright.facts.root import Blame, blame, external_base
from dockwright.finding import Fix, Problem, Severity
from dockwright.rules import rule_in_context
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.built_targets import Target
    from dockwright.image import ImageUse
    from dockwright.project import Project

_DISTROLESS = "gcr.io/distroless/"
_NONROOT_TAGS = {"latest": "nonroot", "debug": "debug-nonroot"}
_UNPRIVILEGED = {"docker.io/library/nginx": "`nginxinc/nginx-unprivileged` is nginx without any root."}
_FIXABLE = frozenset((Blame.FULL, Blame.OUTSIDE))
"""Where a USER is likely all that is missing: other images may need to start as root."""


@rule_in_context(Severity.WARNING)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the start of each published image that nothing makes start as somebody other than root."""
    for target in run_targets(dockerfile, project):
        if next(users(dockerfile, target.stage), None) is None:
            yield from _judge(dockerfile, target, project)


def _judge(dockerfile: Dockerfile, target: Target, project: Project) -> Iterator[Problem]:
    stage = target.stage
    own = _by_base(dockerfile, stage)
    verdict = blame(dockerfile, stage, project) if own is not Blame.NONE else own
    if verdict is Blame.FULL:
        verdict = own
    if verdict is Blame.NONE:
        return
    start = _start(stage)
    place = stage.start.keyword if start is None else start.keyword
    advice, fix = _advice(dockerfile, stage, start, verdict)
    message = f"{verdict.value} {advice}".rstrip()
    fix = fix if verdict in _FIXABLE else None
    yield Problem(place, message, fix, at_most=verdict.at_most, related=target.related)


def _by_base(dockerfile: Dockerfile, stage: Stage) -> Blame:
    """Tell whether the image is root's, by its base and by what its own commands show."""
    bottom = dockerfile.lineage(stage)[-1]
    start = started(dockerfile, stage)
    if bottom.scratch:
        return Blame.FULL if start.instructions else Blame.NONE
    base = external_base(dockerfile, stage)
    if base is None:
        # The unknown image may have an entrypoint that steps down, unless the Dockerfile has its own.
        own = Blame.FULL if start.entrypoint else Blame.UNKNOWN if start.command else Blame.NONE
        return own if shows_root(dockerfile, stage) else Blame.NONE
    if base.starts is Starts.NON_ROOT:
        return Blame.NONE
    # Without a start of its own, the image is a base for others, or a place to work in.
    return Blame.FULL if base.serves or start.instructions else Blame.NONE


def _start(stage: Stage) -> Instruction | None:
    """Return the first CMD or ENTRYPOINT of a stage: a USER belongs before it."""
    return next((each for each in stage.instructions if each.name in {"CMD", "ENTRYPOINT"}), None)


def _advice(dockerfile: Dockerfile, stage: Stage, start: Instruction | None, verdict: Blame) -> tuple[str, Fix | None]:
    """Say what to do about it, by what the image has already."""
    bottom = dockerfile.lineage(stage)[-1]
    name = bottom.image.reference.name if bottom.image is not None and bottom.image.reference is not None else ""
    if verdict is Blame.WORKERS:
        return _UNPRIVILEGED.get(name, "Most servers can do without, on a port from 1024 on."), None
    if verdict is Blame.INIT:
        return "", None
    place = f"before `{start.name}`" if start is not None else "at the end of the stage"
    accounts = {account.name: account for account in made_accounts(dockerfile, stage)}
    if len(accounts) == 1:
        made = next(iter(accounts.values()))
        message = f"`{made.name}` is created (line {made.line}) but never used: put `USER {made.user}` {place}."
        return message, _insert(stage, start, f"USER {made.user}", dockerfile=dockerfile)
    if bottom.image is not None and name.startswith(_DISTROLESS):
        return "Take the tag `nonroot`, whose user is 65532.", _distroless_fix(bottom.image)
    base = external_base(dockerfile, stage)
    if base is not None and base.account is not None:
        message = f"The base image has an account for this: put `USER {base.account}` {place}."
        return message, _insert(stage, start, f"USER {base.account}", dockerfile=dockerfile)
    lines = _new_user(bottom)
    fix = _insert(stage, start, *lines, dockerfile=dockerfile) if lines and not accounts else None
    return f"Add an account, and a `USER` {place}.", fix


def _new_user(bottom: Stage) -> tuple[str, ...]:
    """Return the lines that make an account and use it; none where the family of the base is not known."""
    if bottom.scratch:
        return (f"USER {NEW_UID}",)
    reference = bottom.image.reference if bottom.image is not None else None
    family = family_of(reference) if reference is not None else None
    return () if family is None else (f"RUN {new_account(family)}", f"USER {NEW_UID}")


def _insert(stage: Stage, start: Instruction | None, *lines: str, dockerfile: Dockerfile) -> Fix:
    last = stage.instructions[-1] if stage.instructions else stage.start
    edit = insert_before(dockerfile, start, lines) if start is not None else insert_after(dockerfile, last, lines)
    return Fix(f"Run as `{lines[-1].removeprefix('USER ')}`", (edit,))


def _distroless_fix(image: ImageUse) -> Fix | None:
    """Change the tag, or add one; a digest would have to change with it, so there is no fix then."""
    reference = image.reference
    if reference is None or reference.digest is not None or image.traced is None:
        return None
    tag = _NONROOT_TAGS.get(reference.tag or "latest")
    if tag is None:
        return None
    edit = image.edit_tag(tag) if reference.tag is not None else None
    whole = image.traced.exact
    if reference.tag is None and whole is not None:
        edit = Edit(whole, f"{whole.text}:{tag}")
    return None if edit is None else Fix(f"Take the tag `{tag}`", (edit,))
