"""What became of proposals."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

WORKFLOW_ADVICE = (
    "Change them by hand, run Dockwright with the token of an app that has `workflows: write`, or name them under"
    " `ignore-paths` of `updates` in `.github/dockwright.yml`."
)
"""What can be done where a token may not change workflows."""


class State(Enum):
    """What became of one proposal; the values are those of reports."""

    OPENED = "opened"
    UPDATED = "updated"
    REBASED = "rebased"
    """The same on the base branch as it is now."""
    UNCHANGED = "unchanged"
    EDITED = "edited"
    """Somebody else has pushed to its branch, so it is left alone."""
    DECLINED = "declined"
    """People have closed a pull request for the same."""
    LIMIT = "limit"
    """As many pull requests are open as may be."""
    SCHEDULE = "schedule"
    """None is opened today."""
    UNKNOWN = "unknown"
    """It is open and may still be wanted: this run could not tell."""
    WAITS = "waits"
    """It is superseded, and is closed once that is open which takes its place."""
    MOVED = "moved"
    """Its files are not as they were read."""
    CLOSED = "closed"
    DELETED = "deleted"
    """A branch that was left over is gone."""
    WITHHELD = "withheld"
    """The token may not write what it changes."""
    FAILED = "failed"


class Note(Struct, frozen=True, gc=False):
    """What to know about a proposal, and what can be done about it (perhaps several lines)."""

    message: str
    help: str = ""


class Outcome(Struct, frozen=True):
    """What became of one proposal.

    Attributes:
        branch: its branch.
        title: its title, or its branch's name if that is not known.
        state: what became of it.
        number: the pull request, if there is one.
        url: the pull request's page.
        notes: what to know about it.
        verified: whether GitHub has signed the commit that was made; None if none was.
        left_out: files that it lacks, as the token may not change workflows.
    """

    branch: str
    title: str
    state: State
    number: int | None = None
    url: str = ""
    notes: tuple[Note, ...] = ()
    verified: bool | None = None
    left_out: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something that is wanted could not be done, or not all of it."""
        return self.state in {State.FAILED, State.WITHHELD} or bool(self.left_out)


class Proposed(Struct, frozen=True):
    """What became of all proposals, in the order in which they were dealt with."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something that is wanted could not be done."""
        return any(outcome.failed for outcome in self.outcomes)

    def of(self, *states: State) -> tuple[Outcome, ...]:
        """Return those in some states."""
        return tuple(outcome for outcome in self.outcomes if outcome.state in states)
