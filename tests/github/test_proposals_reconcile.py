"""What is to be done for proposals: a table of situations, and laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dockwright.bump import Plan
from dockwright.github.proposals.marker import marker_for
from dockwright.github.proposals.model import (
    Branch,
    Close,
    Delete,
    Leave,
    Make,
    Pull,
    Renew,
    Rules,
    There,
    Wanted,
    Why,
)
from dockwright.github.proposals.reconcile import reconcile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockwright.github.proposals.model import Action

TIP, PAST = "t" * 40, "p" * 40
RULES = Rules(limit=10, whole=True)


def wanted(key: str = "a", *, content: str = "0", work: str = "w", covers: str = "a", rank: int = 0) -> Wanted:
    return Wanted(
        plan=Plan(key, ()),
        branch=f"dockwright/{key}",
        content=content * 16,
        work=work,
        covers=frozenset(each * 8 for each in covers),
        files=(),
        title=f"Update {key} to {content}",
        message="",
        body=f"Body of {content}",
        rank=rank,
    )


WORKFLOWS = replace(wanted(work="less"), left_out=("ci.yml",))
WITH_WORKFLOWS = replace(wanted(work="more"), reduced=WORKFLOWS)


def branch(key: str = "a", *, work: str | None = "w", parent: str = TIP, sha: str = "s") -> Branch:
    return Branch(f"dockwright/{key}", sha, parent, work)


def pull(one: Wanted, *, number: int = 1, state: str = "", open: bool = True, merged: bool = False) -> Pull:  # noqa: A002 - as in Pull
    marker = marker_for(one.branch, one.content, one.body, one.covers, state=state)
    body = f"{marker}\n{one.body}"
    return Pull(number, f"url/{number}", one.title, body, "main", "s", open and not merged, merged, marker)


def decide(
    some: Sequence[Wanted],
    branches: Sequence[Branch] = (),
    pulls: Mapping[str, Sequence[Pull]] | None = None,
    rules: Rules = RULES,
) -> tuple[Action, ...]:
    by_branch = {f"dockwright/{key}": each for key, each in (pulls or {}).items()}
    there = There("main", TIP, {each.name: each for each in branches}, lambda name: by_branch.get(name, ()))
    return reconcile(some, there, rules)


ONE = wanted()
NEWER = wanted(content="1", work="x")
PERSONS = Pull(1, "url/1", "Mine", "No marker", "main", "s", open=True, merged=False, marker=None)
REWORDED = replace(pull(ONE), title="My title", body=f"{pull(ONE).marker}\nMy words")


@pytest.mark.parametrize(
    ("want", "there", "pulls", "expected"),
    [
        pytest.param(ONE, None, [], Make(ONE, None, push=True), id="nothing is there"),
        pytest.param(ONE, branch(), [], Make(ONE, branch(), push=False), id="only the branch"),
        pytest.param(
            ONE, branch(work="v"), [], Make(ONE, branch(work="v"), push=True), id="the branch has something else"
        ),
        pytest.param(ONE, branch(work=None), [], Leave(ONE.branch, Why.EDITED, ONE), id="somebody else's branch"),
        pytest.param(ONE, branch(), [pull(ONE)], Leave(ONE.branch, Why.TRUE, ONE, pull(ONE)), id="all is true"),
        pytest.param(
            ONE,
            branch(parent=PAST),
            [pull(ONE)],
            Renew(ONE, branch(parent=PAST), pull(ONE), push=True, edits={}),
            id="the base has moved",
        ),
        pytest.param(
            NEWER,
            branch(),
            [pull(ONE)],
            Renew(NEWER, branch(), pull(ONE), push=True, edits={"title": NEWER.title, "body": NEWER.body}),
            id="something newer",
        ),
        pytest.param(
            NEWER,
            branch(work="x"),
            [pull(ONE)],
            Renew(NEWER, branch(work="x"), pull(ONE), push=False, edits={"title": NEWER.title, "body": NEWER.body}),
            id="killed after the push",
        ),
        pytest.param(
            ONE,
            branch(),
            [pull(ONE, state="new")],
            Renew(ONE, branch(), pull(ONE, state="new"), push=False, edits={}),
            id="killed before the labels",
        ),
        pytest.param(
            ONE,
            branch(work=None),
            [pull(ONE)],
            Leave(ONE.branch, Why.EDITED, ONE, pull(ONE)),
            id="somebody has pushed",
        ),
        pytest.param(
            NEWER,
            branch(work=None),
            [pull(ONE)],
            Leave(ONE.branch, Why.EDITED, NEWER, pull(ONE)),
            id="somebody has pushed, and there is something newer",
        ),
        pytest.param(
            ONE, branch(), [REWORDED], Leave(ONE.branch, Why.TRUE, ONE, REWORDED), id="somebody has reworded it"
        ),
        pytest.param(
            replace(ONE, body="Better words"),
            branch(),
            [REWORDED],
            Leave(ONE.branch, Why.TRUE, replace(ONE, body="Better words"), REWORDED),
            id="somebody has reworded it, and our words change",
        ),
        pytest.param(
            replace(ONE, body="Better words"),
            branch(),
            [pull(ONE)],
            Renew(replace(ONE, body="Better words"), branch(), pull(ONE), push=False, edits={"body": "Better words"}),
            id="our words change",
        ),
        pytest.param(
            NEWER,
            branch(),
            [REWORDED],
            Renew(NEWER, branch(), REWORDED, push=True, edits={"title": NEWER.title, "body": NEWER.body}),
            id="somebody has reworded it, and there is something newer",
        ),
        pytest.param(
            ONE,
            branch(),
            [replace(pull(ONE), base="develop")],
            Renew(ONE, branch(), replace(pull(ONE), base="develop"), push=False, edits={"base": "main"}),
            id="it goes elsewhere",
        ),
        pytest.param(
            ONE,
            branch(parent=PAST),
            [PERSONS],
            Renew(ONE, branch(parent=PAST), PERSONS, push=True, edits={}),
            id="a person has opened it by hand",
        ),
        pytest.param(
            ONE,
            branch(),
            [replace(PERSONS, base="develop")],
            Make(ONE, branch(), push=False),
            id="a person has opened one to another branch",
        ),
        pytest.param(
            ONE, branch(), [pull(ONE, open=False)], Leave(ONE.branch, Why.DECLINED, ONE), id="it was declined"
        ),
        pytest.param(
            ONE, None, [pull(ONE, open=False)], Leave(ONE.branch, Why.DECLINED, ONE), id="declined, without its branch"
        ),
        pytest.param(
            ONE,
            branch(work="x"),
            [pull(NEWER, open=False), pull(ONE, open=False)],
            Leave(ONE.branch, Why.DECLINED, ONE),
            id="declined earlier",
        ),
        pytest.param(
            NEWER,
            branch(),
            [pull(ONE, open=False)],
            Make(NEWER, branch(), push=True),
            id="something older was declined",
        ),
        pytest.param(
            ONE,
            None,
            [pull(ONE, open=False, state="closed")],
            Make(ONE, None, push=True),
            id="we have closed it ourselves",
        ),
        pytest.param(ONE, None, [pull(ONE, merged=True)], Make(ONE, None, push=True), id="merged, and taken back"),
        pytest.param(
            NEWER,
            branch(work=None),
            [pull(ONE, merged=True)],
            Make(NEWER, branch(work=None), push=True),
            id="the branch of what was merged, with others' commits",
        ),
        pytest.param(
            NEWER,
            branch(work=None, sha="more"),
            [pull(ONE, merged=True)],
            Leave(ONE.branch, Why.EDITED, NEWER),
            id="commits after what was merged",
        ),
        pytest.param(
            replace(ONE, plan=Plan("a", (), opens=False)),
            None,
            [],
            Leave(ONE.branch, Why.SCHEDULE, replace(ONE, plan=Plan("a", (), opens=False))),
            id="not today",
        ),
        pytest.param(
            WITH_WORKFLOWS,
            branch(work="less"),
            [pull(WORKFLOWS)],
            Leave(ONE.branch, Why.TRUE, WORKFLOWS, pull(WORKFLOWS)),
            id="workflows were refused before",
        ),
        pytest.param(
            WITH_WORKFLOWS,
            branch(work="less", parent=PAST),
            [pull(WORKFLOWS)],
            Renew(WITH_WORKFLOWS, branch(work="less", parent=PAST), pull(WORKFLOWS), push=True, edits={}),
            id="workflows were refused before, and the base has moved",
        ),
    ],
)
def test_one_plan(want: Wanted, there: Branch | None, pulls: list[Pull], expected: Action) -> None:
    assert decide([want], [there] if there else [], {"a": pulls}) == (expected,)


OTHER = wanted("b")


@pytest.mark.parametrize(
    ("there", "pulls", "rules", "expected"),
    [
        pytest.param(branch("b"), [], RULES, [Delete(branch("b"))], id="a branch is left over"),
        pytest.param(branch("b", work=None), [], RULES, [], id="a branch of somebody else's"),
        pytest.param(branch("b"), [pull(OTHER, merged=True)], RULES, [Delete(branch("b"))], id="merged"),
        pytest.param(branch("b"), [pull(OTHER, open=False)], RULES, [Delete(branch("b"))], id="declined"),
        pytest.param(
            branch("b"),
            [pull(OTHER)],
            RULES,
            [Close(pull(OTHER), branch("b"), ())],
            id="landed, or not wanted",
        ),
        pytest.param(
            branch("b", work=None),
            [pull(OTHER)],
            RULES,
            [Leave("dockwright/b", Why.EDITED, None, pull(OTHER))],
            id="somebody has pushed",
        ),
        pytest.param(branch("b"), [PERSONS], RULES, [], id="a person's pull request"),
        pytest.param(
            branch("b"), [replace(PERSONS, base="develop")], RULES, [], id="a person's pull request to another branch"
        ),
        pytest.param(
            branch("b"),
            [pull(OTHER)],
            replace(RULES, whole=False),
            [Leave("dockwright/b", Why.UNKNOWN, None, pull(OTHER))],
            id="only a part was looked at",
        ),
        pytest.param(branch("b"), [], replace(RULES, whole=False), [], id="only a part was looked at; a branch"),
        pytest.param(
            branch("b"),
            [pull(OTHER)],
            replace(RULES, unknown=frozenset(["a" * 8])),
            [Leave("dockwright/b", Why.UNKNOWN, None, pull(OTHER))],
            id="the registry did not answer",
        ),
        pytest.param(
            branch("b"), [pull(OTHER)], replace(RULES, kept=frozenset(["dockwright/b"])), [], id="it will be wanted"
        ),
    ],
)
def test_what_no_plan_speaks_of(there: Branch, pulls: list[Pull], rules: Rules, expected: list[Action]) -> None:
    assert decide([], [there], {"b": pulls}, rules) == tuple(expected)


def test_a_group_of_which_a_part_is_unknown_stays_whole() -> None:
    whole, part = wanted(covers="ab"), wanted(covers="a", content="1", work="x")
    rules = replace(RULES, unknown=frozenset(["b" * 8]))
    assert decide([part], [branch()], {"a": [pull(whole)]}, rules) == (
        Leave(part.branch, Why.UNKNOWN, part, pull(whole)),
    )
    newer = replace(part, covers=whole.covers)
    (renewed,) = decide([newer], [branch()], {"a": [pull(whole)]}, rules)
    assert isinstance(renewed, Renew)


def test_what_is_superseded_is_closed_last() -> None:
    old, new = wanted("old"), wanted("new")
    closing = Close(pull(old), branch("old"), ("dockwright/new",))
    assert decide([new], [branch("old")], {"old": [pull(old)]}) == (Make(new, None, push=True), closing)


@pytest.mark.parametrize(
    ("new", "pulls", "rules"),
    [
        (wanted("new"), [], replace(RULES, limit=0)),
        (replace(wanted("new"), plan=Plan("new", (), opens=False)), [], RULES),
        (wanted("new"), [pull(wanted("new"), open=False)], RULES),
    ],
)
def test_what_is_superseded_waits_for_its_successor(new: Wanted, pulls: list[Pull], rules: Rules) -> None:
    old = wanted("old")
    *_, last = decide([new], [branch("old")], {"old": [pull(old)], "new": pulls}, rules)
    assert last == Leave("dockwright/old", Why.WAITS, None, pull(old))


def test_what_is_superseded_makes_room() -> None:
    old, new = wanted("old"), wanted("new")
    first, last = decide([new], [branch("old")], {"old": [pull(old)]}, replace(RULES, limit=1))
    assert (type(first), type(last)) == (Make, Close)


def test_the_most_urgent_come_first() -> None:
    some = [wanted(key, rank=rank, covers=key) for key, rank in (("a", 5), ("b", 0), ("c", 1), ("d", 1))]
    actions = decide(some, rules=replace(RULES, limit=2))
    assert [(type(each).__name__, each.wanted.branch[-1:]) for each in actions] == [  # type: ignore[union-attr]
        ("Make", "b"),
        ("Make", "c"),
        ("Leave", "d"),
        ("Leave", "a"),
    ]


def test_no_more_is_asked_of_github_than_there_is_room_for() -> None:
    asked: list[str] = []

    def pulls(name: str) -> Sequence[Pull]:
        asked.append(name)
        return ()

    some = [wanted(f"k{number}", covers="abcdef"[number % 6]) for number in range(500)]
    reconcile(some, There("main", TIP, {}, pulls), Rules(limit=3, whole=True))
    assert len(asked) == 3


SITUATIONS = st.fixed_dictionaries(
    {
        "plan": st.booleans(),
        "branch": st.sampled_from([None, branch(), branch(work=None), branch(parent=PAST), branch(work="x")]),
        "pull": st.sampled_from([None, "open", "declined", "merged", "closed", "new", "persons"]),
        "content": st.sampled_from("01"),
    }
)


@given(st.lists(SITUATIONS, max_size=8), st.integers(0, 6))
def test_the_limit_holds_and_only_ours_is_changed(situations: list[dict[str, object]], limit: int) -> None:
    some, branches, pulls = [], [], {}
    for number, each in enumerate(situations):
        key = f"k{number}"
        one = wanted(key, covers=f"{number:x}")
        if each["plan"]:
            some.append(one)
        there = each["branch"]
        if isinstance(there, Branch):
            branches.append(replace(there, name=one.branch))
        seen = replace(one, content=str(each["content"]) * 16)
        kind = each["pull"]
        if kind == "persons":
            pulls[key] = [PERSONS]
        elif kind is not None and (there is not None or kind not in {"open", "new"}):
            made = pull(
                seen,
                open=kind in {"open", "new"},
                merged=kind == "merged",
                state=str(kind) if kind in {"new", "closed"} else "",
            )
            pulls[key] = [made]
    actions = decide(some, branches, pulls, Rules(limit=limit, whole=True))
    before = sum(any(each.open and each.marker for each in found) for found in pulls.values())
    opened = sum(isinstance(action, Make) for action in actions)
    closed = sum(isinstance(action, Close) for action in actions)
    assert opened == 0 or before - closed + opened <= limit
    for action in actions:
        if isinstance(action, Renew | Close | Delete):
            assert action.branch.work is not None
        if isinstance(action, Close):
            assert action.pull.marker is not None
