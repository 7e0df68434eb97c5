"""Finding Dockerfiles in a folder, and reading its files.

Left out of a folder: what git ignores, what others wrote and was copied in (vendored), and what a symbolic link leads
to elsewhere. A file that is named is reviewed whatever it is called and wherever it lies.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.dockerfile.names import is_dockerfile_name
from dockwright.errors import GitError, UsageError
from dockwright.finding import Unreadable
from dockwright.git import find_top
from dockwright.project import Origin
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockwright.git import Git

LARGEST_DOCKERFILE = 1 << 20
"""Bytes. BuildKit knows no such limit; people's largest are a fraction of it."""

LARGEST_FILE = 4 << 20
"""Bytes of any other file that a rule may ask for, such as a lock file."""

# Text, not compiled patterns: a file that is named needs none of them.
_REMOTE = r"(?a)(?:https?://|ssh://|git@)[\w.@:-]+[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?"
_REMOTE_BRANCH = "refs/remotes/origin/"
_MOST_CACHED = 64 << 20  # characters

_VENDORED = re.compile(
    r"(?:\A|/)(?:\.bundle|\.cache|\.eggs|\.git|\.hg|\.nox|\.pnpm-store|\.svn|\.terraform|\.tox|\.venv|\.yarn|__pycache__"
    r"|bower_components|node_modules|Pods|site-packages|third[-_]?party|vendor|venv)/",
    re.IGNORECASE,
)


def is_vendored(path: str, folder: str = "") -> bool:
    """Tell whether a file lies in a folder for what others wrote, below the folder that was named."""
    return _VENDORED.search(path, len(folder)) is not None


_WEIGHED = (
    r"(?s)(?:.*/)?(?:[^/]+\.(?:ya?ml|hcl|json5?|toml|txt|lock|cfg|ini|sh|in)|[^/]*ignore|Makefile|go\.(?:mod|sum)|Gemfile"
    r"|\.(?:python|node|ruby|go)-version|\.tool-versions|\.nvmrc)"
)


def is_weighed(path: str) -> bool:
    """Tell whether a file that is no Dockerfile may matter to rules: workflows, Compose files, lock files, scripts."""
    return re.fullmatch(_WEIGHED, path) is not None and not is_vendored(path)


class Named(Struct, frozen=True):
    """What a user named: files and folders, relative to `root` with `/`; the root itself is the empty path."""

    root: str
    files: tuple[str, ...]
    folders: tuple[str, ...]

    def holds(self, path: str) -> bool:
        """Tell whether a file was named, or lies in a folder that was and not in what others wrote there."""
        return path in self.files or any(_is_below(path, folder) for folder in self.folders)


def _is_below(path: str, folder: str) -> bool:
    return (not folder or path.startswith(f"{folder}/")) and not is_vendored(path, folder)


def locate(paths: Iterable[str], here: str) -> Named:
    """Find what is named by paths relative to the folder `here`.

    The root is the top of the git repository that holds all of it; without one it is `here`, or, if some of it lies
    elsewhere, the nearest folder that holds all.

    Raises:
        UsageError: something named is not there.
    """
    found = {os.path.normpath(os.path.join(here, path)): _is_folder(path, here) for path in paths}
    common = os.path.commonpath([path if folder else os.path.dirname(path) for path, folder in found.items()])
    root = find_top(common) or (here if _inside(common, here) else common)
    relative = {path: _relative(path, root) for path in found}
    return Named(
        root,
        tuple(relative[path] for path, folder in found.items() if not folder),
        tuple(relative[path] for path, folder in found.items() if folder),
    )


