"""Who acts on GitHub: users, apps, and the tokens that they act with."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class User(Struct, frozen=True):
    """An account; an app's ends in `[bot]`."""

    login: str
    id: int

    @property
    def kind(self) -> str:
        """`User` or `Bot`."""
        return "Bot" if self.login.endswith("[bot]") else "User"

    @property
    def graphql_login(self) -> str:
        """The login of an author as GraphQL gives it: there a bot's has no `[bot]`."""
        return self.login.removesuffix("[bot]")

    @property
    def email(self) -> str:
        """The address that GitHub makes for commits."""
        return f"{self.id}+{self.login}@users.noreply.github.com"


class App(Struct, frozen=True):
    """An app whose installation a token is for."""

    id: int
    slug: str
    name: str


def account(login: str) -> User:
    """Make a user with a number of its own."""
    return User(login, zlib.crc32(login.encode()))


ACTIONS = User("github-actions[bot]", 41898282)
ACTIONS_APP = App(15368, "github-actions", "GitHub Actions")

OWN_APP = App(987654, "dockwright-of-octo", "Dockwright of octo")
"""An app of the repository's owner, as people make one so that their bot's pull requests start workflows."""

READ = "read"
WRITE = "write"

PERMISSIONS = ("actions", "checks", "contents", "issues", "metadata", "pull_requests", "security_events", "statuses")
"""Those that a workflow can give its token and that matter here, written as the interface does, with `_`."""


class Token(Struct, frozen=True):
    """What a client authenticates with.

    Attributes:
        value: the text of it.
        user: whose doings they are.
        permissions: what it may, each `read` or `write`; what is not named it may not.
        app: the app; None for a person's token.
        repository: the only repository that it is for; None if it is for all.
    """

    value: str
    user: User
    permissions: Mapping[str, str]
    app: App | None = None
    repository: str | None = None

    def has(self, needs: str) -> bool:
        """Whether its permissions are enough: `contents=read`, or sets `a=write,b=read; c=write` to choose from."""
        return not needs or any(
            all(self._has(*each.strip().split("=")) for each in choice.split(",")) for choice in needs.split(";")
        )

    def _has(self, permission: str, level: str) -> bool:
        return self.permissions.get(permission) in {level, WRITE}


def workflow_token(repository: str, **permissions: str) -> Token:
    """Make the token of a workflow's run, with the `permissions:` of the workflow (`_` for `-`)."""
    unknown = permissions.keys() - set(PERMISSIONS)
    assert not unknown, f"no permissions of a workflow: {unknown}"
    value = "ghs_" + "".join(f"{name[0]}{level[0]}" for name, level in sorted(permissions.items())).ljust(36, "0")
    return Token(value, ACTIONS, {"metadata": READ, **permissions}, ACTIONS_APP, repository)


def read_only_token(repository: str) -> Token:
    """Make the token of a run for a fork's or Dependabot's pull request, whatever the workflow asks for."""
    return workflow_token(repository, **dict.fromkeys(PERMISSIONS, READ))


def app_token(repository: str, **permissions: str) -> Token:
    """Make the token of an installation of the owner's app."""
    user = account(f"{OWN_APP.slug}[bot]")
    return Token("ghs_" + OWN_APP.slug.ljust(36, "0"), user, {"metadata": READ, **permissions}, OWN_APP, repository)


def personal_token(user: User) -> Token:
    """Make a person's token that may everything."""
    return Token(f"ghp_{user.login}".ljust(40, "0"), user, dict.fromkeys((*PERMISSIONS, "administration"), WRITE))
