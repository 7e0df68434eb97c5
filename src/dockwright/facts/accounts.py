"""The accounts that a Dockerfile's own commands make, and what they show of the account they run as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.script import commands_of
from dockwright.facts.bases import Family
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.shell import Command

NEW_UID = "10001"
"""The number of an account that a fix adds: above those of people's and of most images' own accounts."""

_NEW_ACCOUNT = {
    Family.DEBIAN: f"groupadd --gid {NEW_UID} app && useradd --uid {NEW_UID} --gid app --create-home app",
    Family.ALPINE: f"addgroup -g {NEW_UID} app && adduser -u {NEW_UID} -G app -D app",
}
_MAKERS = frozenset(("useradd", "adduser"))
_NEEDS_ROOT = frozenset(
    ("addgroup", "adduser", "chpasswd", "groupadd", "ldconfig", "locale-gen", "update-ca-certificates", "useradd")
)
_ROOT_ACTIONS = (Action.REFRESH, Action.INSTALL, Action.UPGRADE)
_TAKES_VALUE = frozenset(
    {
        *(
            "-b",
            "-c",
            "-d",
            "-e",
            "-f",
            "-g",
            "-G",
            "-h",
            "-k",
            "-K",
            "-p",
            "-s",
            "-u",
            "-Z",
            "--base-dir",
            "--comment",
        ),
        *(
            "--expiredate",
            "--firstgid",
            "--firstuid",
            "--gecos",
            "--gid",
            "--group",
            "--groups",
            "--home",
            "--home-dir",
        ),
        *("--ingroup", "--key", "--password", "--shell", "--skel", "--uid"),
    }
)
_SWITCHES_OF_ADDUSER = frozenset(("--group",))
"""Of `adduser` in Debian: it takes no value there, other than in `useradd`."""


class Account(Struct, frozen=True, gc=False):
    """An account that a RUN makes; `uid` is its number if it is given one."""

    name: str
    uid: str | None
    line: int

    @property
    def user(self) -> str:
        """What to write after `USER`: the number, which Kubernetes can check, or else the name."""
        return self.uid or self.name


def made_accounts(dockerfile: Dockerfile, stage: Stage) -> Iterator[Account]:
    """Yield the accounts that a stage and those below it make, as far as their names are written out."""
    for instruction in _runs(dockerfile, stage):
        for command in commands_of(dockerfile, instruction):
            account = _account(command) if command.name in _MAKERS else None
            if account is not None:
                yield account


def shows_root(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether the commands of a lineage without USER succeed only as root, so that its base image is root's."""
    return any(_only_as_root(dockerfile, instruction) for instruction in _runs(dockerfile, stage))


def new_account(family: Family) -> str:
    """Return the command that makes an account, with the number `NEW_UID`."""
    return _NEW_ACCOUNT[family]


def _runs(dockerfile: Dockerfile, stage: Stage) -> Iterator[Instruction]:
    for each in dockerfile.lineage(stage):
        yield from dockerfile.instructions("RUN", stage=each)


def _only_as_root(dockerfile: Dockerfile, instruction: Instruction) -> bool:
    for step in steps_of(dockerfile, instruction):
        if step.is_system and step.action in _ROOT_ACTIONS and not step.command.wrappers:
            return True
    return any(command.name in _NEEDS_ROOT and not command.wrappers for command in commands_of(dockerfile, instruction))


def _account(command: Command) -> Account | None:
    """Read the command line of `useradd` or `adduser`: one word that belongs to no option is the account's name."""
    names: list[str | None] = []
    values: dict[str, str | None] = {}
    option = ""
    for word in command.arguments:
        if option:
            values[option] = word.literal
            option = ""
        elif word.text.startswith("-"):
            name, equals, value = word.text.partition("=")
            takes_value = name in _TAKES_VALUE and not (command.name == "adduser" and name in _SWITCHES_OF_ADDUSER)
            # In `-mu 1000`, the last letter takes the value.
            grouped = not name.startswith("--") and f"-{name[-1]}" in _TAKES_VALUE and command.name == "useradd"
            if equals:
                values[name] = value
            elif takes_value or grouped:
                option = name if takes_value else f"-{name[-1]}"
        else:
            names.append(word.literal)
    if len(names) != 1 or names[0] is None or not names[0].replace("-", "_").isidentifier():
        return None
    uid = values.get("--uid") or values.get("-u")
    return Account(names[0], uid if uid and uid.isdecimal() else None, command.span.first.line)
