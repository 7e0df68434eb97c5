"""What a rule may know beyond one Dockerfile: the repository's other files, and today's date.

A rule does no I/O: the use case hands it a `Tree`, which reads a file when it is first asked for.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec reads the annotation
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from dockwright.config.policy import Policy  # msgspec needs the default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.source import Source


class Origin(Struct, frozen=True, gc=False):
    """What a repository is on GitHub: its name, `owner/name`, and its default branch; None where that is not known."""

    repository: str | None = None
    default_branch: str | None = None


class Tree(Protocol):
    """A repository's files; paths are relative to its top, with `/`. It does not change while it is in use."""

    @property
    def origin(self) -> Origin:
        """What the repository is on GitHub, as far as that is known."""
        ...

    def __hash__(self) -> int:
        """Return a number, so that what was concluded from a tree can be remembered for it."""
        ...

    def paths(self) -> Sequence[str]:
        """Return every path that git would know (ignored and vendored files are left out), sorted."""
        ...

    def read(self, path: str) -> Source | None:
        """Return a file's text; None if there is none, or it is too large, or no plain file."""
        ...


class MemoryTree:
    """A tree of given sources, for stdin and for tests."""

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        """Hold the sources by their paths."""
        self._sources = {source.path: source for source in sources}

    @property
    def origin(self) -> Origin:
        """Nothing is known of it."""
        return Origin()

    def paths(self) -> Sequence[str]:
        """Return the given paths, sorted."""
        return sorted(self._sources)

    def read(self, path: str) -> Source | None:
        """Return the given source."""
        return self._sources.get(path)


class Project(Struct, frozen=True):
    """The surroundings of a Dockerfile.

    Attributes:
        tree: the repository's files.
        today: the date that support dates are compared with.
        target: the stage that is published, if the user named one.
        policy: what an organisation asks of its images.
    """

    tree: Tree
    today: date
    target: str | None = None
    policy: Policy = Policy()
