from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.dockerfile.user import User, users
from dockwright.source import Source


def found(text: str, target: str | None = None) -> list[User]:
    dockerfile = parse(Source("Dockerfile", text))
    stage = dockerfile.target(target)
    assert stage is not None
    return list(users(dockerfile, stage))


def values(text: str, target: str | None = None) -> list[str | None]:
    return [user.value for user in found(text, target)]


def test_the_last_one_comes_first() -> None:
    assert values("FROM a\nUSER one\nUSER two\n") == ["two", "one"]


def test_no_user() -> None:
    assert values("FROM a\nRUN id\n") == []


def test_stages_below_count_and_others_do_not() -> None:
    text = "FROM a AS base\nUSER one\nFROM b AS other\nUSER two\nFROM base\nUSER three\n"
    assert values(text) == ["three", "one"]
    assert values(text, "other") == ["two"]


def test_onbuild_waits_for_the_next_stage_only() -> None:
    text = "FROM a AS base\nUSER one\nONBUILD USER two\nFROM base AS next\nFROM next\n"
    assert values(text, "base") == ["one"]
    assert values(text, "next") == ["two", "one"]
    assert values(text) == ["one"]


@pytest.mark.parametrize(
    ("line", "account", "root"),
    [
        ("USER root", "root", True),
        ("USER 0", "0", True),
        ("USER 0:0", "0", True),
        ("USER root:app", "root", True),
        ("USER 000", "000", True),
        ("USER app", "app", False),
        ("USER 1000:0", "1000", False),
        ("USER 10001", "10001", False),
        ("USER ${ACCOUNT}", "shop", False),
        ("USER ${NOBODY:-root}", "root", True),
        ("USER $UNKNOWN", None, None),
        ("USER toor", "toor", False),
    ],
)
def test_who_is_root(line: str, account: str | None, root: bool | None) -> None:  # noqa: FBT001
    (user,) = found(f"FROM scratch\nARG ACCOUNT=shop\nARG UNKNOWN\n{line}\n")
    assert (user.account, user.is_root) == (account, root)
