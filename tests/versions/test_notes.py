"""What a decision says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dockwright.bump import UpdateType
from dockwright.versions import Catalog, Decision, TagPolicy, VariantMoves

TODAY = date(2026, 8, 22)
GOLANG = Catalog(
    "docker.io/library/golang",
    [
        *(f"1.22.{n}-alpine3.20" for n in range(4, 10)),
        *(f"1.22.{n}-alpine3.21" for n in range(8, 13)),
        *("1.26.7-alpine3.23", "1.26.7-alpine3.24", "1.27.0-alpine3.23", "1.27.0-alpine3.24", "1.27-alpine3.23"),
        *("1.25.1-alpine3.22", "1.22-alpine3.20", "1.22-alpine3.21", "1.28rc1-alpine3.24"),
    ],
)


def decide(tag: str, policy: TagPolicy = TagPolicy()) -> Decision:  # noqa: B008 - a frozen value
    return GOLANG.decide(tag, policy, today=TODAY)


def reason(decision: Decision, type_: UpdateType) -> str:
    best = decision.best(type_)
    assert best is not None
    return best.reason


def test_a_frozen_variant_is_told_of() -> None:
    decision = decide("1.22.5-alpine3.20")
    assert reason(decision, UpdateType.PATCH) == (
        "`1.22.12-alpine3.21` is a newer release of Go 1.22; `alpine3.20` moves to `alpine3.21`, "
        "because Alpine 3.20 has had no free security updates since 2026-04-01"
    )
    assert reason(decision, UpdateType.MINOR) == (
        "Go 1.27 is a newer series; `alpine3.20` moves to `alpine3.24`, "
        "because Alpine 3.20 has had no free security updates since 2026-04-01"
    )
    assert decision.notes == (
        "Go 1.22 has had no free security updates since 2025-02-11.",
        "Alpine 3.20 has had no free security updates since 2026-04-01.",
    )


def test_what_newer_releases_are_not_built_on_is_dead() -> None:
    decision = GOLANG.decide("1.22.5-alpine3.20", TagPolicy(), today=date(2025, 3, 1))
    assert reason(decision, UpdateType.PATCH) == (
        "`1.22.12-alpine3.21` is a newer release of Go 1.22; `alpine3.20` moves to `alpine3.21`, "
        "because newer releases are not built on `alpine3.20` any more"
    )


def test_a_dead_variant_that_may_not_move_is_told_of() -> None:
    decision = decide("1.22.9-alpine3.20", TagPolicy(move_variants=VariantMoves.NEVER))
    assert UpdateType.PATCH not in decision.candidates
    assert (
        "`alpine3.20` is dead, because Alpine 3.20 has had no free security updates since 2026-04-01; "
        "the policy does not let it move."
    ) in decision.notes


def test_a_dead_variant_without_a_living_sibling_is_told_of() -> None:
    catalog = Catalog("docker.io/library/node", ["18.20.4-alpine3.17", "18.20.8", "18.20.7", "18.20.4"])
    assert catalog.decide("18.20.4-alpine3.17", TagPolicy(), today=TODAY).notes[-1] == (
        "`alpine3.17` is dead, because Alpine 3.17 has had no free security updates since 2024-11-22, "
        "and no living sibling of the same kind is known."
    )


def test_a_kind_of_tag_that_has_been_left_behind_is_told_of() -> None:
    tags = ["3.5.2-onbuild", "3.5.3-onbuild", "3.5.2", "3.5.3", "3.5.4", "3.5.10"]
    catalog = Catalog("docker.io/library/python", tags)
    assert catalog.decide("3.5.2-onbuild", TagPolicy(), today=TODAY).notes == (
        "Python 3.5 has had no free security updates since 2020-09-30.",
        "Tags of this kind have stopped at `3.5.3`; plainer ones are at `3.5.10`.",
    )


def test_a_floating_tag() -> None:
    decision = decide("1.27-alpine3.23")
    assert decision.floating
    assert (
        decision.notes[0]
        == "`1.27-alpine3.23` follows its series by itself: there is no newer tag to move to, only a newer digest."
    )


@pytest.mark.parametrize(
    ("tag", "floating", "note"),
    [
        ("latest", True, "`latest` has no version, so there is no newer tag to tell: only its digest gets old."),
        ("0a1b2c3", False, "`0a1b2c3` names a commit, so there is no newer tag to tell."),
    ],
)
def test_a_tag_without_a_version(tag: str, floating: bool, note: str) -> None:  # noqa: FBT001 - one row of the table
    decision = decide(tag)
    assert (dict(decision.candidates), decision.floating, decision.notes) == ({}, floating, (note,))


def test_nothing_is_told_of_unknown_tags() -> None:
    decision = Catalog("docker.io/library/python", []).decide("3.8.1", TagPolicy(), today=TODAY)
    assert decision.notes == (
        "The repository's tags are not known, so nothing newer can be told.",
        "Python 3.8 has had no free security updates since 2024-10-07.",
    )


def test_a_tag_that_is_not_listed_is_told_of() -> None:
    assert decide("1.22.99-alpine3.21").notes[0] == "The repository does not list the tag `1.22.99-alpine3.21`."


@pytest.mark.parametrize(
    ("name", "tags", "current", "note"),
    [
        (
            "node",
            "22.21.1 24.11.1 25.2.0 26.1.0",
            "24.11.1",
            "Node.js 26 exists, but is not known to be supported for long, as the present one is,",
        ),
        ("nginx", "1.28.0 1.30.1 1.31.0", "1.28.0", "nginx 1.31 exists, but is of another branch of development,"),
        ("debian", "trixie-slim forky-slim", "trixie-slim", "Debian 14 (forky) exists, but is not released yet,"),
        ("mysql", "8.4.2 9.3.0", "8.4.2", "MySQL 9.3 exists, but gets no security updates any more,"),
    ],
)
def test_a_newer_series_that_is_not_proposed_is_told_of(name: str, tags: str, current: str, note: str) -> None:
    decision = Catalog(f"docker.io/library/{name}", tags.split()).decide(current, TagPolicy(), today=TODAY)
    assert f"{note} so it is not proposed." in decision.notes


@pytest.mark.parametrize(
    ("name", "tags", "current", "type_", "expected"),
    [
        (
            "docker.io/library/debian", "bookworm-20240904 bookworm-20240926", "bookworm-20240904", UpdateType.PATCH,
            "`bookworm-20240926` is a newer build of Debian 12 (bookworm)",
        ),
        (
            "docker.io/library/redis", "8.0-rc1 8.0.0 8.0.3", "8.0-rc1", UpdateType.PATCH,
            "`8.0.3` is the release that `8.0-rc1` was a candidate for",
        ),
        (
            "ghcr.io/some/thing", "1.2.0 1.2.3", "1.2.0", UpdateType.PATCH,
            "`1.2.3` is a newer release of `1.2`",
        ),
        (
            "ghcr.io/some/thing", "nightly-20260101 nightly-20260102", "nightly-20260101", UpdateType.PATCH,
            "`nightly-20260102` is a newer build of the same kind",
        ),
        (
            "ghcr.io/some/thing", "1.2.0 2.0.1", "1.2.0", UpdateType.MAJOR,
            "`2.0.1` is of a newer major version",
        ),
        (
            "docker.io/library/node", "20.1.0 24.0.0", "20.1.0", UpdateType.MAJOR,
            "Node.js 24 is a newer major version with long-term support",
        ),
        (
            "docker.io/library/python", "3-slim-bullseye 3-slim-trixie 3.13.6-slim-bullseye 3.14.7-slim-trixie",
            "3-slim-bullseye", UpdateType.MINOR,
            ("`3-slim-trixie` is at `3.14.7` now, and `3-slim-bullseye` has stopped at `3.13.6`, "
             "because newer releases are not built on `bullseye` any more"),
        ),
        (
            "docker.io/library/postgres", "17-bullseye 17-trixie 17.4-bullseye 17.7-trixie", "17-bullseye",
            UpdateType.REPLACEMENT,
            "`17-trixie` is the same release on `trixie`, because newer releases are not built on `bullseye` any more",
        ),
    ],
)  # fmt: skip
def test_reasons(name: str, tags: str, current: str, type_: UpdateType, expected: str) -> None:
    assert reason(Catalog(name, tags.split()).decide(current, TagPolicy(), today=TODAY), type_) == expected


# --- days of pushes ---------------------------------------------------------------------------------------------

TAGS = ["1.24.4-alpine3.22", "1.24.4-alpine3.23", "1.24.3-alpine3.22", "1.24-alpine3.22", "1.24-alpine3.23"]


@pytest.mark.parametrize(("age", "expected"), [(121, "1.24.4-alpine3.23"), (119, None), (None, None)])
def test_a_variant_that_is_no_longer_pushed_is_dead(age: int | None, expected: str | None) -> None:
    pushed = {"1.24.4-alpine3.23": TODAY}
    if age is not None:
        pushed["1.24.4-alpine3.22"] = TODAY - timedelta(days=age)
    catalog = Catalog("ghcr.io/some/go", TAGS, pushed=pushed)
    best = catalog.decide("1.24.4-alpine3.22", TagPolicy(), today=TODAY).best(UpdateType.REPLACEMENT)
    assert (best and best.tag) == expected
    if best is not None:
        assert (
            best.reason
            == "`1.24.4-alpine3.23` is the same release on `alpine3.23`, because `alpine3.22` is no longer rebuilt"
        )


@pytest.mark.parametrize(("age", "moves"), [(6, False), (7, True)])
def test_a_release_has_a_week_to_appear_on_every_variant(age: int, moves: bool) -> None:  # noqa: FBT001 - one row
    tags = ["1.5.1-bookworm", "1.5.1-trixie", "1.5.2-trixie"]
    catalog = Catalog("ghcr.io/some/thing", tags, pushed={"1.5.2-trixie": TODAY - timedelta(days=age)})
    best = catalog.decide("1.5.1-bookworm", TagPolicy(), today=TODAY).best(UpdateType.PATCH)
    assert (best is not None) is moves
