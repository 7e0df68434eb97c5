"""What a migration is made of: edits, notes, and what goes into the new configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.source import Edit, Source

PLACEHOLDER = "OWNER/dockwright@REVISION"
"""What workflows name where the user has not said which action it is."""


class Note(Struct, frozen=True, gc=False, order=True):
    """What could not be translated, and what to do; `line` counts from 1."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return it with its place in front."""
        return f"{self.path}:{self.line}: {self.text}"


class Setting(Struct, frozen=True, gc=False):
    """What a check of hadolint is set to (`off`, `error`, ...), and why, as somebody has written beside it."""

    value: str
    reason: str = ""


class Wanted(Struct):
    """What the new configuration will say; filled in by everything that is read.

    Attributes:
        used: whether hadolint is used at all.
        rules: settings by the names that our configuration has for them.
        fail_on: the least severity that fails; None if nothing says so.
        registries: those that are trusted.
        labels: the labels that images have, and their kinds.
        strict_labels: whether they have no others.
    """

    used: bool = False
    rules: dict[str, Setting] = field(default_factory=dict)
    fail_on: str | None = None
    registries: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    strict_labels: bool = False


class Translated(Struct, frozen=True):
    """What becomes of one file, or of a part of it; `left`: hadolint still runs there afterwards."""

    edits: tuple[Edit, ...] = ()
    notes: tuple[Note, ...] = ()
    left: bool = False


class Migration(Struct, frozen=True):
    """What a migration changes.

    Attributes:
        before: the files that change or go, as they are, by path.
        after: the files as they become; one that goes is not among them.
        notes: what is left for a person, in order of files and lines.
    """

    before: Mapping[str, Source]
    after: Mapping[str, Source]
    notes: tuple[Note, ...]
