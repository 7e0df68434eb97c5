"""What people see of a pull request: to compare the states that two ways lead to, without numbers and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import CheckRun
    from tests.support.github.review import Thread
    from tests.support.github.world import Post


class Said(Struct, frozen=True, order=True):
    """What somebody wrote; `minimized` is why it is hidden, or empty."""

    author: str
    body: str
    minimized: str = ""


class ShownThread(Struct, frozen=True, order=True):
    """A thread where it was begun; 0 for no line."""

    path: str
    start_line: int
    line: int
    side: str
    outdated: bool
    resolved: bool
    pending: bool
    comments: tuple[Said, ...]


class ShownCheck(Struct, frozen=True, order=True):
    """A check run of the head; its annotations are sorted, each `path:start-end level message`."""

    name: str
    status: str
    conclusion: str
    title: str
    summary: str
    text: str
    annotations: tuple[str, ...]


class Shown(Struct, frozen=True):
    """A pull request as people see it; all sorted.

    Attributes:
        reviews: state and text of each that has a text or waits to be submitted; those without are but their threads.
    """

    threads: tuple[ShownThread, ...]
    comments: tuple[Said, ...]
    reviews: tuple[tuple[str, Said], ...]
    checks: tuple[ShownCheck, ...]
    labels: tuple[str, ...]


def shown(pull: PullRequest) -> Shown:
    """Return what people see of a pull request."""
    head = pull.head
    runs = [run for run in pull.repository.check_runs if run.about["head_sha"] == head]
    reviews = [(each.state, _said(each)) for each in pull.reviews if each.body or each.state == "PENDING"]
    return Shown(
        threads=tuple(sorted(map(_thread, pull.threads))),
        comments=tuple(sorted(map(_said, pull.comments))),
        reviews=tuple(sorted(reviews)),
        checks=tuple(sorted(map(_check, runs))),
        labels=tuple(sorted(pull.labels)),
    )


def _said(post: Post) -> Said:
    return Said(post.author.login, post.body, post.minimized or "")


def _thread(thread: Thread) -> ShownThread:
    where = thread.anchor
    return ShownThread(
        where.path,
        where.start_line or 0,
        where.line or 0,
        where.side,
        thread.outdated,
        thread.resolved,
        thread.pending,
        tuple(map(_said, thread.comments)),
    )


def _check(run: CheckRun) -> ShownCheck:
    return ShownCheck(
        run.about["name"],
        run.about["status"],
        run.about.get("conclusion", ""),
        run.output.get("title", ""),
        run.output.get("summary", ""),
        run.output.get("text", ""),
        tuple(sorted(map(_annotation, run.annotations))),
    )


def _annotation(given: dict[str, Any]) -> str:
    place = f"{given['path']}:{given['start_line']}-{given['end_line']}"
    return f"{place} {given['annotation_level']} {given['message']}"
