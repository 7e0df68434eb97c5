"""Saying what was found: on GitHub, as annotations, in the log, the summary, the outputs and a file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import structs

from dockwright import console
from dockwright.action.job import hub_of
from dockwright.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job
    from dockwright.action.reviewing import Reviewed
    from dockwright.event import Event
    from dockwright.finding import Result
    from dockwright.github.model import ChangedFile
    from dockwright.publish import Channel, Posted
    from dockwright.report import Context

_LARGEST_SUMMARY = 1 << 20  # bytes; of a larger one GitHub shows nothing


def say(reviewed: Reviewed, inputs: Inputs, job: Job, *, failed: bool) -> None:
    """Show the findings: on GitHub, as annotations, in the log and the summary."""
    from dockwright.publish import Channel
    from dockwright.report import Context, render
    from dockwright.review import told
    from dockwright.rules import all_rules

    auto = frozenset({Channel.REVIEW, Channel.ANNOTATIONS, Channel.SUMMARY})
    channels = auto if inputs.report is None else inputs.report
    context = Context(told(reviewed.result, all_rules()))
    posted = _post(reviewed.result, inputs, job, channels, failed=failed, context=context)
    for note in posted.notes:
        _tell(f"{note.message}. {note.help}".strip(), loudly=inputs.report is not None)
    shown = posted.shown
    if not posted.notes and not channels & {Channel.REVIEW, Channel.CHECK, Channel.ANNOTATIONS}:
        shown = frozenset(finding.fingerprint for finding in reviewed.result.findings)
    _report(reviewed, structs.replace(context, elsewhere=shown))
    if Channel.SUMMARY in channels:
        add_summary(render("markdown", reviewed.result, context), job.environment.get("GITHUB_STEP_SUMMARY"))
    _set_outputs(reviewed.result, inputs.sarif_file, posted)


def _post(
    result: Result, inputs: Inputs, job: Job, channels: frozenset[Channel], *, failed: bool, context: Context
) -> Posted:
    """Post on GitHub what is to be shown there."""
    from dockwright.event import target_of
    from dockwright.publish import Channel, Note, Posted, publish

    asked = channels & {Channel.REVIEW, Channel.CHECK, Channel.COMMENT}
    hub = hub_of(inputs, job)
    target = None if job.event is None else target_of(job.event, job.environment.get("GITHUB_SHA", ""))
    if not asked or (inputs.report is None and (hub is None or target is None)):
        return Posted()
    if hub is None or target is None:
        return Posted(notes=(Note("Nothing is posted on GitHub: the token or the event is missing", ""),))

    def local(paths: Iterable[str]) -> Iterable[ChangedFile]:
        from dockwright.github.local import local_files

        base = _base_commit(job.event)
        return () if base is None else local_files(job.git, base, target.head, paths)

    return publish(result, asked, hub=hub, target=target, context=context, failed=failed, local=local)


def _base_commit(event: Event | None) -> str | None:
    return None if event is None or event.pull_request is None else event.pull_request.base.sha


def _tell(message: str, *, loudly: bool) -> None:
    """Say what could not be posted: as an annotation if it was asked for, else in the log only."""
    from actions_toolkit import core

    if loudly:
        core.warning(message, title="Dockwright")
        return
    with inert():
        console.write(f"{message}\n")


def annotate(message: str, advice: str) -> None:
    """Say why the job fails, if not for findings."""
    from actions_toolkit import core

    core.error(f"{message[:1].upper()}{message[1:]}. {advice}".strip(), title="Dockwright")


def _report(reviewed: Reviewed, context: Context) -> None:
    """Write the log, with annotations of what is not shown elsewhere."""
    from actions_toolkit import core

    from dockwright.report import headline, render

    result = reviewed.result
    for note in reviewed.notes:
        with inert():
            console.write(f"{note}\n")
    if result.findings:
        core.start_group(f"Dockwright: {headline(result)}")
        with inert():
            console.write(render("text", result, context))
        core.end_group()
    console.write(render("github", result, context))


@contextmanager
def inert() -> Iterator[None]:
    """Let the runner take nothing that is printed meanwhile for a command."""
    from secrets import token_hex

    token = token_hex(16)
    console.write(f"::stop-commands::{token}\n")
    try:
        yield
    finally:
        console.write(f"::{token}::\n")


def add_summary(markdown: str, path: str | None) -> None:
    """Add to the job's summary, if there is room: of too large a summary GitHub shows nothing."""
    if not path:
        return
    data = markdown.encode("utf-8", "replace")
    with open(path, "ab") as file:
        if file.tell() + len(data) <= _LARGEST_SUMMARY:
            file.write(data)


def _set_outputs(result: Result, sarif_file: str, posted: Posted) -> None:
    from actions_toolkit import core

    core.set_output("findings", len(result.findings))
    core.set_output("errors", result.count(Severity.ERROR))
    core.set_output("warnings", result.count(Severity.WARNING))
    core.set_output("notices", result.count(Severity.NOTICE))
    core.set_output("sarif-file", sarif_file)
    core.set_output("review-url", posted.review_url)
    core.set_output("check-run-url", posted.check_run_url)
    core.set_output("comment-url", posted.comment_url)


def write_sarif(result: Result, path: str) -> None:
    """Write the report for code scanning."""
    from dockwright.report import Context, render
    from dockwright.review import told
    from dockwright.rules import all_rules
    from dockwright.writing import write_file

    write_file(path, render("sarif", result, Context(told(result, all_rules()))).encode("utf-8", "replace"))