def _is_folder(path: str, here: str) -> bool:
    try:
        return S_ISDIR(os.stat(os.path.join(here, path)).st_mode) if path else _missing(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return _missing(path)
    except OSError:
        return False  # reading it will tell why


def _missing(path: str) -> bool:
    raise UsageError(f"`{path}`: there is no such file or folder", help="Name Dockerfiles, or folders that hold some.")


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _relative(path: str, root: str) -> str:
    return "" if path == root else os.path.relpath(path, root)


class FolderTree:
    """The files of a folder; a `Tree` for rules. Nothing is listed or read before it is asked for."""

    def __init__(self, root: str, git: Git | None = None, *, origin: Origin | None = None) -> None:
        """Take the folder, git if the folder is the top of a repository, and what that is on GitHub, if it is known."""
        self.root = root
        self._git = git
        self._origin = origin
        self._real_root = os.path.realpath(root)
        self._paths: list[str] | None = None
        self._cache: dict[str, Source | None] = {}
        self._cached = 0

    @property
    def origin(self) -> Origin:
        """What the repository is on GitHub, as the caller says or the clone remembers."""
        if self._origin is None:
            self._origin = Origin() if self._git is None else _remembered(self._git)
        return self._origin

    def paths(self) -> Sequence[str]:
        """Return every path, sorted, without ignored and vendored files."""
        if self._paths is None:
            self._paths = [path for path in self._list("") if not _VENDORED.search(path)]
        return self._paths

    def read(self, path: str) -> Source | None:
        """Return a file's text; None if there is none in this folder, or it is too large, or no plain file."""
        if path not in self._cache:
            found = self.load(path, largest=LARGEST_FILE)
            self._remember(path, found if isinstance(found, Source) else None)
        return self._cache[path]

    def _remember(self, path: str, source: Source | None) -> None:
        self._cached += len(source.text) if source is not None else 0
        if self._cached > _MOST_CACHED:
            self._cache.clear()
            self._cached = 0
        self._cache[path] = source

    def load(self, path: str, *, largest: int, anywhere: bool = False) -> Source | Unreadable | None:
        """Read a file; None if it is not there. `anywhere`: also where a symbolic link leads out of this folder."""
        place = os.path.join(self.root, path)
        try:
            if not anywhere and not _inside(os.path.realpath(place), self._real_root):
                return Unreadable(path, "it is a symbolic link to another place than this repository")
            if not S_ISREG(os.stat(place).st_mode):
                return Unreadable(path, "it is no plain file")
            with open(place, "rb") as file:
                data = file.read(largest + 1)
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name that no file can have
            return None
        except OSError as error:
            return Unreadable(path, (error.strerror or type(error).__name__).lower())
        if len(data) > largest:
            return Unreadable(path, f"it is larger than {largest >> 20} MiB")
        return Source.decode(path, data)

    def below(self, folder: str) -> list[str]:
        """Return the paths in a folder, without ignored and vendored files unless the folder itself is one of those."""
        if not folder:
            return list(self.paths())
        return [path for path in self._list(folder) if not _VENDORED.search(path, len(folder))]

    def _list(self, folder: str) -> list[str]:
        """List the files in a folder that git does not ignore; all of them where git knows none, or is of no help."""
        if self._git is not None:
            with suppress(GitError):
                listed = _list(self._git, folder)
                if listed or not folder:
                    return listed
        top = os.path.join(self.root, folder)
        return sorted(os.path.join(folder, path) for path in _walk(top))


def _remembered(git: Git) -> Origin:
    """Read what a clone knows of where it is from; GitHub Enterprise has hosts of its own, so any host may be it."""
    name = branch = None
    with suppress(GitError):
        found = re.fullmatch(_REMOTE, git.run("remote", "get-url", "origin").strip())
        name = None if found is None else found[1]
    with suppress(GitError):
        branch = git.run("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD").strip().removeprefix(_REMOTE_BRANCH)
    return Origin(name, branch or None)


def _list(git: Git, folder: str) -> list[str]:
    listed = git.run("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", folder or ".").split("\0")
    # What ends with a slash is a folder that holds another repository; an unmerged file is listed once a version.
    return sorted({path for path in listed if path and not path.endswith("/")})


def _walk(top: str) -> Iterator[str]:
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not _VENDORED.search(f"{name}/")]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), top)


def dockerfile_names(tree: FolderTree, folders: Iterable[str]) -> list[str]:
    """Return the files in folders that are called like Dockerfiles, sorted, each once.

    A symbolic link to another of them is left out.
    """
    return names_of(tree, folders, is_dockerfile_name)


def names_of(tree: FolderTree, folders: Iterable[str], wanted: Callable[[str], bool]) -> list[str]:
    """Return the files in folders whose path is wanted, as `dockerfile_names` does."""
    found = {path for folder in folders for path in tree.below(folder) if wanted(path)}
    return sorted(path for path in found if _target(tree, path) not in found - {path})


def _target(tree: FolderTree, path: str) -> str | None:
    place = os.path.join(tree.root, path)
    return os.path.relpath(os.path.realpath(place), os.path.realpath(tree.root)) if os.path.islink(place) else None
