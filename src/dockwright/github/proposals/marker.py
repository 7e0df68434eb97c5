"""By what our branches, commits and pull requests are known again: names made of their content, no state elsewhere."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.bump import AS_OF, UpdateType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.bump import Plan, Update
    from dockwright.github.proposals.model import Rewritten
    from dockwright.image import ImageUse, Reference

PREFIX = "dockwright/"
"""What the names of our branches begin with."""

_LONGEST_NAME = 80
_MOST_COVERED = 300  # 2,700 characters of a body
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
_HASH = "[0-9a-f]{16}"
_MARKER = re.compile(
    rf"\A<!-- dockwright plan=({_NAME}) content=({_HASH}) text=({_HASH}) covers=([0-9a-f,]*)"
    r"(?: state=(new|closed))? -->\r?\n?",
    re.ASCII,
)
_SEAL = re.compile(rf"^Dockwright-Seal: ({_HASH})-({_HASH})\s*\Z", re.ASCII | re.MULTILINE)

NEW = "new"
"""The state of a pull request whose labels, reviewers and assignees have not been asked for yet."""
CLOSED = "closed"
"""The state of one that we have closed ourselves: nobody has declined it."""


def branch_of(key: str) -> str:
    """Return the branch of a plan: its key where that may be part of a branch's name, else one made of it."""
    if re.fullmatch(_NAME, key, re.ASCII) and len(key) <= _LONGEST_NAME and not key.endswith(".lock"):
        return PREFIX + key
    plain = re.sub(r"[^a-z0-9]+", "-", key.lower(), flags=re.ASCII)[:_LONGEST_NAME].strip("-")
    return PREFIX + (f"{plain}-" if plain else "") + _name(key)[:8]


# --- what is proposed -----------------------------------------------------------------------------------------------


def content_of(plan: Plan) -> str:
    """Name what a plan proposes, whatever the files look like now: what closing its pull request declines.

    A newer version is something else, and so is a newer digest of a tag that is refreshed. Of a version, the digest
    says nothing: who declines 3.12.11 declines it rebuilt as well.
    """
    return _name(*sorted({_target(update) for update in plan.updates}))


def _target(update: Update) -> str:
    new = update.new
    digest = (new.digest or update.digests[1] or "") if update.type is UpdateType.REFRESH else ""
    return f"{'pin ' if update.type is UpdateType.PIN else ''}{new.name}:{new.tag or ''}@{digest}"


def covers(update: Update) -> frozenset[str]:
    """Name each file in which an update moves its image."""
    return images_in(update.current, update.uses)


def images_in(reference: Reference, uses: Iterable[ImageUse]) -> frozenset[str]:
    """Name an image in the files of its uses."""
    return frozenset(_name(use.span.source.path, reference.name)[:8] for use in uses)


def work_of(files: Iterable[Rewritten]) -> str:
    """Name what a commit makes of files."""
    return _name(*sorted(f"{file.path}\0{file.mode}\0{file.text}" for file in files))


# --- commits --------------------------------------------------------------------------------------------------------


def sealed(message: str, branch: str, work: str, *, tree: str, parent: str) -> str:
    """Return a commit's message with the seal of what it makes of what: any other commit breaks it."""
    return f"{message}\n\nDockwright-Seal: {work}-{_seal(branch, work, tree, parent)}"


def read_seal(message: str, branch: str, *, tree: str, parent: str) -> str | None:
    """Return what a commit's seal says of its files; None if it is not as we have made it."""
    found = _SEAL.search(message)
    if found is None or found[2] != _seal(branch, found[1], tree, parent):
        return None
    return found[1]


def _seal(branch: str, work: str, tree: str, parent: str) -> str:
    return _name(branch, work, tree, parent)


# --- bodies ---------------------------------------------------------------------------------------------------------


class Marker(Struct, frozen=True):
    """What the body of a pull request of ours begins with.

    Attributes:
        plan: its branch, without the prefix.
        content: names what it proposes.
        text: names the body as we wrote it.
        covers: names each image in each file that it moves, as many as have room.
        state: `new`, `closed`, or empty.
    """

    plan: str
    content: str
    text: str
    covers: tuple[str, ...] = ()
    state: str = ""

    def __str__(self) -> str:
        """Write it."""
        state = f" state={self.state}" if self.state else ""
        covered = ",".join(self.covers)
        return f"<!-- dockwright plan={self.plan} content={self.content} text={self.text} covers={covered}{state} -->"


def marker_for(branch: str, content: str, body: str, covered: frozenset[str], *, state: str = "") -> Marker:
    """Return the marker of a body that does not have it yet."""
    return Marker(branch.removeprefix(PREFIX), content, text_of(body), tuple(sorted(covered)[:_MOST_COVERED]), state)


def read_marker(body: str) -> Marker | None:
    """Read the marker with which a body begins; further down it could be somebody else's text."""
    found = _MARKER.match(body)
    if found is None:
        return None
    covered = tuple(filter(None, found[4].split(",")))
    return Marker(found[1], found[2], found[3], covered, found[5] or "")


def without_marker(body: str) -> str:
    """Return the rest of a body."""
    return _MARKER.sub("", body)


def text_of(body: str) -> str:
    """Name a body, whatever its line ends; the marker does not count, nor as of when the rest is known."""
    lines = without_marker(body).replace("\r\n", "\n").strip().split("\n")
    return _name("\n".join(line.rstrip() for line in lines if not line.startswith(AS_OF)))


def loses_evidence(before: str, after: str) -> bool:
    """Tell whether a body says of fewer images what is published for them than the one that is there, or fewer CVEs.

    Of the same proposal the facts are what they were, so somebody could not be asked in this run.
    """
    return any(after.count(each) < before.count(each) for each in (f"\n{AS_OF}", "CVE-"))


def _name(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
