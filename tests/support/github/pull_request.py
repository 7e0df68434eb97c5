"""A pull request: its branches, its diff, and the conversation about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.github.diff import Differences
from tests.support.github.review import Anchor, Review, ReviewComment, Thread
from tests.support.github.world import IssueComment, node_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.github.diff import Side
    from tests.support.github.people import User
    from tests.support.github.repository import Repository


class PullRequest:
    """A pull request.

    Attributes:
        repository: where it is to be merged.
        head_repository: where its branch is: the same, a fork, or None if the fork was deleted.
        comments: the conversation below it.
        threads: the conversations on its diff, those of pending reviews included.
    """

    def __init__(self, repository: Repository, base: str, head: tuple[Repository, str], author: User) -> None:
        self.repository = repository
        self.world = repository.world
        self.id = self.world.next_id()
        self.number = repository.next_number()
        self.base_ref = base
        self.head_repository: Repository | None
        self.head_repository, self.head_ref = head
        self.author = author
        self.title = self.body = ""
        self.state = "open"
        self.merged = self.draft = self.locked = False
        self.created = self.updated = self.world.now()
        self.labels: list[str] = []
        self.assignees: list[User] = []
        self.reviewers: list[User] = []
        self.comments: list[IssueComment] = []
        self.reviews: list[Review] = []
        self.threads: list[Thread] = []
        self._head = ""
        self._differences: dict[tuple[str | None, str, int], Differences] = {}
        repository.pulls[self.number] = self

    @property
    def node_id(self) -> str:
        """Its name in GraphQL."""
        return node_id("PR", self.id)

    @property
    def from_fork(self) -> bool:
        """Whether its branch is in another repository."""
        return self.head_repository is not self.repository

    # --- commits ------------------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The tip of the branch that it is to be merged into."""
        return self.repository.tip(self.base_ref)

    @property
    def head(self) -> str:
        """The tip of its branch; where that was when it was closed or the fork deleted."""
        fork = self.head_repository
        tip = fork.git.ref(f"refs/heads/{self.head_ref}") if fork and self.state == "open" else None
        if tip and tip != self._head:
            self._head = tip
            self.repository.git.set_ref(f"refs/pull/{self.number}/head", tip)
        return self._head

    def base_of(self, head: str) -> str | None:
        """Return the commit that the diff of a head is against."""
        return self.repository.git.merge_base(self.base, head)

    def differences(self, head: str | None = None, *, since: str | None = None, context: int = 3) -> Differences:
        """Return the diff of the head, or one that it was, against the base, or another commit."""
        head = head or self.head
        old = since or self.base_of(head)
        if (old, head, context) not in self._differences:
            self._differences[old, head, context] = Differences(self.repository.git, old, head, context=context)
        return self._differences[old, head, context]

    def push(self, changes: Mapping[str, str | bytes | None], *, force: bool = False) -> str:
        """Push a commit with changed files (None removes one); `force` puts it in place of the last commit."""
        assert self.head_repository is not None
        return self.head_repository.commit(self.head_ref, changes, author=self.author, amend=force)

    def merge_commit(self) -> str | None:
        """Make `refs/pull/N/merge`, which a workflow checks out, and return it; None if there are conflicts."""
        git = self.repository.git
        tree = git.merge(self.base, self.head)
        if tree is None:
            return None
        message = f"Merge {self.head} into {self.base}"
        sha = self.repository.write_commit(tree, (self.base, self.head), message, self.author)
        git.set_ref(f"refs/pull/{self.number}/merge", sha)
        return sha

    def merge(self, *, delete_branch: bool = False) -> str:
        """Merge it, and return the tip of the base branch."""
        sha = self.merge_commit()
        assert sha is not None, "it has conflicts"
        assert self.head_repository is not None
        self.repository.git.set_ref(f"refs/heads/{self.base_ref}", sha)
        self.close(delete_branch=delete_branch)
        self.merged = True
        return sha

    def close(self, *, delete_branch: bool = False) -> None:
        """Close it."""
        _ = self.head  # as it is before it is closed
        self.state = "closed"
        self.updated = self.world.now()
        if delete_branch and self.head_repository is not None:
            self.head_repository.git.delete_ref(f"refs/heads/{self.head_ref}")

    # --- where threads are --------------------------------------------------------------------------------------

    def path_now(self, path: str, commit: str) -> str | None:
        """Return where a file of an earlier head is now; None if it is gone."""
        if commit == self.head:
            return path
        changes = self.differences(since=commit, context=0).files
        change = next((each for each in changes if each.old_path == path), None)
        return path if change is None else change.path if change.status != "removed" else None

    def moved(self, thread: Thread, side: Side, first: int, last: int) -> int | None:
        """Return how far the lines of a thread have moved since it began; None if they have changed."""
        old, new = (thread.commit, self.head) if side == "RIGHT" else (thread.base, self.base_of(self.head))
        if old == new or old is None or new is None:
            return 0
        change = self.differences(new, since=old, context=0).file(
            (self.path_now(thread.anchor.path, thread.commit) or "") if side == "RIGHT" else thread.anchor.path
        )
        return change.moved("LEFT", first, last) if change else 0

    # --- the conversation ---------------------------------------------------------------------------------------

    def comment(self, author: User, body: str) -> IssueComment:
        """Write a comment below it."""
        self.comments.append(IssueComment(self.world, author, body))
        return self.comments[-1]

    def start_review(self, author: User, body: str = "", commit: str | None = None) -> Review:
        """Begin a review, which nobody else sees yet."""
        self.reviews.append(Review(self.world, author, body, commit or self.head))
        return self.reviews[-1]

    def submit_review(self, author: User, body: str, state: str = "COMMENTED") -> Review:
        """Write a review without comments on the diff."""
        review = self.start_review(author, body)
        review.submit(self.world, state)
        return review

    def pending_review(self, author: User) -> Review | None:
        """Return the review that somebody has begun."""
        return next((each for each in self.reviews if each.author == author and each.state == "PENDING"), None)

    def start_thread(self, review: Review, anchor: Anchor, body: str) -> ReviewComment:
        """Begin a thread as part of a review."""
        thread = Thread(self, anchor, review.commit)
        self.threads.append(thread)
        return thread.add(review.author, body, review)

    def delete_comment(self, comment: ReviewComment) -> None:
        """Delete a comment; a thread without comments is none."""
        comment.thread.comments.remove(comment)
        if not comment.thread.comments:
            self.threads.remove(comment.thread)

    @property
    def review_comments(self) -> list[ReviewComment]:
        """All comments on the diff, the oldest first."""
        return sorted((each for thread in self.threads for each in thread.comments), key=lambda each: each.id)

    def mention(self, author: User, path: str, line: int, body: str = "Why?") -> Thread:
        """Let somebody begin a thread on a line, as people do on the page."""
        review = self.submit_review(author, "")
        return self.start_thread(review, Anchor(path, line), body).thread
