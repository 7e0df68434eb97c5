"""What a proposal is to be, what is there of it, and what is to be done."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockwright.bump import Plan
    from dockwright.github.proposals.marker import Marker


class Rewritten(Struct, frozen=True):
    """A file as it is to be: its path, git's name of the content that was edited, the new text, and git's mode."""

    path: str
    before: str
    text: str
    mode: str = "100644"


class Wanted(Struct, frozen=True):
    """A pull request as it is to be.

    Attributes:
        plan: what it proposes.
        branch: where its commit goes.
        content: names what is proposed, for knowing what people have declined.
        work: names the files of its commit.
        covers: names each image in each file that it moves.
        files: what the commit changes.
        title: one line, also the commit's.
        message: the commit's message, without its seal.
        body: Markdown, without its marker.
        rank: the less, the sooner it gets one of few places.
        left_out: the workflow files that this token may not change.
        reduced: the same without its workflow files; None if it has none, or nothing else.
    """

    plan: Plan
    branch: str
    content: str
    work: str
    covers: frozenset[str]
    files: tuple[Rewritten, ...]
    title: str
    message: str
    body: str
    rank: int
    left_out: tuple[str, ...] = ()
    reduced: Wanted | None = None


class Branch(Struct, frozen=True):
    """A branch of ours, by its name.

    Attributes:
        name: without `refs/heads/`.
        sha: the commit at its tip.
        parent: the commit before it; None if there is not exactly one.
        work: what its commit's seal says of its files; None if the tip is not as we have made it.
    """

    name: str
    sha: str
    parent: str | None = None
    work: str | None = None


class Pull(Struct, frozen=True):
    """A pull request from a branch of this repository; `head` is the commit, `marker` None if we did not write it."""

    number: int
    url: str
    title: str
    body: str
    base: str
    head: str
    open: bool
    merged: bool
    marker: Marker | None


class There(Struct, frozen=True):
    """What is there.

    Attributes:
        base: the branch that pull requests go to.
        tip: the commit at its tip.
        branches: our branches by their names.
        pulls: returns the pull requests from a branch, the newest first.
    """

    base: str
    tip: str
    branches: Mapping[str, Branch]
    pulls: Callable[[str], Sequence[Pull]]

    def open_pull(self, branch: str) -> Pull | None:
        """Return the open pull request from a branch, ours if there are several; there is none without the branch.

        What a person has opened to another branch than the base does not count.
        """
        found = [pull for pull in self.pulls(branch) if pull.open] if branch in self.branches else []
        ours = (pull for pull in found if pull.marker is not None)
        return next(ours, next((pull for pull in found if pull.base == self.base), None))


class Rules(Struct, frozen=True):
    """What else counts.

    Attributes:
        limit: how many of our pull requests may be open; None for any number.
        whole: whether the plans are for the whole repository: if not, what no plan speaks of stays.
        unknown: what `covers` says of images of which nobody knows whether there is an update.
        kept: the branches of plans that cannot be proposed now, but are wanted.
    """

    limit: int | None
    whole: bool
    unknown: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


# --- what is to be done ---------------------------------------------------------------------------------------------


class Why(Enum):
    """Why nothing is done."""

    TRUE = "true"
    """All is as it should be."""
    EDITED = "edited"
    """Somebody else has pushed to the branch."""
    DECLINED = "declined"
    """People have closed a pull request for the same."""
    LIMIT = "limit"
    SCHEDULE = "schedule"
    UNKNOWN = "unknown"
    """It may still be wanted: this run could not tell, or has not looked."""
    WAITS = "waits"
    """It is to be closed once the pull request that takes its place is there."""


class Make(Struct, frozen=True):
    """Open a pull request; `branch` is what there is of the branch, `push` whether its commit is to be made."""

    wanted: Wanted
    branch: Branch | None
    push: bool


class Renew(Struct, frozen=True):
    """Bring a pull request up to date.

    Attributes:
        wanted: how it is to be.
        branch: the branch as it is.
        pull: the pull request as it is.
        push: whether a new commit is to be made.
        edits: what of the pull request itself is to change, as the API takes it; the body without its marker.
    """

    wanted: Wanted
    branch: Branch
    pull: Pull
    push: bool
    edits: Mapping[str, str]


class Leave(Struct, frozen=True):
    """Leave something as it is."""

    branch: str
    why: Why
    wanted: Wanted | None = None
    pull: Pull | None = None


class Close(Struct, frozen=True):
    """Close a pull request, as it is no longer wanted, and delete its branch; `successors` are branches."""

    pull: Pull
    branch: Branch
    successors: tuple[str, ...]


class Delete(Struct, frozen=True):
    """Delete a branch that is left over."""

    branch: Branch


Action = Make | Renew | Leave | Close | Delete
