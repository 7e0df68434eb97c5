"""What is to be done so that there is one true pull request for each plan: pure, so that its laws can be tested.

Only what we have made is ever changed: a branch whose tip has our seal, a pull request whose body has our marker. What
anybody else has pushed to or closed is theirs to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.github.proposals.marker import CLOSED, loses_evidence, marker_for, text_of
from dockwright.github.proposals.model import Close, Delete, Leave, Make, Renew, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dockwright.github.proposals.model import Action, Branch, Pull, Rules, There, Wanted


def reconcile(wanted: Sequence[Wanted], there: There, rules: Rules) -> tuple[Action, ...]:
    """Compare what should be proposed with what is there.

    Returns:
        What is to be done, in this order: what is there is renewed, what is new made, and only then what is superseded
        closed. Of what is new, refreshes and patches come first.
    """
    ordered = sorted(wanted, key=lambda each: (each.rank, each.branch))
    names = {each.branch for each in ordered} | rules.kept
    others = [branch for name, branch in sorted(there.branches.items()) if name not in names]
    renewed = [
        _renew(each, pull, there, rules) for each in ordered if (pull := there.open_pull(each.branch)) is not None
    ]
    staying, leaving = _obsolete(others, ordered, there, rules)
    taken = len(renewed) + len(staying) + sum(_is_ours(there.open_pull(name)) for name in rules.kept)
    free = None if rules.limit is None else max(0, rules.limit - taken)
    made = list(_new([each for each in ordered if there.open_pull(each.branch) is None], there, free))
    proposed = {each.wanted.branch for each in [*renewed, *made] if each.wanted is not None and _is_proposed(each)}
    return (*renewed, *made, *staying, *(_retire(each, proposed) for each in leaving))


def _is_ours(pull: Pull | None) -> bool:
    return pull is not None and pull.marker is not None


def _is_proposed(action: Action) -> bool:
    """Tell whether an action leaves an open pull request."""
    return not isinstance(action, Leave) or action.pull is not None


# --- what is wanted -------------------------------------------------------------------------------------------------


def _renew(wanted: Wanted, pull: Pull, there: There, rules: Rules) -> Renew | Leave:
    """Decide about a pull request that is open."""
    covered = frozenset(pull.marker.covers) if pull.marker is not None else frozenset()
    if covered & rules.unknown - wanted.covers:  # a group of which a part is missing now, and back tomorrow
        return Leave(wanted.branch, Why.UNKNOWN, wanted, pull)
    branch = there.branches.get(wanted.branch)
    if branch is None or branch.work is None:
        return Leave(wanted.branch, Why.EDITED, wanted, pull)
    wanted = _as_far_as_possible(wanted, branch, there.tip)
    push = not _is_current(branch, wanted, there.tip)
    edits = edits_of(wanted, pull, there.base)
    if push or edits or (pull.marker is not None and pull.marker.state):
        return Renew(wanted, branch, pull, push, edits)
    return Leave(wanted.branch, Why.TRUE, wanted, pull)


def _as_far_as_possible(wanted: Wanted, branch: Branch, tip: str) -> Wanted:
    """Return what is wanted, less the workflow files, if the branch shows that this token could not write those."""
    reduced = wanted.reduced
    return reduced if reduced is not None and _is_current(branch, reduced, tip) else wanted


def _is_current(branch: Branch, wanted: Wanted, tip: str) -> bool:
    return branch.parent == tip and branch.work == wanted.work


def edits_of(wanted: Wanted, pull: Pull, base: str) -> Mapping[str, str]:
    """Return what of a pull request itself is to change.

    A title or text that a person has rewritten stays while the same is proposed. One without our marker is a person's.
    So does a text that says what could not be learnt this time.
    """
    marker = pull.marker
    if marker is None:
        return {}
    edits: dict[str, str] = {}
    another = marker.content != wanted.content
    if another and pull.title != wanted.title:
        edits["title"] = wanted.title
    right = marker_for(wanted.branch, wanted.content, wanted.body, wanted.covers, state=marker.state)
    ours = text_of(pull.body) == marker.text and not loses_evidence(pull.body, wanted.body)
    if marker != right and (another or ours):
        edits["body"] = wanted.body
    if pull.base != base:
        edits["base"] = base
    return edits


def _new(wanted: Iterable[Wanted], there: There, free: int | None) -> Iterator[Make | Leave]:
    """Decide about what has no open pull request, the most urgent first; asks no more of GitHub than it has to."""
    for each in wanted:
        action = Leave(each.branch, Why.LIMIT, each) if free == 0 and not each.plan.urgent else _make(each, there)
        if free and isinstance(action, Make):
            free -= 1
        yield action


def _make(wanted: Wanted, there: There) -> Make | Leave:
    branch, pulls = there.branches.get(wanted.branch), there.pulls(wanted.branch)
    if any(_declines(pull, wanted) for pull in pulls):
        return Leave(wanted.branch, Why.DECLINED, wanted)
    if not wanted.plan.opens:
        return Leave(wanted.branch, Why.SCHEDULE, wanted)
    if branch is None:
        return Make(wanted, None, push=True)
    wanted = _as_far_as_possible(wanted, branch, there.tip)
    if branch.work is None and not any(pull.merged and pull.head == branch.sha for pull in pulls):
        return Leave(wanted.branch, Why.EDITED, wanted)
    return Make(wanted, branch, push=not _is_current(branch, wanted, there.tip))


def _declines(pull: Pull, wanted: Wanted) -> bool:
    """Tell whether people have closed a pull request for the same."""
    marker = pull.marker
    return (
        not pull.open
        and not pull.merged
        and marker is not None
        and marker.state != CLOSED
        and marker.content == wanted.content
    )


# --- what is not wanted any more ------------------------------------------------------------------------------------


def _obsolete(
    branches: Iterable[Branch], wanted: Sequence[Wanted], there: There, rules: Rules
) -> tuple[list[Leave], list[Close | Delete]]:
    """Sort branches for which there is no plan into those that stay and those that go."""
    staying: list[Leave] = []
    leaving: list[Close | Delete] = []
    for branch in branches:
        pull = there.open_pull(branch.name)
        if pull is None:
            if rules.whole and branch.work is not None and not any(each.open for each in there.pulls(branch.name)):
                leaving.append(Delete(branch))
        elif pull.marker is not None:
            covered = frozenset(pull.marker.covers)
            if not rules.whole or covered & rules.unknown:
                staying.append(Leave(branch.name, Why.UNKNOWN, None, pull))
            elif branch.work is None:
                staying.append(Leave(branch.name, Why.EDITED, None, pull))
            else:
                leaving.append(Close(pull, branch, tuple(each.branch for each in wanted if each.covers & covered)))
    return staying, leaving


def _retire(action: Close | Delete, proposed: set[str]) -> Action:
    """Let a pull request that is superseded wait until another is there in its place."""
    if isinstance(action, Delete) or not action.successors:
        return action
    there = tuple(each for each in action.successors if each in proposed)
    if not there:
        return Leave(action.branch.name, Why.WAITS, None, action.pull)
    return Close(action.pull, action.branch, there)
