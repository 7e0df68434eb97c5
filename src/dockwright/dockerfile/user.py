"""Which account an image runs as, as far as its Dockerfile says.

The last `USER` of a stage counts, or else that of the stage that it builds upon, where a `USER` that waits in an
`ONBUILD` comes last (Dockerfile reference, "USER" and "ONBUILD").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile.model import Dockerfile, Instruction, Stage


class User(Struct, frozen=True):
    """A `USER` that decides.

    Attributes:
        instruction: the instruction (in an ONBUILD: the one that waits there).
        stage: the stage that it is written in.
        value: the user and, after `:`, the group, with variables expanded; None if that can't be known.
    """

    instruction: Instruction
    stage: Stage
    value: str | None

    @property
    def account(self) -> str | None:
        """The user alone: a name or a number."""
        return None if self.value is None else self.value.partition(":")[0].strip()

    @property
    def is_root(self) -> bool | None:
        """Whether it is root, by name or by number; None if that can't be known."""
        account = self.account
        if account is None:
            return None
        return account == "root" or (account.isdecimal() and not int(account[:10]))


def users(dockerfile: Dockerfile, stage: Stage) -> Iterator[User]:
    """Yield every `USER` that a stage's image is built under, the last first: the first one is whom it runs as."""
    for position, each in enumerate(dockerfile.lineage(stage)):
        if position == 1:
            yield from _of(dockerfile, each, waiting=True)
        yield from _of(dockerfile, each, waiting=False)


def _of(dockerfile: Dockerfile, stage: Stage, *, waiting: bool) -> Iterator[User]:
    for instruction in reversed(stage.instructions):
        found = instruction.trigger if waiting and instruction.name == "ONBUILD" else instruction
        if found is not None and found.name == "USER" and (found is not instruction) is waiting:
            expanded = dockerfile.expand(instruction, found.arguments)
            yield User(found, stage, None if expanded is None else expanded.text)
