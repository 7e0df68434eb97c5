"""The git repository behind a repository on GitHub: bare, on disk, written as git writes it.

Objects and refs are read and written here, as a process for each would make tests slow; what is hard to get right
(differences, merge bases, merges) is asked of git itself. Real clones can fetch from it and push to it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.support.repository import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILE = "100644"
FOLDER = "40000"

# Always loose objects, never a pack: those can be read here.
_CONFIG = """[core]
\trepositoryformatversion = 0
\tbare = true
[transfer]
\tunpackLimit = 1000000
[gc]
\tauto = 0
[receive]
\tautogc = false
[uploadpack]
\tallowAnySHA1InWant = true
"""


class Person(Struct, frozen=True):
    """Who wrote a commit, and when (seconds since 1970)."""

    name: str
    email: str
    when: int

    def __str__(self) -> str:
        return f"{self.name} <{self.email}> {self.when} +0000"


class Commit(Struct, frozen=True):
    """A commit."""

    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str


class Entry(Struct, frozen=True):
    """A file: its mode, such as `100644`, and the name of its blob."""

    mode: str
    sha: str


Files = dict[str, Entry]


class Git:
    """A bare repository in a new folder; a fork shares the objects of its parent, as on GitHub."""

    def __init__(self, path: Path, parent: Git | None = None) -> None:
        self.path = path
        self._cached: dict[str, tuple[str, bytes]] = {} if parent is None else parent._cached  # noqa: SLF001
        self._merge_bases: dict[tuple[str, str], str | None] = {}
        path.mkdir(parents=True)
        (path / "refs").mkdir()
        (path / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
        (path / "config").write_text(_CONFIG, encoding="utf-8")
        if parent is None:
            (path / "objects").mkdir()
        else:
            (path / "objects").symlink_to(parent.path / "objects")

    def run(self, *arguments: str) -> str:
        """Run git in it."""
        done = subprocess.run(
            ["git", "--git-dir", str(self.path), *arguments], env=ENVIRONMENT, capture_output=True, check=True
        )
        return os.fsdecode(done.stdout)

    # --- objects ------------------------------------------------------------------------------------------------

    def write(self, kind: str, data: bytes) -> str:
        """Write an object and return its name."""
        whole = f"{kind} {len(data)}\0".encode() + data
        sha = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        place = self._place(sha)
        if not os.path.exists(place):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(zlib.compress(whole, 1))
        self._cached[sha] = kind, data
        return sha

    def read(self, sha: str) -> tuple[str, bytes] | None:
        """Return an object's kind and content; None if there is none of that name."""
        if sha not in self._cached:
            try:
                with open(self._place(sha), "rb") as file:
                    head, _, data = zlib.decompress(file.read()).partition(b"\0")
            except (OSError, ValueError):
                return None
            self._cached[sha] = head.decode().partition(" ")[0], data
        return self._cached[sha]

    def _place(self, sha: str) -> str:
        return os.path.join(self.path, "objects", sha[:2], sha[2:])

    def blob(self, sha: str) -> bytes:
        """Return a blob's content."""
        return self._of_kind("blob", sha)

    def _of_kind(self, kind: str, sha: str) -> bytes:
        found = self.read(sha)
        if found is None or found[0] != kind:
            raise KeyError(f"there is no {kind} {sha}")
        return found[1]

    def is_commit(self, sha: str) -> bool:
        """Whether there is a commit of that name."""
        return (self.read(sha) or ("",))[0] == "commit"

    def tree(self, sha: str) -> Files:
        """Return what is directly in a tree; folders have the mode `40000`."""
        data, found = self._of_kind("tree", sha), {}
        while data:
            head, _, rest = data.partition(b"\0")
            mode, _, name = head.partition(b" ")
            found[os.fsdecode(name)] = Entry(mode.decode(), rest[:20].hex())
            data = rest[20:]
        return found

    def write_tree(self, entries: Mapping[str, Entry]) -> str:
        """Write a tree of direct entries, and return its name."""

        def order(item: tuple[str, Entry]) -> bytes:
            return os.fsencode(item[0] + "/" * (item[1].mode == FOLDER))

        rows = (
            f"{entry.mode} ".encode() + os.fsencode(name) + b"\0" + bytes.fromhex(entry.sha)
            for name, entry in sorted(entries.items(), key=order)
        )
        return self.write("tree", b"".join(rows))

    def files(self, tree: str, prefix: str = "") -> Files:
        """Return every file below a tree, by its path."""
        found: Files = {}
        for name, entry in self.tree(tree).items():
            if entry.mode == FOLDER:
                found |= self.files(entry.sha, f"{prefix}{name}/")
            else:
                found[prefix + name] = entry
        return found

    def write_files(self, files: Mapping[str, Entry]) -> str:
        """Write the trees for files by their path, and return the name of the top."""
        here: Files = {}
        below: dict[str, Files] = {}
        for path, entry in files.items():
            name, slash, rest = path.partition("/")
            if slash:
                below.setdefault(name, {})[rest] = entry
            else:
                here[name] = entry
        folders = {name: Entry(FOLDER, self.write_files(inside)) for name, inside in below.items()}
        return self.write_tree({**here, **folders})

    def commit(self, sha: str) -> Commit:
        """Return a commit."""
        head, _, message = self._of_kind("commit", sha).decode("utf-8", "replace").partition("\n\n")
        lines = [line.partition(" ")[::2] for line in head.split("\n")]
        first = dict(reversed(lines))
        parents = tuple(value for key, value in lines if key == "parent")
        return Commit(first["tree"], parents, _person(first["author"]), _person(first["committer"]), message)

    def write_commit(self, commit: Commit) -> str:
        """Write a commit and return its name."""
        lines = [
            f"tree {commit.tree}",
            *(f"parent {parent}" for parent in commit.parents),
            f"author {commit.author}",
            f"committer {commit.committer}",
        ]
        return self.write("commit", "\n".join([*lines, "", commit.message]).encode())

    # --- refs ---------------------------------------------------------------------------------------------------

    def ref(self, name: str) -> str | None:
        """Return what a ref, `refs/heads/main`, points at."""
        try:
            return (self.path / name).read_text(encoding="ascii").strip()
        except OSError:
            return None

    def set_ref(self, name: str, sha: str) -> None:
        """Point a ref somewhere."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(sha + "\n", encoding="ascii")

    def delete_ref(self, name: str) -> None:
        """Delete a ref."""
        (self.path / name).unlink()

    def refs(self, prefix: str) -> Iterator[str]:
        """Yield the names of the refs that begin so."""
        names = (str(place.relative_to(self.path)) for place in (self.path / "refs").rglob("*") if place.is_file())
        yield from (name for name in sorted(names) if name.startswith(prefix))

    def resolve(self, name: str) -> str | None:
        """Return the commit that a branch, a tag, a ref or a (full) SHA names."""
        for ref in (f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}", name):
            if ref.startswith("refs/") and (sha := self.ref(ref)):
                return sha
        return name if self.is_commit(name) else None

    # --- history ------------------------------------------------------------------------------------------------

    def history(self, sha: str) -> list[str]:
        """Return a commit and all that it comes from, the newest first."""
        found, waiting = dict[str, None](), [sha]
        while waiting:
            each = waiting.pop(0)
            if each not in found:
                found[each] = None
                waiting += self.commit(each).parents
        return list(found)

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that both come from; None if there is none."""
        if (one, other) not in self._merge_bases:
            try:
                self._merge_bases[one, other] = self.run("merge-base", one, other).strip()
            except subprocess.CalledProcessError:
                self._merge_bases[one, other] = None
        return self._merge_bases[one, other]

    def merge(self, one: str, other: str) -> str | None:
        """Merge two commits and return the tree; None if they conflict."""
        try:
            return self.run("merge-tree", "--write-tree", one, other).strip()
        except subprocess.CalledProcessError:
            return None

    def changed(self, files: Files, changes: Mapping[str, str | bytes | Entry | None]) -> Files:
        """Return files with changes made: a new content, a blob that there is, or None to remove one."""
        after = dict(files)
        for path, change in changes.items():
            if change is None:
                after.pop(path, None)
            elif isinstance(change, Entry):
                after[path] = change
            else:
                content = change if isinstance(change, bytes) else change.encode("utf-8", "surrogateescape")
                mode = after[path].mode if path in after else FILE
                after[path] = Entry(mode, self.write("blob", content))
        return after


def _person(line: str) -> Person:
    name, _, rest = line.rpartition(" <")
    email, _, when = rest.partition("> ")
    return Person(name, email, int(when.partition(" ")[0]))
