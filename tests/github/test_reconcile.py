"""The laws of what is done to a pull request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from dockwright.github.model import OUTDATED, Reply, ReviewComment, Thread
from dockwright.github.reconcile import MOST_COMMENTS, Actions, Scope, about, reconcile

PATHS = ("Dockerfile", "api/Dockerfile", "gone/Dockerfile")
EVERYTHING = Scope(PATHS, PATHS)


def marked(fingerprint: str) -> str:
    return f"<!-- dockwright rule=some-rule fingerprint={fingerprint} -->\n**warning** something"


def wanted(fingerprint: str, path: str = "Dockerfile") -> ReviewComment:
    return ReviewComment(path, 1, 1, marked(fingerprint), fingerprint)


def thread(fingerprint: str, *, number: int = 1, path: str = "Dockerfile", ours: bool = True) -> Thread:
    first = Reply(f"C{number}", marked(fingerprint), ours)
    return Thread(f"T{number}", path, resolved=False, resolved_by_us=False, comments=(first,))


def answered(some: Thread) -> Thread:
    return structs.replace(some, comments=(*some.comments, Reply(f"{some.id}-reply", "I disagree", ours=False)))


def nothing(actions: Actions) -> bool:
    return not actions.create and not actions.close


def test_what_is_new_is_said_once() -> None:
    actions = reconcile([wanted("a"), wanted("a"), wanted("b")], [], EVERYTHING)
    assert [each.fingerprint for each in actions.create] == ["a", "b"]


def test_what_is_there_is_not_said_again() -> None:
    actions = reconcile([wanted("a")], [thread("a")], EVERYTHING)
    assert nothing(actions)
    assert actions.standing == {"a"}


def test_what_is_mended_is_put_aside() -> None:
    assert reconcile([], [thread("a")], EVERYTHING).close == (thread("a"),)


def test_an_answered_thread_is_left_as_it_is() -> None:
    assert nothing(reconcile([], [answered(thread("a"))], EVERYTHING))
    cut = structs.replace(thread("a"), complete=False)
    assert nothing(reconcile([], [cut], EVERYTHING))


def test_what_a_person_resolved_is_not_said_again() -> None:
    resolved = structs.replace(thread("a"), resolved=True)
    assert nothing(reconcile([wanted("a")], [resolved], EVERYTHING))


def test_what_we_put_aside_and_comes_back_is_said_again() -> None:
    resolved = structs.replace(thread("a"), resolved=True, resolved_by_us=True)
    assert reconcile([wanted("a")], [resolved], EVERYTHING).create == (wanted("a"),)
    hidden = structs.replace(thread("a"), comments=(Reply("C", marked("a"), ours=True, hidden=OUTDATED),))
    assert reconcile([wanted("a")], [hidden], EVERYTHING).create == (wanted("a"),)
    by_a_person = structs.replace(thread("a"), comments=(Reply("C", marked("a"), ours=True, hidden="off-topic"),))
    assert nothing(reconcile([wanted("a")], [by_a_person], EVERYTHING))


def test_a_copy_of_our_marker_by_somebody_else_is_theirs() -> None:
    actions = reconcile([wanted("a")], [thread("a", ours=False)], EVERYTHING)
    assert actions.create == (wanted("a"),)
    assert actions.close == ()


def test_of_two_threads_that_say_the_same_one_stays() -> None:
    first, second = thread("a"), thread("a", number=2)
    assert reconcile([wanted("a")], [first, second], EVERYTHING).close == (second,)
    assert reconcile([wanted("a")], [first, answered(second)], EVERYTHING).close == (first,)


def test_a_finding_that_cannot_be_commented_on_any_more_keeps_its_thread() -> None:
    actions = reconcile([], [thread("a")], EVERYTHING, found={"a"})
    assert nothing(actions)
    assert actions.standing == {"a"}


def test_files_that_were_not_reviewed_are_not_judged() -> None:
    other = thread("a", path="api/Dockerfile")
    assert nothing(reconcile([], [other], Scope(["Dockerfile"], PATHS)))
    assert reconcile([], [other], Scope(["Dockerfile"], ["Dockerfile"])).close == (other,)
    assert nothing(reconcile([], [other], Scope(["Dockerfile"], None)))


def test_after_a_rule_failed_nothing_is_put_aside() -> None:
    assert nothing(reconcile([], [thread("a")], Scope(PATHS, PATHS, certain=False)))


def test_there_is_room_for_so_many_comments() -> None:
    many = [wanted(f"{number:02x}") for number in range(MOST_COMMENTS + 5)]
    actions = reconcile(many, [], EVERYTHING)
    assert actions.create == tuple(many[:MOST_COMMENTS])
    assert actions.crowded_out == tuple(many[MOST_COMMENTS:])


# --- laws -----------------------------------------------------------------------------------------------------------

fingerprints = st.sampled_from("abcdef")
replies = st.builds(
    Reply,
    id=st.uuids().map(str),
    body=st.one_of(fingerprints.map(marked), st.just("I disagree")),
    ours=st.booleans(),
    hidden=st.sampled_from([None, None, OUTDATED, "spam"]),
)


@st.composite
def threads(draw: st.DrawFn) -> Thread:
    resolved = draw(st.booleans())
    return Thread(
        str(draw(st.uuids())),
        draw(st.sampled_from(PATHS)),
        resolved,
        resolved and draw(st.booleans()),
        tuple(draw(st.lists(replies, max_size=3))),
        draw(st.sampled_from([True, True, True, False])),
    )


paths = st.sets(st.sampled_from(PATHS))
scopes = st.tuples(paths, st.none() | paths, st.booleans()).map(lambda parts: Scope(*parts))
wishes = st.lists(st.builds(wanted, fingerprints, st.sampled_from(PATHS)), max_size=8)
states = st.lists(threads(), max_size=8)
founds = st.sets(fingerprints)


def applied(there: list[Thread], actions: Actions) -> list[Thread]:
    """Do to some threads what GitHub does when it is asked to."""
    closed = {each.id for each in actions.close}
    made = [thread(each.fingerprint, number=100 + index, path=each.path) for index, each in enumerate(actions.create)]
    return [
        structs.replace(each, resolved=True, resolved_by_us=True) if each.id in closed else each for each in there
    ] + made


@given(wishes, states, scopes, founds)
def test_doing_it_twice_is_doing_it_once(
    wish: list[ReviewComment], there: list[Thread], scope: Scope, found: set[str]
) -> None:
    after = applied(there, reconcile(wish, there, scope, found=found))
    assert nothing(reconcile(wish, after, scope, found=found))


@given(wishes, states, scopes, founds)
def test_only_our_own_unanswered_threads_are_touched(
    wish: list[ReviewComment], there: list[Thread], scope: Scope, found: set[str]
) -> None:
    for each in reconcile(wish, there, scope, found=found).close:
        assert all(comment.ours for comment in each.comments)
        assert each.complete
        assert not each.resolved
        assert about(each) is not None


@given(wishes, states, scopes, founds)
def test_nothing_that_is_wanted_gets_lost(
    wish: list[ReviewComment], there: list[Thread], scope: Scope, found: set[str]
) -> None:
    actions = reconcile(wish, there, scope, found=found)
    said = {each.fingerprint for each in (*actions.create, *actions.crowded_out)} | actions.standing
    assert {each.fingerprint for each in wish} <= said


@given(wishes, states, scopes, founds, st.data())
def test_a_run_that_was_cut_off_is_finished_by_the_next(
    wish: list[ReviewComment], there: list[Thread], scope: Scope, found: set[str], data: st.DataObject
) -> None:
    actions = reconcile(wish, there, scope, found=found)
    made, closed = data.draw(st.integers(0, len(actions.create))), data.draw(st.integers(0, len(actions.close)))
    cut = applied(there, structs.replace(actions, create=actions.create[:made], close=actions.close[:closed]))
    assert state(applied(cut, reconcile(wish, cut, scope, found=found))) == state(applied(there, actions))


def state(there: list[Thread]) -> list[tuple[object, ...]]:
    return sorted((str(about(each)), each.path, each.resolved, len(each.comments)) for each in there)
