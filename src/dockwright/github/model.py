"""What is on a pull request, as far as a review needs it; client.py makes these of GitHub's answers."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

MOST_FILES = 3000
"""Files of a pull request that GitHub lists."""


class ChangedFile(Struct, frozen=True, gc=False):
    """A file of a pull request.

    Attributes:
        path: its path at the pull request's head.
        status: added, removed, modified, renamed, copied, changed or unchanged.
        blob: git's name of its content at the head.
        patch: its hunks; None if GitHub gives none (binary, too large, or only renamed).
        changes: the number of changed lines.
    """

    path: str
    status: str
    blob: str
    patch: str | None
    changes: int


class Reply(Struct, frozen=True, gc=False):
    """A comment of a thread.

    Attributes:
        id: its node id.
        body: its Markdown.
        ours: whether this token's user wrote it.
        hidden: why it is minimised, in GitHub's word in lower case; None if it is not.
        url: its page.
    """

    id: str
    body: str
    ours: bool
    hidden: str | None = None
    url: str = ""


class Thread(Struct, frozen=True, gc=False):
    """A review thread.

    Attributes:
        id: its node id.
        path: the file that it is about.
        resolved: whether it is resolved.
        resolved_by_us: whether this token's user did that.
        comments: its comments in order; the first began it.
        complete: whether these are all of its comments.
    """

    id: str
    path: str
    resolved: bool
    resolved_by_us: bool
    comments: tuple[Reply, ...]
    complete: bool = True

    @property
    def closed_by_us(self) -> bool:
        """Whether we have put it aside, as what it says was mended."""
        return self.resolved_by_us or (bool(self.comments) and self.comments[0].hidden == OUTDATED)

    @property
    def answered(self) -> bool:
        """Whether somebody else has written in it."""
        return not self.complete or any(not comment.ours for comment in self.comments)


OUTDATED = "outdated"
"""Why we minimise a comment whose thread we may not resolve (ReportedContentClassifiers)."""


class Threads(Struct, frozen=True):
    """All review threads of a pull request, and the commit that is its head now."""

    head: str
    threads: tuple[Thread, ...]


class ReviewComment(Struct, frozen=True, gc=False):
    """A comment to be made on lines `first` to `last` of a file at the head.

    `fingerprint` is the finding's, which is also in the body's marker.
    """

    path: str
    first: int
    last: int
    body: str
    fingerprint: str


class IssueComment(Struct, frozen=True, gc=False):
    """A comment on the pull request itself."""

    id: int
    body: str
    url: str


class Comments(Struct, frozen=True):
    """Our comments on a pull request itself, and the commit that is its head now."""

    head: str
    comments: tuple[IssueComment, ...]


class Level(Enum):
    """How bad an annotation of a check run is."""

    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"


class Conclusion(Enum):
    """How a check run ended."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"


class CheckAnnotation(Struct, frozen=True, gc=False):
    """An annotation of a check run; the columns (the last one inclusive) are None unless it is within one line."""

    path: str
    first: int
    last: int
    level: Level
    title: str
    message: str
    columns: tuple[int, int] | None = None


class CheckRun(Struct, frozen=True):
    """A check run as it is to be.

    Attributes:
        name: what is listed beside the workflow's jobs.
        head: the commit that it is about.
        key: names its content, so that a run that was cut off is known again (GitHub's `external_id`).
        conclusion: how it ended.
        title: one line.
        summary: Markdown.
        annotations: in the order in which they are sent.
    """

    name: str
    head: str
    key: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[CheckAnnotation, ...]
