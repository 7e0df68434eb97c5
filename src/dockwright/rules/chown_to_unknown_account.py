"""`--chown` names an account that the image does not have

## Why

A name after `--chown` is looked up in the image's `/etc/passwd`. Where it is not there, BuildKit says nothing and gives
the files to root (its `readUser` leaves the number at 0), so that the program that should own them cannot write to
them; other builders, and BuildKit in a `scratch` stage without any file, end the build. Accounts are made by `useradd`
or `adduser` in the same stage, or one that it builds upon, above the `COPY`; one that another stage made is not there
([Dockerfile reference: COPY --chown](https://docs.docker.com/reference/dockerfile/#copy---chown)).

With `--link`, no name can be looked up at all, since the copy does not know what it is laid upon: BuildKit ends with
"invalid user index: -1" ([docker/buildx#1526](https://github.com/docker/buildx/issues/1526)), but for Docker's own
builder with the old image store, which takes `--link` for nothing.

Only said where the base image's accounts are known (Docker's official images of distributions and languages, and
`scratch`), and where nothing in the stage can have made the account.

## Bad

```dockerfile
FROM node:24-slim
COPY --chown=app . /app
CMD ["node", "/app/server.js"]
```

## Good

```dockerfile
FROM node:24-slim
RUN useradd --uid 10001 app
COPY --chown=app . /app
CMD ["node", "/app/server.js"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.known_accounts import known_accounts, may_make
from dockwright.facts.root import is_for_windows
from dockwright.facts.stages import roots
from dockwright.finding import Problem, Severity
from dockwright.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Flag, Instruction, Stage

_LINKED = (
    'With `--link`, BuildKit cannot look up the name `{name}`, and ends the build with "invalid user index: -1". '
    "Give numbers, such as `--chown=1000:1000`, or leave out `--link`."
)
_UNKNOWN = (
    "Nothing above makes the account `{name}`, so that BuildKit gives these files to root without a word. "
    "Make the account above, or give a number."
)

_EMPTY = (
    "`scratch` has no accounts, so that BuildKit cannot look up `{name}`: it ends the build, or gives these files to "
    "root without a word. Give a number."
)

_MOST = 20
"""Of more names in a stage, only the first ones are looked up."""


@rule(Severity.WARNING, instructions=("COPY", "ADD"), words=("--chown",))
def check(dockerfile: Dockerfile) -> Iterator[Problem]:
    """Yield each `--chown` whose name means nothing where it stands."""
    for stage in dockerfile.stages:
        known: dict[str, bool] = {}
        for copy in dockerfile.instructions("COPY", "ADD", stage=stage):
            flag = copy.flag("chown")
            if flag is not None:
                yield from _judge(dockerfile, stage, copy, flag, known)


def _judge(
    dockerfile: Dockerfile, stage: Stage, copy: Instruction, flag: Flag, known: dict[str, bool]
) -> Iterator[Problem]:
    value = None if flag.value is None else dockerfile.expand(copy, flag.value)
    if value is None:
        return
    user, _, group = value.text.partition(":")
    place = flag.word.span or copy.keyword
    named = [name for name in (user, group) if name and not name.isdecimal() and name != "root"]
    if not named or is_for_windows(dockerfile, stage):
        return
    if _is_linked(copy):
        yield Problem(place, _LINKED.format(name=named[0]))
        return
    if user in named and user not in known and len(known) < _MOST:
        known[user] = _is_known(dockerfile, stage, user)
    if not known.get(user, True):
        message = _EMPTY if roots(dockerfile)[stage.index].scratch else _UNKNOWN
        yield Problem(place, message.format(name=user))


def _is_linked(copy: Instruction) -> bool:
    """Tell whether a copy is made apart from the image below; one with `--chmod` never is (BuildKit's dispatchCopy)."""
    link = copy.flag("link")
    return link is not None and (link.value is None or link.value.text == "true") and copy.flag("chmod") is None


def _is_known(dockerfile: Dockerfile, stage: Stage, account: str) -> bool:
    accounts = known_accounts(dockerfile, stage)
    return accounts is None or account in accounts or may_make(dockerfile, stage, account)
