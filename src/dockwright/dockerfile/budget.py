"""How long expanded text may grow: BuildKit has no limit, and each `ENV A=$A$A` doubles what is kept."""

from __future__ import annotations

from msgspec import Struct

MAX_EXPANSION = 65_536
"""Most characters that variables may add to one text."""

MAX_EXPANSIONS = 1_000_000
"""Most characters that variables may add to all texts of a file together."""


class TooLong(Exception):
    """An expansion adds more than may be meant, or nests too deep."""


class Budget(Struct):
    """What expansions may still add, in characters."""

    left: int = MAX_EXPANSION

    def spend(self, characters: int) -> None:
        """Take off what has been added.

        Raises:
            TooLong: when that is more than was left.
        """
        self.left -= characters
        if self.left < 0:
            raise TooLong
