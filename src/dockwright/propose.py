"""Keeping one pull request true for each plan.

What is wanted is compared with what is on GitHub (`github.proposals.reconcile`), and the difference is written. One
plan that fails does not stop the others, unless they would fail for the same reason. A run may end at any request: the
next one takes up what it finds. When nothing is new, nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dockwright.errors import GitHubError, MissingPermission, NotPermitted, RateLimited, ReadOnlyToken
from dockwright.github.proposals import carry_out
from dockwright.github.proposals.body import Setting
from dockwright.github.proposals.desk import Desk
from dockwright.github.proposals.marker import images_in
from dockwright.github.proposals.model import Close, Delete, Leave, Make, Renew, Rules, There, Wanted, Why
from dockwright.github.proposals.outcome import Note, Outcome, Proposed, State
from dockwright.github.proposals.reconcile import edits_of, reconcile
from dockwright.github.proposals.wanted import Unfit, is_workflow, paths_of, want

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.bump import Planned, Update
    from dockwright.evidence.comparison import Comparison
    from dockwright.github.client import GitHub
    from dockwright.github.proposals.answers import About, Entry, Tip
    from dockwright.github.proposals.model import Action, Pull

_GRANT = "Give it to the job:\npermissions:\n  contents: write\n  pull-requests: write"
_HAND_BACK = "To hand it back, take the others' commits off the branch"
_LEFT = {
    Why.TRUE: (State.UNCHANGED, ""),
    Why.EDITED: (State.EDITED, "Somebody else has pushed to the branch, so it is left as it is"),
    Why.DECLINED: (State.DECLINED, "A pull request for the same was closed, so it is not proposed again"),
    Why.LIMIT: (State.LIMIT, "As many pull requests are open as `limit` under `updates` allows"),
    Why.SCHEDULE: (State.SCHEDULE, "Its schedule opens no pull request today"),
    Why.UNKNOWN: (State.UNKNOWN, "This run cannot tell whether it is still wanted"),
    Why.WAITS: (State.WAITS, "It is superseded, and stays open until the pull request is there that takes its place"),
}


class Proposing(Struct, frozen=True):
    """How plans are proposed.

    Attributes:
        base: the branch that pull requests go to; None for the repository's default branch.
        limit: how many of our pull requests may be open; None for any number.
        whole: whether the plans are for the whole repository: if not, nothing that no plan speaks of is closed.
    """

    base: str | None = None
    limit: int | None = 10
    whole: bool = True


def propose(
    planned: Planned, hub: GitHub, options: Proposing, *, evidence: Mapping[Update, str] | None = None
) -> Proposed:
    """Keep one pull request true for each plan.

    Args:
        planned: what is to be updated, computed of the files at the tip of the base branch.
        hub: the repository.
        options: how plans are proposed.
        evidence: what is known of an update besides, as Markdown in which all text from outside is escaped.

    Raises:
        GitHubError: what is there could not be read, or the repository cannot have pull requests.
    """
    desk = Desk(hub)
    about = desk.about()
    if about.archived:
        raise GitHubError(f"`{about.full_name}` is archived, so nothing can be proposed in it")
    base = options.base or about.default_branch
    tip = desk.tip(base)
    if tip is None:
        raise GitHubError(f"`{about.full_name}` has no branch `{base}`", help="An empty one needs a commit first.")
    setting = Setting(about.html_url, base, tip.sha, planned.skipped, evidence or {})
    return _Run(desk, about, tip, setting, options).go(planned)


def described(found: Mapping[Update, Comparison]) -> dict[Update, str]:
    """Return what is known of updates as `propose` takes it."""
    from dockwright.report.comparisons.pull_request import render

    return {update: render(comparison) for update, comparison in found.items()}


class _Run:
    """One run: what was read, and what has become of each proposal so far."""

    def __init__(self, desk: Desk, about: About, tip: Tip, setting: Setting, options: Proposing) -> None:
        self.desk = desk
        self.about = about
        self.tip = tip
        self.setting = setting
        self.options = options
        self._pulls: dict[str, Sequence[Pull]] = {}
        self._open: dict[str, Pull] = {}
        self._stopped: GitHubError | None = None
        self._may_not_open: GitHubError | None = None

    def go(self, planned: Planned) -> Proposed:
        """Do all that is to be done."""
        wanted, unfit = self._want(planned)
        there = There(self.setting.base, self.tip.sha, self.desk.branches(), self._pulls_from)
        kept = frozenset(each.branch for each in unfit)
        rules = Rules(self.options.limit, self.options.whole, _unknown(planned), kept)
        done = [self._attempt(action) for action in reconcile(wanted, there, rules)]
        return Proposed((*done, *(self._unfit(each, there) for each in unfit)))

    def _want(self, planned: Planned) -> tuple[list[Wanted], list[Unfit]]:
        paths = frozenset[str]().union(*map(paths_of, planned.plans))
        entries: Mapping[str, Entry] = self.desk.entries(self.tip, paths) if paths else {}
        workflows = not (any(map(is_workflow, paths)) and self.desk.is_workflow_token())
        found = [want(plan, entries, self.setting, workflows=workflows) for plan in planned.plans]
        return [each for each in found if isinstance(each, Wanted)], [each for each in found if isinstance(each, Unfit)]

    def _pulls_from(self, branch: str) -> Sequence[Pull]:
        if branch not in self._pulls:
            self._pulls[branch] = self.desk.pulls(branch)
        return self._pulls[branch]

    # --- one thing after the other ------------------------------------------------------------------------------

    def _attempt(self, action: Action) -> Outcome:
        """Do one thing; where it fails, the others are still done."""
        outcome = _begun(action)
        try:
            return self._do(action, outcome)
        except GitHubError as error:
            return replace(outcome, notes=(self._note(error, outcome.branch),))
        except carry_out.Elsewhere:
            note = Note(f"Somebody else has changed `{outcome.branch}` meanwhile; the next run looks at it again")
            return replace(outcome, state=State.EDITED, notes=(note,))

    def _do(self, action: Action, outcome: Outcome) -> Outcome:
        if self._stopped is not None and not isinstance(action, Leave):
            raise self._stopped
        match action:
            case Make():
                return self._make(action, outcome)
            case Renew():
                return self._renew(action, outcome)
            case Leave():
                return self._leave(action, outcome)
            case Close():
                return self._close(action, outcome)
            case Delete():
                return self._delete(action, outcome)

    def _note(self, error: GitHubError, branch: str) -> Note:
        """Return what to say of a failure; remember one that others would share."""
        match error:
            case NotPermitted() if self._may_not_open is None:
                self._may_not_open = error
                by_hand = f"{self.about.html_url}/compare/{self.setting.base}...{branch}?expand=1"
                return Note(str(error), f"{error.help} The branch stays for the next run, or by hand: {by_hand}")
            case NotPermitted():
                return Note(str(error), "")
            case MissingPermission():
                self._stopped = error
                return Note(str(error), _GRANT)
            case ReadOnlyToken() | RateLimited():
                self._stopped = error
                return Note(str(error), error.help)
            case _:
                return Note(str(error), error.help)

    def _make(self, action: Make, outcome: Outcome) -> Outcome:
        if self._may_not_open is not None:
            raise self._may_not_open
        pushed = carry_out.Pushed(action.wanted)
        if action.push:
            pushed = carry_out.push(self.desk, self.tip, action.wanted, action.branch)
        wanted = pushed.wanted
        made = carry_out.make(self.desk, self.setting.base, wanted)
        self._open[wanted.branch] = made.pull
        outcome = replace(outcome, number=made.pull.number, url=made.pull.url, notes=made.notes)
        return replace(outcome, state=State.OPENED, verified=pushed.verified, left_out=wanted.left_out)

    def _renew(self, action: Renew, outcome: Outcome) -> Outcome:
        pushed = carry_out.Pushed(action.wanted)
        if action.push:
            pushed = carry_out.push(self.desk, self.tip, action.wanted, action.branch)
        wanted = pushed.wanted
        edits = action.edits if wanted is action.wanted else edits_of(wanted, action.pull, self.setting.base)
        notes = carry_out.renew(self.desk, action.pull, wanted, edits)
        self._open[wanted.branch] = action.pull
        marker = action.pull.marker
        same = action.branch.work == wanted.work if marker is None else marker.content == wanted.content
        state = State.REBASED if action.push and same else State.UPDATED
        return replace(outcome, state=state, notes=notes, verified=pushed.verified, left_out=wanted.left_out)

    def _leave(self, action: Leave, outcome: Outcome) -> Outcome:
        if action.pull is not None:
            self._open[action.branch] = action.pull
        state, reason = _LEFT[action.why]
        if action.why is Why.SCHEDULE and action.wanted is not None and (waits := action.wanted.plan.waits):
            reason = waits[:1].upper() + waits[1:]
        help_ = _HAND_BACK if action.why is Why.EDITED else ""
        if action.why is Why.EDITED and action.wanted is None:
            reason, help_ = "It is no longer wanted, but somebody else has pushed to it", "Close it yourself"
        notes = (Note(reason, help_),) if reason else ()
        left_out = action.wanted.left_out if action.wanted is not None and action.why is Why.TRUE else ()
        return replace(outcome, state=state, notes=notes, left_out=left_out)

    def _close(self, action: Close, outcome: Outcome) -> Outcome:
        successors = [self._open[branch] for branch in action.successors if branch in self._open]
        if action.successors and not successors:
            return self._leave(Leave(action.branch.name, Why.WAITS, None, action.pull), outcome)
        carry_out.close(self.desk, self.tip, self.setting.base, action.pull, successors)
        closed = replace(outcome, state=State.CLOSED)
        if self.desk.delete(action.branch):
            return closed
        return replace(closed, notes=(Note("Its branch stays, as somebody else has pushed to it meanwhile"),))

    def _delete(self, action: Delete, outcome: Outcome) -> Outcome:
        if not self.desk.delete(action.branch):
            raise carry_out.Elsewhere
        return replace(outcome, state=State.DELETED)

    def _unfit(self, unfit: Unfit, there: There) -> Outcome:
        pull = there.open_pull(unfit.branch) if unfit.branch in there.branches else None
        outcome = _about(pull, unfit.branch, unfit.title)
        return replace(outcome, state=unfit.state, notes=(Note(unfit.reason, unfit.advice),))


def _begun(action: Action) -> Outcome:
    """Return the outcome of something that fails at once."""
    match action:
        case Make():
            return Outcome(action.wanted.branch, action.wanted.title, State.FAILED)
        case Renew():
            return _about(action.pull, action.wanted.branch, action.wanted.title)
        case Leave():
            title = action.branch if action.wanted is None else action.wanted.title
            return _about(action.pull, action.branch, title)
        case Close():
            return _about(action.pull, action.branch.name, action.pull.title)
        case Delete():
            return Outcome(action.branch.name, action.branch.name, State.FAILED)


def _about(pull: Pull | None, branch: str, title: str) -> Outcome:
    if pull is None:
        return Outcome(branch, title, State.FAILED)
    return Outcome(branch, title, State.FAILED, pull.number, pull.url)


def _unknown(planned: Planned) -> frozenset[str]:
    """Name the images of which nobody knows whether there is an update."""
    failed = [each for each in planned.skipped if each.failed and each.current is not None]
    return frozenset[str]().union(*(images_in(each.current, each.uses) for each in failed if each.current is not None))
