"""Reviews, the threads on a diff, and their comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tests.support.github.world import Post, World, node_id

if TYPE_CHECKING:
    from tests.support.github.diff import Side
    from tests.support.github.people import User
    from tests.support.github.pull_request import PullRequest


class Anchor(Struct, frozen=True):
    """What a thread is about: lines of one side of a file's diff, or the whole file if `line` is None.

    `start_line` is None for a single line.
    """

    path: str
    line: int | None = None
    side: Side = "RIGHT"
    start_line: int | None = None
    start_side: Side | None = None


class Review(Post):
    """A review.

    Attributes:
        state: `PENDING`, `COMMENTED`, `APPROVED` or `CHANGES_REQUESTED`.
        commit: what was reviewed.
        submitted: when; None while it is pending.
    """

    prefix = "PRR"

    def __init__(self, world: World, author: User, body: str, commit: str) -> None:
        super().__init__(world, author, body)
        self.state = "PENDING"
        self.commit = commit
        self.submitted: str | None = None

    def submit(self, world: World, state: str) -> None:
        """Show it to everybody."""
        self.state = state
        self.submitted = world.now()


class ReviewComment(Post):
    """A comment in a thread."""

    prefix = "PRRC"

    def __init__(self, thread: Thread, author: User, body: str, review: Review) -> None:
        super().__init__(thread.pull.world, author, body)
        self.thread = thread
        self.review = review
        thread.comments.append(self)

    @property
    def reply_to(self) -> ReviewComment | None:
        """The first comment of the thread, if this is not it."""
        first = self.thread.first
        return None if first is self else first


class Thread:
    """A conversation on a diff.

    Attributes:
        anchor: what it was about when it began.
        commit: the head of the pull request then.
        base: what the diff was against then.
        first: the comment that began it, even if that was deleted.
        resolved_by: who resolved it.
    """

    def __init__(self, pull: PullRequest, anchor: Anchor, commit: str) -> None:
        self.pull = pull
        self.id = pull.world.next_id()
        self.anchor = anchor
        self.commit = commit
        self.base = pull.base_of(commit)
        self.diff_hunk = self._hunk()
        self.position = self._position()
        self.comments: list[ReviewComment] = []
        self.first: ReviewComment | None = None
        self.resolved_by: User | None = None

    @property
    def node_id(self) -> str:
        """Its name in GraphQL."""
        return node_id("PRRT", self.id)

    @property
    def resolved(self) -> bool:
        """Whether it is resolved."""
        return self.resolved_by is not None

    @property
    def outdated(self) -> bool:
        """Whether what it was about has changed since."""
        return self.place is None

    @property
    def pending(self) -> bool:
        """Whether only the author sees it, as the review is not submitted."""
        return all(comment.review.state == "PENDING" for comment in self.comments)

    @property
    def place(self) -> Anchor | None:
        """Where it is in the diff as it is now."""
        anchor, pull = self.anchor, self.pull
        path = pull.path_now(anchor.path, self.commit)
        change = pull.differences().file(path) if path else None
        if change is None or path is None or anchor.line is None:
            return None if change is None or path is None else Anchor(path)
        side, first = anchor.side, anchor.start_line or anchor.line
        shift = pull.moved(self, side, first, anchor.line)
        if shift is None or change.hunk(side, anchor.line + shift) is None:
            return None
        start = anchor.start_line + shift if anchor.start_line else None
        return Anchor(path, anchor.line + shift, side, start, anchor.start_side)

    def add(self, author: User, body: str, review: Review) -> ReviewComment:
        """Add a comment."""
        comment = ReviewComment(self, author, body, review)
        self.first = self.first or comment
        return comment

    def reply(self, author: User, body: str) -> ReviewComment:
        """Let somebody answer, as people do on the page."""
        return self.add(author, body, self.pull.submit_review(author, "", "COMMENTED"))

    def _hunk(self) -> str:
        change = self.pull.differences(self.commit).file(self.anchor.path)
        assert change is not None
        if self.anchor.line is None:
            return change.patch or ""
        hunk = change.hunk(self.anchor.side, self.anchor.line)
        return hunk.until(self.anchor.side, self.anchor.line) if hunk else ""

    def _position(self) -> int | None:
        change = self.pull.differences(self.commit).file(self.anchor.path)
        line = self.anchor.line
        return change.position(self.anchor.side, line) if change and line is not None else None
