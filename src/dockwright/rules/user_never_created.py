"""`USER` names an account that the image does not have

## Why

A name after `USER` is looked up in the image's `/etc/passwd` when a container starts, and before a `RUN` that follows.
Where nobody made the account, Docker ends with "unable to find user app: no matching entries in passwd file", and
Kubernetes with a similar error: the image builds, but no container of it ever starts. Accounts are made by `useradd` or
`adduser` in the same stage or one that it builds upon; one that another stage made is not there
([Dockerfile reference: USER](https://docs.docker.com/reference/dockerfile/#user)).

Only said where the base image's accounts are known (Docker's official images of distributions and languages, and
`scratch`), and where nothing in the stage can have made the account: no command names it, no script runs, no
`/etc/passwd` is copied, and no package is installed that may bring an account of that name; nor of Dockerfiles among
tests and examples, and of empty images that are only there to be built upon.

## Bad

```dockerfile
FROM golang:1.27 AS build
RUN useradd --uid 10001 app
COPY . .
RUN CGO_ENABLED=0 go build -o /shop

FROM scratch
COPY --from=build /shop /shop
USER app
CMD ["/shop"]
```

## Good

```dockerfile
FROM golang:1.27 AS build
COPY . .
RUN CGO_ENABLED=0 go build -o /shop

FROM scratch
COPY --from=build /shop /shop
USER 10001
CMD ["/shop"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.user import users
from dockwright.facts.built_targets import run_targets
from dockwright.facts.known_accounts import known_accounts, may_make
from dockwright.facts.root import is_for_windows
from dockwright.facts.sample_paths import is_sample
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.project import Project


@rule_in_context(Severity.ERROR, instructions=("USER",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the `USER` that an image runs as, if there is no such account."""
    if is_sample(dockerfile.source.path) or next(dockerfile.instructions("USER"), None) is None:
        return
    for target in run_targets(dockerfile, project):
        last = next(users(dockerfile, target.stage), None)
        account = last.account if last is not None else None
        if last is None or not account or account.isdecimal() or "$" in last.instruction.arguments.text:
            continue
        if account == "root" or is_for_windows(dockerfile, target.stage) or _is_empty(dockerfile, target.stage):
            continue
        known = known_accounts(dockerfile, target.stage)
        if known is not None and account not in known and not may_make(dockerfile, target.stage, account):
            message = _message(dockerfile, target.stage, account)
            yield Problem(last.instruction.span, message, related=target.related)


def _is_empty(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether nothing is put into an empty image, so that it is only there to be built upon."""
    lineage = dockerfile.lineage(stage)
    filled = any(each.name in {"COPY", "ADD"} for level in lineage for each in level.instructions)
    return lineage[-1].scratch and not filled


def _message(dockerfile: Dockerfile, stage: Stage, account: str) -> str:
    bottom = dockerfile.lineage(stage)[-1]
    if bottom.scratch:
        where, advice = "`scratch` has no accounts at all", "Use a number, such as `USER 10001`"
    else:
        image = bottom.image.reference if bottom.image is not None else None
        where = f"`{image.familiar.partition('@')[0] if image is not None else ''}` has no such account"
        advice = "Make the account in this stage, or use a number"
    return f"Nothing makes the account `{account}`, and {where}, so that no container of the image starts. {advice}."
