"""Posting a review on GitHub: each finding in the one place that suits it best.

On a line that the pull request's diff shows a finding is a review comment, with a suggestion if its fix can be one.
Any other is an annotation: of a check run where one is asked for, else a workflow command, which is the edge's job.
Whatever GitHub refuses becomes an annotation as well, and a note says why. The outcome of the review is never changed.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import GitHubError, Refused
from dockwright.github.body import finding_body, is_summary, review_body, summary_body
from dockwright.github.check_run import annotation, check_run
from dockwright.github.model import MOST_FILES, Conclusion, ReviewComment
from dockwright.github.patch import Patch, read_patch
from dockwright.github.reconcile import Scope, about, reconcile
from dockwright.github.suggestion import suggest
from dockwright.github.tree import blob_name
from dockwright.report import headline, plural, scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dockwright.finding import Finding, Result
    from dockwright.github.client import GitHub
    from dockwright.github.model import ChangedFile, Thread
    from dockwright.github.reconcile import Actions
    from dockwright.report import Context
    from dockwright.source import Source

    Local = Callable[[Iterable[str]], Iterable[ChangedFile]]

_MOST_REFUSALS = 12  # one bad comment among 30 costs 6; more means that something else is wrong
_MOST_ANNOTATED = 500  # ten requests


class Channel(Enum):
    """A place where findings are shown: a value of the input `report`."""

    REVIEW = "review"
    CHECK = "check"
    ANNOTATIONS = "annotations"
    SARIF = "sarif"
    SUMMARY = "summary"
    COMMENT = "comment"


class Target(Struct, frozen=True):
    """What is posted on.

    Attributes:
        head: the commit that was reviewed.
        number: the pull request; None if there is none, and then there are no comments.
    """

    head: str
    number: int | None


class Note(Struct, frozen=True, gc=False):
    """Something that could not be posted: why, and what can be done about it (perhaps several lines)."""

    message: str
    help: str


class Posted(Struct, frozen=True):
    """What is on GitHub now.

    Attributes:
        shown: the fingerprints of the findings that stand there.
        notes: what could not be posted.
        review_url: the review that was posted, if one was.
        check_run_url: the check run, if there is one.
        comment_url: the summary comment, if there is one.
    """

    shown: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    review_url: str = ""
    check_run_url: str = ""
    comment_url: str = ""


def publish(
    result: Result,
    channels: frozenset[Channel],
    *,
    hub: GitHub,
    target: Target,
    context: Context,
    failed: bool,
    local: Local = lambda _paths: (),
) -> Posted:
    """Post a result.

    Args:
        result: the outcome of a review.
        channels: where findings may be shown; those that are not on GitHub's API are the caller's.
        hub: the repository.
        target: what is posted on.
        context: what a report needs.
        failed: whether the review fails the job.
        local: returns files of the pull request that the API has not, or not with a patch, if they are here.
    """
    run = _Run(result, hub, target, context)
    if Channel.REVIEW in channels and target.number is not None:
        run.attempt("The review could not be posted", lambda: run.review(target.number or 0, local))
    if Channel.CHECK in channels:
        run.attempt("The check run could not be made", lambda: run.check(failed=failed))
    if Channel.COMMENT in channels and target.number is not None:
        run.attempt("The summary comment could not be posted", lambda: run.comment(target.number or 0))
    return Posted(frozenset(run.shown), tuple(run.notes), run.review_url, run.check_run_url, run.comment_url)


class _Run:
    """One posting: what stands on GitHub so far."""

    def __init__(self, result: Result, hub: GitHub, target: Target, context: Context) -> None:
        self.result = result
        self.hub = hub
        self.target = target
        self.context = context
        self.shown: set[str] = set()
        self.notes: list[Note] = []
        self.review_url = ""
        self.check_run_url = ""
        self.comment_url = ""
        self._refusals = 0

    def attempt(self, failure: str, post: Callable[[], None]) -> None:
        """Post to one channel; a refusal ends only that."""
        try:
            post()
        except GitHubError as error:
            self.notes.append(Note(f"{failure}: {error}", error.help))

    # --- review -------------------------------------------------------------------------------------------------

    def review(self, number: int, local: Local) -> None:
        """Comment on the lines of the diff, and put aside what is mended."""
        there = self.hub.review_threads(number)
        if self._is_late(there.head):
            return
        if not self.result.findings and not any(about(thread) for thread in there.threads):
            return
        files = self.hub.pull_request_files(number)
        actions = self._actions(files, there.threads, local)
        self.shown |= actions.standing
        try:
            self._post(number, actions.create)
        finally:
            self._note_crowd(actions)
        for thread in actions.close:
            self.hub.close_thread(thread)

    def _is_late(self, head: str) -> bool:
        """Tell whether the pull request has moved on; a run for what it was must not put aside what is said now."""
        if head == self.target.head:
            return False
        self.notes.append(Note("The pull request has moved on to another commit, whose own run comments on it", ""))
        return True

    def _actions(self, files: Sequence[ChangedFile], threads: Iterable[Thread], local: Local) -> Actions:
        result = self.result
        patches = _patches(files, {each.span.source.path: each.span.source for each in result.findings}, local)
        wanted = [
            comment
            for finding in sorted(result.findings, key=lambda each: -each.severity)
            if (comment := self._comment(finding, patches.get(finding.span.source.path, Patch()))) is not None
        ]
        reach = Scope(
            frozenset(result.files),
            frozenset(file.path for file in files) if len(files) < MOST_FILES else None,
            certain=not result.broken_rules,
        )
        return reconcile(wanted, threads, reach, found={finding.fingerprint for finding in result.findings})

    def _comment(self, finding: Finding, patch: Patch) -> ReviewComment | None:
        """Return the comment about a finding; None if the diff does not show its place."""
        suggestion = suggest(finding, patch)
        lines = finding.span.lines
        if suggestion is not None:
            first, last = suggestion.first, suggestion.last
        elif patch.shows(lines.start, lines.stop - 1):
            first, last = lines.start, lines.stop - 1
        elif patch.shows(lines.start, lines.start):
            first = last = lines.start
        else:
            return None
        body = finding_body(finding, suggestion, self.context.page(finding.rule))
        return ReviewComment(finding.span.source.path, first, last, body, finding.fingerprint)

    def _post(self, number: int, comments: Sequence[ReviewComment]) -> None:
        """Post comments as one review; GitHub takes all or none, so where it takes none, halve and try again."""
        if not comments:
            return
        try:
            url = self.hub.create_review(number, self.target.head, review_body(len(comments)), comments)
        except Refused as error:
            self._refusals += 1
            if len(comments) == 1 or self._refusals > _MOST_REFUSALS:
                where = ", ".join(f"`{comment.path}:{comment.last}`" for comment in comments)
                self.notes.append(Note(f"GitHub takes no comment on {where}: {error}", error.help))
                return
            middle = len(comments) // 2
            self._post(number, comments[:middle])
            self._post(number, comments[middle:])
        else:
            self.review_url = self.review_url or url
            self.shown |= {comment.fingerprint for comment in comments}

    def _note_crowd(self, actions: Actions) -> None:
        if actions.crowded_out:
            count = plural(len(actions.crowded_out), "more finding")
            self.notes.append(Note(f"For {count} there is no comment, as a pull request with more is not read", ""))

    # --- check run ----------------------------------------------------------------------------------------------

    def check(self, *, failed: bool) -> None:
        """Make a check run with the findings that are no comments."""
        rest = [finding for finding in self.result.findings if finding.fingerprint not in self.shown][:_MOST_ANNOTATED]
        passed = Conclusion.NEUTRAL if self.result.findings else Conclusion.SUCCESS
        found = f"{headline(self.result)}{scope(self.result)}"
        commented = f" On the pull request: {plural(len(self.shown), 'comment')}." if self.shown else ""
        wanted = check_run(
            self.target.head,
            Conclusion.FAILURE if failed else passed,
            title=found,
            summary=f"Dockwright: {found}.{commented}",
            annotations=tuple(annotation(finding, self._title(finding)) for finding in rest),
        )
        self.check_run_url = self.hub.send_check_run(wanted)
        self.shown |= {finding.fingerprint for finding in rest}

    def _title(self, finding: Finding) -> str:
        return f"{self.context.by_id()[finding.rule].title} [{finding.rule}]"

    # --- summary comment ----------------------------------------------------------------------------------------

    def comment(self, number: int) -> None:
        """Keep the one comment that sums up; none is made to say that nothing was found."""
        result = self.result
        rest = [finding for finding in result.findings if finding.fingerprint not in self.shown]
        body = summary_body(f"{headline(result)}{scope(result)}", rest)
        own = self.hub.own_comments(number)
        if self._is_late(own.head):
            return
        there = next((each for each in own.comments if is_summary(each.body)), None)
        if there is not None:
            self.comment_url = there.url if there.body == body else self.hub.edit_comment(number, there, body)
        elif result.findings:
            self.comment_url = self.hub.create_comment(number, body)


def _patches(files: Sequence[ChangedFile], sources: Mapping[str, Source], local: Local) -> dict[str, Patch]:
    """Return the patches of the files with findings whose text at the head is the one that was reviewed.

    Where a merge is checked out and others changed the file too, its lines are not those of the pull request.
    """
    known = {file.path: file for file in files if file.patch is not None}
    listed = {file.path for file in files}
    lacking = [path for path in sources if path not in known and (path in listed or len(files) >= MOST_FILES)]
    known |= {file.path: file for file in (local(lacking) if lacking else ())}
    return {
        path: read_patch(file.patch)
        for path, source in sources.items()
        if (file := known.get(path)) is not None and file.patch is not None and file.blob == blob_name(source)
    }
