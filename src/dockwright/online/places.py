"""Which registries a review may ask: those that the configuration names, and those that the base branch names already.

The lines under review may be a stranger's, and the name of an image is the name of a host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.config import load
from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.errors import GitError
from dockwright.files.images import image_uses, names_images
from dockwright.project import Origin
from dockwright.review import rule_names
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dockwright.config import Config
    from dockwright.git import Git
    from dockwright.project import Tree

_MOST_READ: Final = 100  # files of the base branch, Dockerfiles first; each may be a process or a request
_LARGEST: Final = 1 << 20


class Places:
    """The registries that may be asked."""

    def __init__(self, config: Config, tree: Tree) -> None:
        """Take the configuration, and the files whose registries are the user's own: those of the base branch."""
        self._config = config
        self._tree = tree

    def allowed(self, registries: Collection[str]) -> frozenset[str]:
        """Return those of some registries that may be asked."""
        own = {each for each in registries if each in self._config.registries or self._config.online.names(each)}
        left = set(registries) - own
        found: set[str] = set()
        for path in self._paths() if left else ():
            source = self._tree.read(path)
            uses = () if source is None else image_uses(source)
            found |= {use.reference.registry for use in uses if use.reference is not None} & left
            if found == left:
                break
        return frozenset(own | found)

    def _paths(self) -> list[str]:
        named = [path for path in self._tree.paths() if names_images(path)]
        return sorted(named, key=lambda path: not is_dockerfile_name(path))[:_MOST_READ]


class RevisionTree:
    """The files of a commit, read by git; nothing of it is checked out."""

    def __init__(self, git: Git, revision: str) -> None:
        """Take git and the commit.

        Raises:
            GitError: there is no such commit.
        """
        self._git = git
        self._commit = git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
        self._sizes: dict[str, int] | None = None

    @property
    def origin(self) -> Origin:
        """Nothing is known of it."""
        return Origin()

    def paths(self) -> Sequence[str]:
        """Return the paths of its plain files, sorted."""
        return sorted(self._files())

    def read(self, path: str) -> Source | None:
        """Return a file's text; None if there is none, it is too large, or no plain file."""
        if self._files().get(path, _LARGEST + 1) > _LARGEST:
            return None
        try:
            return Source(path, self._git.run("cat-file", "blob", f"{self._commit}:{path}"))
        except GitError:
            return None

    def _files(self) -> dict[str, int]:
        if self._sizes is None:
            listed = self._git.run("ls-tree", "-r", "-z", "--long", "--full-tree", self._commit)
            entries = [entry.partition("\t") for entry in listed.split("\0") if entry.startswith("100")]
            self._sizes = {path: int(facts.split()[3]) for facts, _, path in entries}
        return self._sizes


def config_of(tree: Tree, path: str | None) -> Config:
    """Read the configuration that a commit has.

    Raises:
        ConfigError: it cannot be used, or the named one is not there.
    """
    return load(tree.read, rule_names(), path=path)
