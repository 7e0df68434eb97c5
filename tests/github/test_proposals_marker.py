"""By what proposals are known again."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.bump import Plan, Update, UpdateType
from dockwright.github.proposals.marker import (
    Marker,
    branch_of,
    content_of,
    covers,
    marker_for,
    read_marker,
    read_seal,
    sealed,
    text_of,
    without_marker,
    work_of,
)
from dockwright.github.proposals.model import Rewritten
from dockwright.image import Reference
from tests.support.proposing import NEW, OLD, uses_in

TREE, PARENT = "1" * 40, "2" * 40


@pytest.mark.parametrize(
    ("key", "branch"),
    [
        ("python-3.12", "dockwright/python-3.12"),
        ("Images_all", "dockwright/Images_all"),
        ("a", "dockwright/a"),
        ("ghcr.io/acme/app", "dockwright/ghcr-io-acme-app-5aaba65f"),
        ("a..b", "dockwright/a-b-f62b4241"),
        ("a.lock", "dockwright/a-lock-e018dd87"),
        ("-a", "dockwright/a-c2748917"),
        ("", "dockwright/e3b0c442"),
        ("~^:?*[\\", "dockwright/1463448c"),
    ],
)
def test_branches(key: str, branch: str) -> None:
    assert branch_of(key) == branch


@given(st.sets(st.text(max_size=120), max_size=20))
def test_branches_are_names_that_git_takes_and_differ(keys: set[str]) -> None:
    names = [branch_of(key) for key in keys]
    assert len(set(names)) == len(keys)
    for name in names:
        assert len(name) <= 120
        assert not name.endswith((".lock", ".", "/"))
        assert ".." not in name
        assert name.isascii()


def test_git_agrees() -> None:
    for key in ("python-3.12", "a..b", "a.lock", "x" * 300, "a b", "@{", "\u00e4"):
        subprocess.run(["git", "check-ref-format", "--branch", branch_of(key)], check=True, capture_output=True)


def _plan(*names: tuple[str, str, UpdateType]) -> Plan:
    made = (Update(Reference.parse(old), Reference.parse(new), kind, (), (), "it is") for old, new, kind in names)
    return Plan("key", tuple(made))


PATCH, REFRESH, PIN = UpdateType.PATCH, UpdateType.REFRESH, UpdateType.PIN


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("python:3.12.4", "python:3.12.11", PATCH), ("python:3.12.5", "python:3.12.11", PATCH), True),
        (("python:3.12.4", "python:3.12.11", PATCH), ("python:3.12.4", "python:3.12.12", PATCH), False),
        (("python:3.12.4", f"python:3.12.11@{OLD}", PATCH), ("python:3.12.4", f"python:3.12.11@{NEW}", PATCH), True),
        (("python:3.12", f"python:3.12@{OLD}", REFRESH), ("python:3.12", f"python:3.12@{NEW}", REFRESH), False),
        (("python:3.12", f"python:3.12@{OLD}", PIN), ("python:3.12", f"python:3.12@{NEW}", PIN), True),
        (("python:3.12", f"python:3.12@{OLD}", PIN), ("python:3.11", "python:3.12", PATCH), False),
        (("python:3.12.4", "python:3.12.11", PATCH), ("pypy:3.12.4", "pypy:3.12.11", PATCH), False),
    ],
)
def test_what_is_the_same_to_those_who_decline_it(
    one: tuple[str, str, UpdateType], other: tuple[str, str, UpdateType], *, same: bool
) -> None:
    assert (content_of(_plan(one)) == content_of(_plan(other))) is same


def test_the_order_of_updates_does_not_matter() -> None:
    one, other = ("a:1", "a:2", PATCH), ("b:1", "b:2", PATCH)
    assert content_of(_plan(one, other)) == content_of(_plan(other, one, one))


def test_what_is_covered() -> None:
    uses = uses_in({"Dockerfile": "FROM a:1\nFROM a:1\nFROM b:1\n", "x/Dockerfile": "FROM a:2\n"})

    def covered(name: str) -> frozenset[str]:
        image = Reference.parse(name)
        return covers(Update(image, image, PATCH, tuple(use for use in uses if use.reference == image), (), ""))

    assert [len(covered(name)) for name in ("a:1", "b:1", "a:2")] == [1, 1, 1]
    assert len(covered("a:1") | covered("b:1") | covered("a:2")) == 3


def test_a_seal_is_broken_by_whatever_else_the_commit_is() -> None:
    work = work_of([Rewritten("Dockerfile", "", "FROM a:2\n")])
    message = sealed("Update a", "dockwright/a", work, tree=TREE, parent=PARENT)
    assert message.startswith("Update a\n\nDockwright-Seal: ")
    assert read_seal(message, "dockwright/a", tree=TREE, parent=PARENT) == work
    assert read_seal(message + "\n", "dockwright/a", tree=TREE, parent=PARENT) == work
    assert read_seal(message, "dockwright/b", tree=TREE, parent=PARENT) is None
    assert read_seal(message, "dockwright/a", tree=PARENT, parent=PARENT) is None
    assert read_seal(message, "dockwright/a", tree=TREE, parent=TREE) is None
    assert read_seal(message + "\nMore", "dockwright/a", tree=TREE, parent=PARENT) is None
    assert read_seal("Update a", "dockwright/a", tree=TREE, parent=PARENT) is None


@given(st.text(), st.frozensets(st.text("0123456789abcdef", min_size=8, max_size=8)), st.sampled_from(["", "new"]))
def test_a_marker_is_read_as_it_was_written(body: str, covered: frozenset[str], state: str) -> None:
    marker = marker_for("dockwright/python-3.12", "0" * 16, body, covered, state=state)
    whole = f"{marker}\n{body}"
    assert read_marker(whole) == marker
    assert without_marker(whole) == body
    assert text_of(whole) == text_of(whole.replace("\n", "\r\n")) or "\r" in body
    assert marker.text == text_of(whole)


def test_a_marker_that_is_not_at_the_start_is_text() -> None:
    marker = Marker("a", "0" * 16, "1" * 16)
    assert read_marker(f"Hello\n{marker}") is None
    assert read_marker(f"{marker}") == marker
    assert read_marker(f"{marker}\r\nBody") == marker
    assert read_marker(str(marker).replace("plan=a", "plan=../a")) is None
    assert read_marker("") is None


def test_many_images_do_not_fill_the_body() -> None:
    marker = marker_for("dockwright/a", "0" * 16, "", frozenset(f"{number:08x}" for number in range(10_000)))
    assert len(str(marker)) < 3_000
