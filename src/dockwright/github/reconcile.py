"""What is to be done so that a pull request says what a review found: pure, so that its laws can be tested.

Only threads that we began are ever touched: the token's user wrote the first comment, and it begins with our marker.
Where anybody else has written in one, it is theirs too, and is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.github.body import marker_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dockwright.github.model import ReviewComment, Thread

MOST_COMMENTS = 30
"""Open comments of ours on one pull request; more of them bury what people say."""


class Scope(Struct, frozen=True):
    """What a review can speak for.

    Attributes:
        reviewed: the files that it has read.
        changed: the files that the pull request changes; None if not all of them are known.
        certain: whether it could find everything: False after a rule failed.
    """

    reviewed: Collection[str]
    changed: Collection[str] | None
    certain: bool = True

    def covers(self, path: str) -> bool:
        """Tell whether that a finding is missing in a file means that it is mended.

        A file that the pull request does not change (any more) has none. One that it changes and that was not read is
        somebody else's: of another job, with other paths.
        """
        if not self.certain:
            return False
        return path in self.reviewed or (self.changed is not None and path not in self.changed)


class Actions(Struct, frozen=True):
    """What is to be done.

    Attributes:
        create: comments to make, no more than there is room for.
        close: threads to put aside: what they say is mended, or another says it too.
        standing: the fingerprints of wanted comments that are already there.
        crowded_out: wanted comments for which there is no room.
    """

    create: tuple[ReviewComment, ...]
    close: tuple[Thread, ...]
    standing: frozenset[str]
    crowded_out: tuple[ReviewComment, ...]


def reconcile(
    wanted: Sequence[ReviewComment], threads: Iterable[Thread], scope: Scope, *, found: Collection[str] = ()
) -> Actions:
    """Compare what should be said with what is.

    Args:
        wanted: the comments that should be there, the most important first.
        threads: all threads of the pull request.
        scope: what the review can speak for.
        found: the fingerprints of all findings: a thread about one that cannot be commented on (any more) stays.
    """
    open_threads: dict[str, list[Thread]] = {}
    for thread in threads:
        fingerprint = about(thread)
        if fingerprint is not None and not thread.closed_by_us:
            open_threads.setdefault(fingerprint, []).append(thread)
    known = {comment.fingerprint for comment in wanted} | set(found)
    close = [
        thread
        for fingerprint, some in open_threads.items()
        for thread in _superfluous(some, found=fingerprint in known, scope=scope)
    ]
    missing = _once(comment for comment in wanted if comment.fingerprint not in open_threads)
    room = max(0, MOST_COMMENTS - sum(not thread.resolved for some in open_threads.values() for thread in some))
    room += sum(not thread.resolved for thread in close)
    room = min(room, MOST_COMMENTS)
    return Actions(tuple(missing[:room]), tuple(close), frozenset(known & open_threads.keys()), tuple(missing[room:]))


def about(thread: Thread) -> str | None:
    """Return the fingerprint of the finding that a thread of ours is about; None if it is not ours."""
    if not thread.comments or not thread.comments[0].ours:
        return None
    marker = marker_of(thread.comments[0].body)
    return None if marker is None else marker.fingerprint


def _superfluous(threads: Sequence[Thread], *, found: bool, scope: Scope) -> list[Thread]:
    """Return those of the threads about one finding that are to be put aside.

    Of several (two runs at the same time) the best one stays: one that people have taken up, else the first.
    """
    kept: Thread | None = None
    if found:
        kept = next((thread for thread in threads if thread.answered or thread.resolved), threads[0])
    return [
        thread
        for thread in threads
        if thread is not kept and not thread.answered and not thread.resolved and (found or scope.covers(thread.path))
    ]


def _once(comments: Iterable[ReviewComment]) -> list[ReviewComment]:
    return list({comment.fingerprint: comment for comment in comments}.values())
