"""Files are given to a number that nothing gives to the account

## Why

`useradd` and `adduser` without a number take the next one that is free. Which one that is depends on the base image:
`node` and Ubuntu since 24.04 have an account 1000 already, and system accounts get numbers below 1000. Files that
`--chown=1000` gives to the number then belong to somebody else than the account that the service runs as, which can
neither write them nor, at worst, read them; the image builds, and fails when it is run
([Dockerfile best practices: USER](https://docs.docker.com/build/building/best-practices/#user)).

A notice where the number comes out right today. Said only where the image runs as that account, by name.

## Bad

```dockerfile
FROM node:24-trixie-slim
RUN useradd --create-home app
COPY --chown=1000:1000 . /app
USER app
CMD ["node", "/app/main.js"]
```

## Good

```dockerfile
FROM node:24-trixie-slim
RUN useradd --create-home --uid 10001 app
COPY --chown=10001 . /app
USER app
CMD ["node", "/app/main.js"]
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.user import users
from dockwright.facts.accounts import made_accounts
from dockwright.facts.built_targets import run_targets
from dockwright.finding import Problem, Related, Severity
from dockwright.lifecycle import official_name
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.built_targets import Target
    from dockwright.project import Project

_FIRST = 1000
_NUMBER = r"0*([1-9]\d{0,9})(?::.*)?"
_SYSTEM_ACCOUNT = r"\b(?:useradd|adduser)\b[^&|;\n]*?(?:--system|\s-[a-zA-Z]*r[a-zA-Z]*\b|\s-[DHGhsgu]*S[DHGhsgu]*\b)"
_TAKEN = frozenset(("gradle", "node"))
"""Official images that have an account 1000."""
_UBUNTU = r"(?:2[4-9]|[3-9]\d)\.\d+.*|noble.*|resolute.*|latest|rolling"


@rule_in_context(Severity.WARNING, words=("useradd", "adduser"))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each file that is given to a number, in an image that runs as an account without one."""
    if "--chown=" not in dockerfile.source.text:
        return
    for target in run_targets(dockerfile, project):
        problem = _judge(dockerfile, target)
        if problem is not None:
            yield problem


def _judge(dockerfile: Dockerfile, target: Target) -> Problem | None:
    stage = target.stage
    last = next(users(dockerfile, stage), None)
    account = last.account if last is not None else None
    accounts = [each for each in made_accounts(dockerfile, stage) if each.name == account]
    if len(accounts) != 1 or accounts[0].uid is not None or _sets_numbers(dockerfile, stage):
        return None
    run = _made_at(dockerfile, stage, accounts[0].line)
    copy = _given(dockerfile, stage)
    if run is None or copy is None or account is None:
        return None
    place, number = copy
    others = _others(dockerfile, stage, run)
    certain = number >= _FIRST and others is not None
    message = (
        f"The files are given to {number}, but `{account}`, whom the image runs as, "
        + (f"gets another number: {others}. " if certain else "gets whatever number is free. ")
        + f"Make the account with `--uid {number if not certain else 10001}`, or write `--chown={account}`."
    )
    related = (Related(run.span, f"`{account}` is made without a number"), *target.related)
    ceiling = None if certain else Severity.NOTICE
    return Problem(place.span, message, causes=(run.span,), at_most=ceiling, related=related)


def _sets_numbers(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether an account's number may be set or freed in another way."""
    return any(
        re.search(r"\b(?:usermod|userdel|deluser|fixuid)\b|/etc/passwd|login\.defs", run.span.text)
        for level in dockerfile.lineage(stage)
        for run in dockerfile.instructions("RUN", stage=level)
    )


def _made_at(dockerfile: Dockerfile, stage: Stage, line: int) -> Instruction | None:
    for level in dockerfile.lineage(stage):
        for run in dockerfile.instructions("RUN", stage=level):
            if run.span.first.line <= line <= run.span.last.line:
                return run
    return None


def _given(dockerfile: Dockerfile, stage: Stage) -> tuple[Instruction, int] | None:
    """Return the first copy that is given to a number other than root's."""
    for level in dockerfile.lineage(stage):
        for copy in dockerfile.instructions("COPY", "ADD", stage=level):
            flag = copy.flag("chown")
            number = re.fullmatch(_NUMBER, flag.value.text) if flag is not None and flag.value is not None else None
            if number is not None:
                return copy, int(number[1])
    return None


def _others(dockerfile: Dockerfile, stage: Stage, run: Instruction) -> str | None:
    """Say why the account cannot be 1000; None if it can."""
    if re.search(_SYSTEM_ACCOUNT, run.span.text):
        return "system accounts get one below 1000"
    image = dockerfile.lineage(stage)[-1].image
    reference = image.reference if image is not None else None
    name = official_name(reference.name) if reference is not None else None
    tag = (reference.tag or "latest") if reference is not None else ""
    if name in _TAKEN or (name == "ubuntu" and re.fullmatch(_UBUNTU, tag)):
        return f"in `{name}` 1000 is another account"
    return None
