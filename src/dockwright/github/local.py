"""A pull request's changes from the checkout, where GitHub's API does not give them (too large, or too many)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.errors import GitError
from dockwright.github.model import ChangedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.git import Git

_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=3", "--inter-hunk-context=0")


def local_files(git: Git, base: str, head: str, paths: Iterable[str]) -> Iterator[ChangedFile]:
    """Yield those of the files that differ between a pull request's base and head, if both commits are here."""
    for path in paths:
        try:
            blob = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{head}:{path}").strip()
            patch = git.run(*_DIFF, f"{base}...{head}", "--", path)
        except GitError:
            continue
        if patch:
            yield ChangedFile(path, "modified", blob, patch, 0)
