"""The last user is root

## Why

`USER root` is needed while packages are installed; where nothing switches back, the container runs as root, too, and so
does whoever breaks into its program. That is easily overlooked when the base image had a user of its own, or an earlier
`USER` did. Docker's [best practices](https://docs.docker.com/build/building/best-practices/#user) ask for a `USER`
where a service can run without privileges.

Only the stages count that workflows publish, or that Compose and bake files build, else the last one, with what they
are built upon: builders may be root as they like.
Nothing is said where the entrypoint steps down by itself, as those of `postgres` and `redis` do, and where the user
comes from outside the file. What excuses an image from `runs-as-root` makes it a notice here, too.

## Bad

```dockerfile
FROM jenkins/jenkins:lts-jdk21
USER root
RUN apt-get update && apt-get install -y --no-install-recommends make
```

## Good

```dockerfile
FROM jenkins/jenkins:lts-jdk21
USER root
RUN apt-get update && apt-get install -y --no-install-recommends make
USER jenkins
```

## Fix

The user before that, or the base image's own, becomes the user again, before `CMD` or `ENTRYPOINT` or at the end.
Unsafe: what ran as root until now may write to files that belong to root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.insert import insert_after, insert_before
from dockwright.dockerfile.user import users
from dockwright.facts.bases import Starts
from dockwright.facts.built_targets import run_targets
from dockwright.facts.root import Blame, blame, external_base
from dockwright.finding import Fix, Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.dockerfile.user import User
    from dockwright.facts.built_targets import Target
    from dockwright.project import Project


@rule_in_context(Severity.WARNING, aliases=("hadolint:DL3002",), instructions=("USER",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each `USER` that makes a published image root's."""
    for target in run_targets(dockerfile, project):
        found = list(users(dockerfile, target.stage))
        if found and found[0].is_root:
            yield from _judge(dockerfile, target, found, project)


def _judge(dockerfile: Dockerfile, target: Target, found: list[User], project: Project) -> Iterator[Problem]:
    stage = target.stage
    last = found[0]
    before = _user_before(dockerfile, stage, found[1:])
    verdict = blame(dockerfile, stage, project, had_user=before is not None)
    if verdict in {Blame.NONE, Blame.INIT}:
        return
    message = (
        f"{verdict.value} Switch to an account of its own at the end."
        if before is None
        else f"Nothing switches back from root, so the container runs as root: end with `USER {before}` again."
    )
    fix = None if before is None else _fix(dockerfile, stage, last, before)
    # A value from an ARG is a default: whoever builds may have chosen another.
    at_most = Severity.NOTICE if "$" in last.instruction.arguments.text else verdict.at_most
    yield Problem(last.instruction.span, message, fix, at_most=at_most, related=target.related)


def _user_before(dockerfile: Dockerfile, stage: Stage, earlier: list[User]) -> str | None:
    """Return the user as `USER` took it before root did, or the base image's; None if there was none but root."""
    for user in earlier:
        if user.is_root is not True:
            written = user.instruction.arguments.text.strip()
            # A variable of another stage may mean nothing here.
            return written if user.stage is stage or "$" not in written else user.value
    base = external_base(dockerfile, stage)
    return base.account if base is not None and base.starts is Starts.NON_ROOT else None


def _fix(dockerfile: Dockerfile, stage: Stage, last: User, before: str) -> Fix:
    line = f"USER {before}"
    starts = (each for each in stage.instructions if each.name in {"CMD", "ENTRYPOINT"})
    start = next((each for each in starts if each.index > last.instruction.index), None)
    end = stage.instructions[-1] if stage.instructions else stage.start
    edit = insert_after(dockerfile, end, [line]) if start is None else insert_before(dockerfile, start, [line])
    return Fix(f"Switch back to `{before}`", (edit,))
