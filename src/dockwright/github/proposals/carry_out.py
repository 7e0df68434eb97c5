"""Carrying out what `reconcile` has decided, so that a run which ends in between can be taken up by the next.

The order is what makes it so. First the branch gets its commit, which nobody sees before; then the pull request is
opened or renewed. One that is opened has the state `new` in its marker until labels, reviewers and assignees were asked
for. One that is closed is commented on first, then closed with `closed` in its marker, and loses its branch last.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.errors import GitHubError, MissingPermission, NotFound, RateLimited, Refused, Unavailable
from dockwright.escape import markdown_code
from dockwright.github.proposals.marker import CLOSED, NEW, marker_for, read_marker, without_marker
from dockwright.github.proposals.outcome import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dockwright.bump import Plan
    from dockwright.github.proposals.answers import Tip
    from dockwright.github.proposals.desk import Desk
    from dockwright.github.proposals.model import Branch, Pull, Wanted

_CLOSING = "<!-- dockwright closing -->"
_RULES = (
    "A rule of the repository may cover `dockwright/*` (Settings > Rules, or Settings > Branches): let whoever the"
    " token belongs to bypass it. A branch that is named `dockwright` would be in the way, too."
)


class Elsewhere(Exception):
    """Somebody else has changed a branch since it was looked at."""


class Pushed(Struct, frozen=True):
    """What was pushed, which may lack workflow files, and whether GitHub has signed it; None if nothing had to be."""

    wanted: Wanted
    verified: bool | None = None


class Made(Struct, frozen=True):
    """A pull request that was opened, and what could not be added to it."""

    pull: Pull
    notes: tuple[Note, ...]


# --- the branch -----------------------------------------------------------------------------------------------------


def push(desk: Desk, tip: Tip, wanted: Wanted, seen: Branch | None) -> Pushed:
    """Make the commit of a proposal on the tip of the base branch, and let its branch be there.

    What a token lacks to change a workflow GitHub only tells when it is tried; then the rest goes without.

    Raises:
        Elsewhere: the branch is not where it was seen.
    """
    try:
        return _push(desk, tip, wanted, seen)
    except (MissingPermission, NotFound, Refused):
        if wanted.reduced is None:
            raise
        return _push(desk, tip, wanted.reduced, seen)


def _push(desk: Desk, tip: Tip, wanted: Wanted, seen: Branch | None) -> Pushed:
    name = wanted.branch
    commit = desk.commit(tip, wanted.files, message=wanted.message, branch=name, work=wanted.work)
    try:
        moved = desk.point(name, commit.sha, seen=None if seen is None else seen.sha)
    except Refused as error:
        raise Refused(f"GitHub refuses to write the branch `{name}`: {error}", help=_RULES) from error
    if not moved:
        raise Elsewhere
    return Pushed(wanted, commit.verified)


# --- the pull request -----------------------------------------------------------------------------------------------


def make(desk: Desk, base: str, wanted: Wanted) -> Made:
    """Open a pull request from a branch that is there."""
    plan = wanted.plan
    dressed = plan.labels or plan.security_labels or plan.reviewers or plan.assignees
    body = whole_body(wanted, state=NEW if dressed else "")
    pull = desk.open(wanted.branch, base, title=wanted.title, body=body)
    notes, finished = dress(desk, pull, plan)
    final = whole_body(wanted)
    # Another run may have been quicker, and opened it with another body; one by a person has no marker.
    if finished and pull.marker is not None and pull.marker != read_marker(final):
        desk.edit(pull, {"title": wanted.title, "body": final})
    return Made(pull, notes)


def renew(desk: Desk, pull: Pull, wanted: Wanted, edits: Mapping[str, str]) -> tuple[Note, ...]:
    """Change what a pull request says, and add to it what the run that opened it could not."""
    changes = dict(edits)
    notes: tuple[Note, ...] = ()
    state = "" if pull.marker is None else pull.marker.state
    if state == NEW:
        notes, finished = dress(desk, pull, wanted.plan)
        state = "" if finished else state
    elif "title" in edits and wanted.plan.security_labels:  # it has become one for security
        notes = _labelled(desk, pull, wanted.plan.security_labels)
    if "body" in edits:
        changes["body"] = whole_body(wanted, state=state)
    elif pull.marker is not None and pull.marker.state != state:
        changes["body"] = _with_state(pull, state)
    if changes:
        desk.edit(pull, changes)
    return notes


def _labelled(desk: Desk, pull: Pull, labels: tuple[str, ...]) -> tuple[Note, ...]:
    """Add labels to a pull request that has been dressed before."""
    try:
        desk.label(pull, labels)
    except GitHubError as error:
        return (Note(f"The labels could not be added: {error}", error.help),)
    return ()


def dress(desk: Desk, pull: Pull, plan: Plan) -> tuple[tuple[Note, ...], bool]:
    """Ask for labels, reviewers and assignees; return what was refused, and whether the next run need not try again.

    What is refused (an unknown user) is not tried again: each run would be refused anew.
    """
    notes: list[Note] = []
    finished = True
    for what, ask in _additions(desk, pull, plan):
        try:
            ask()
        except GitHubError as error:
            notes.append(Note(f"{what}: {error}", error.help))
            finished = finished and not isinstance(error, Unavailable | RateLimited)
    return tuple(notes), finished


def _additions(desk: Desk, pull: Pull, plan: Plan) -> Iterator[tuple[str, Callable[[], None]]]:
    if labels := (*plan.labels, *plan.security_labels):
        yield "The labels could not be added", partial(desk.label, pull, labels)
    for each in plan.reviewers:
        yield f"`{each}` could not be asked for a review", partial(desk.request_review, pull, each)
    if plan.assignees:
        yield "Nobody could be assigned", partial(desk.assign, pull, plan.assignees)


def whole_body(wanted: Wanted, *, state: str = "") -> str:
    """Return a body with its marker."""
    return f"{marker_for(wanted.branch, wanted.content, wanted.body, wanted.covers, state=state)}\n{wanted.body}"


def _with_state(pull: Pull, state: str) -> str:
    """Return the body that is there, whoever wrote it, with another state in its marker."""
    assert pull.marker is not None, "only what we have opened has a state"  # noqa: S101
    return f"{replace(pull.marker, state=state)}\n{without_marker(pull.body)}"


# --- the end --------------------------------------------------------------------------------------------------------


def close(desk: Desk, tip: Tip, base: str, pull: Pull, successors: Sequence[Pull]) -> None:
    """Close a pull request that is no longer wanted, and say why."""
    if successors:
        reason = f"Superseded by {', '.join(f'#{each.number}' for each in successors)}."
    elif _has_landed(desk, tip, pull):
        reason = f"{markdown_code(base)} has this already."
    else:
        reason = (
            f"This is no longer wanted: {markdown_code(base)} names these images otherwise or not at all, or the"
            " configuration leaves them alone."
        )
    with suppress(MissingPermission, NotFound, Refused):  # a locked conversation
        desk.comment_once(pull, reason, marker=_CLOSING)
    desk.edit(pull, {"state": "closed", "body": _with_state(pull, CLOSED)})


def _has_landed(desk: Desk, tip: Tip, pull: Pull) -> bool:
    """Tell whether the base branch has each file as the pull request would make it."""
    proposed = desk.blobs(pull)
    entries = desk.entries(tip, proposed)
    return bool(proposed) and all(path in entries and entries[path].sha == blob for path, blob in proposed.items())
