"""GitHub's JSON to values, and values to GitHub's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dockwright.github.model import IssueComment, Reply, Thread

if TYPE_CHECKING:
    from dockwright.github.model import CheckAnnotation, CheckRun, ReviewComment

Json = Mapping[str, Any]

MOST_ANNOTATIONS = 50
"""Annotations of a check run in one request (OpenAPI: `maxItems`)."""


def text(value: object) -> str:
    """Return what has to be a text.

    Raises:
        ValueError: it is none, so that this is no answer of GitHub's.
    """
    if not isinstance(value, str):
        raise ValueError(type(value).__name__)  # noqa: TRY004 - what is wrong is not the caller's type
    return value


def user(node: Json | None) -> str:
    """Return a user's name, the same for a bot as author and as viewer."""
    return str((node or {}).get("login", "")).removesuffix("[bot]")


def thread(node: Json, viewer: str) -> Thread:
    """Read a review thread; `viewer` is the token's user."""
    replies = tuple(
        Reply(
            each["id"],
            each["body"],
            each["viewerDidAuthor"],
            (each["minimizedReason"] or "").lower() if each["isMinimized"] else None,
            each["url"],
        )
        for each in node["comments"]["nodes"]
    )
    resolved = bool(node["isResolved"])
    by_us = resolved and user(node["resolvedBy"]) == viewer
    return Thread(
        node["id"], node["path"], resolved, by_us, replies, complete=node["comments"]["totalCount"] == len(replies)
    )


def comment(node: Json) -> IssueComment:
    """Read a comment on a pull request itself."""
    return IssueComment(int(node["fullDatabaseId"]), node["body"], node["url"])


def review_comment(wanted: ReviewComment) -> dict[str, str | int]:
    """Return a comment as the API takes it; one line must not be given as the first to the last."""
    place: dict[str, str | int] = {"path": wanted.path, "line": wanted.last, "side": "RIGHT", "body": wanted.body}
    return place if wanted.first == wanted.last else {**place, "start_line": wanted.first, "start_side": "RIGHT"}


def check_run_part(wanted: CheckRun, sent: int) -> dict[str, Any]:
    """Return what to send next, after so many annotations; the last part completes the check run."""
    part = wanted.annotations[sent : sent + MOST_ANNOTATIONS]
    output = {
        "title": wanted.title,
        "summary": wanted.summary,
        "annotations": [_annotation(annotation) for annotation in part],
    }
    if sent + len(part) < len(wanted.annotations):
        return {"status": "in_progress", "output": output}
    return {"status": "completed", "conclusion": wanted.conclusion.value, "output": output}


def _annotation(annotation: CheckAnnotation) -> dict[str, str | int]:
    found: dict[str, str | int] = {
        "path": annotation.path,
        "start_line": annotation.first,
        "end_line": annotation.last,
        "annotation_level": annotation.level.value,
        "title": annotation.title,
        "message": annotation.message,
    }
    if annotation.columns is not None and annotation.first == annotation.last:
        found["start_column"], found["end_column"] = annotation.columns
    return found
