"""What became of proposals, for people: lines for a log, and Markdown for the summary of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.escape import inert, log_line, markdown, markdown_block, markdown_message, well_formed
from dockwright.github.proposals.outcome import WORKFLOW_ADVICE, Note, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.github.proposals.outcome import Outcome, Proposed

_LIMIT = 500_000  # bytes; GitHub takes 1 MiB from a step, or nothing
_WIDTH = max(len(state.value) for state in State)
_COUNTED = (
    (State.OPENED, "opened"),
    (State.UPDATED, "updated"),
    (State.REBASED, "rebased"),
    (State.UNCHANGED, "unchanged"),
    (State.CLOSED, "closed"),
)


def headline(proposed: Proposed) -> str:
    """Return what was done, in a few words."""
    counts = [(len(proposed.of(state)), word) for state, word in _COUNTED]
    failed = sum(outcome.failed for outcome in proposed.outcomes)
    parts = [f"{count} {word}" for count, word in [*counts, (failed, "failed or incomplete")] if count]
    return f"pull requests: {', '.join(parts)}" if parts else "no pull requests to open or change"


def render_text(proposed: Proposed) -> str:
    """Return lines that are safe in a terminal and in the log of a job."""
    lines = [f"{headline(proposed)[:1].upper()}{headline(proposed)[1:]}."]
    for outcome in proposed.outcomes:
        number = f" #{outcome.number}" if outcome.number is not None else ""
        url = f" {outcome.url}" if outcome.url else ""
        lines.append(f"{outcome.state.value:{_WIDTH}}{number} {outcome.title}{url}")
        lines += [f"{'':{_WIDTH}} {line}" for note in _notes(outcome) for line in _told(note).split("\n")]
    return "".join([f"{log_line(line)}\n" for line in lines])


def render_markdown(proposed: Proposed) -> str:
    """Return a section of a job's summary."""
    lines = [f"## Dockwright: {markdown(headline(proposed))}", ""]
    room = _LIMIT
    for outcome in proposed.outcomes:
        item = list(_item(outcome))
        room -= sum(len(line.encode("utf-8", "replace")) + 1 for line in item)
        if room < 0:
            lines.append("- and more")
            break
        lines += item
    return "".join([f"{well_formed(inert(line))}\n" for line in lines])


def _item(outcome: Outcome) -> Iterator[str]:
    title = markdown(outcome.title)
    shown = f"[{title}]({outcome.url}) (#{outcome.number})" if outcome.url else title
    yield f"- **{outcome.state.value}** {shown}"
    for note in _notes(outcome):
        message, *rest = _told(note).split("\n")
        yield f"  - {markdown_message(message)}"
        if rest:
            yield ""
            yield from (f"    {line}" for line in markdown_block(rest, "yaml"))
            yield ""


def _notes(outcome: Outcome) -> Iterator[Note]:
    yield from outcome.notes
    if outcome.left_out:
        files = ", ".join(f"`{path}`" for path in outcome.left_out)
        yield Note(f"It lacks {files}, as the token may not change workflows", WORKFLOW_ADVICE)


def _told(note: Note) -> str:
    return f"{note.message}.{f' {note.help}' if note.help else ''}"
