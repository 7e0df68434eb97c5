"""What the configuration may say."""

from __future__ import annotations

from datetime import date

import pytest

from dockwright.bump import UpdateType
from dockwright.versions import Catalog, TagPolicy, VariantMoves, matches_glob, read_allowed

TODAY = date(2026, 8, 22)
PYTHON = Catalog(
    "docker.io/library/python",
    [
        *(f"3.11.{n}-slim" for n in range(10)),
        *(f"3.12.{n}-slim" for n in range(15)),
        *(f"3.13.{n}-slim" for n in range(5)),
        *("3.14.0-slim", "3.14.1-slim", "3.15.0rc1-slim", "3.15.0rc2-slim"),
        *(f"3.12.{n}-alpine3.23" for n in range(10, 15)),
        *(f"3.12.{n}-alpine3.24" for n in range(13, 15)),
        *(f"3.12.{n}-alpine3.22" for n in range(10, 13)),
    ],
)


def best(current: str, policy: TagPolicy) -> dict[UpdateType, str]:
    return {type_: found[0].tag for type_, found in PYTHON.decide(current, policy, today=TODAY).candidates.items()}


def test_defaults() -> None:
    assert best("3.12.4-slim", TagPolicy()) == {UpdateType.PATCH: "3.12.14-slim", UpdateType.MINOR: "3.14.1-slim"}


def test_a_series_is_not_left() -> None:
    assert best("3.12.4-slim", TagPolicy(series="3.12")) == {UpdateType.PATCH: "3.12.14-slim"}
    assert best("3.11.4-slim", TagPolicy(series="3.12")) == {UpdateType.MINOR: "3.12.14-slim"}
    assert best("3.12.4-slim", TagPolicy(series="v3")) == best("3.12.4-slim", TagPolicy())
    assert best("3.12.4-slim", TagPolicy(series="4")) == {}


def test_a_series_may_be_a_word() -> None:
    debian = Catalog("docker.io/library/debian", ["bookworm-20240904", "bookworm-20260803", "trixie-20260803"])
    decided = debian.decide("bookworm-20240904", TagPolicy(series="bookworm"), today=TODAY)
    assert {t: found[0].tag for t, found in decided.candidates.items()} == {UpdateType.PATCH: "bookworm-20260803"}


@pytest.mark.parametrize(
    ("allowed", "patch", "minor"),
    [
        ("<3.13", "3.12.14-slim", None),
        ("<=3.13", "3.12.14-slim", "3.13.4-slim"),
        (">=3.11, <3.14", "3.12.14-slim", "3.13.4-slim"),
        (">3.12", None, "3.14.1-slim"),
        ("!=3.14", "3.12.14-slim", "3.13.4-slim"),
        ("!=3.14.1", "3.12.14-slim", "3.14.0-slim"),
        ("=3.13.2", None, "3.13.2-slim"),
        ("<= 3.12.9", "3.12.9-slim", None),
        ("3.12.*", "3.12.14-slim", None),
        ("3.12.?-* 3.13.1-*", "3.12.9-slim", "3.13.1-slim"),
        ("*-slim <3.12.7", "3.12.6-slim", None),
        ("*-alpine", None, None),
    ],
)
def test_allowed(allowed: str, patch: str | None, minor: str | None) -> None:
    found = best("3.12.4-slim", TagPolicy(allowed=allowed))
    assert (found.get(UpdateType.PATCH), found.get(UpdateType.MINOR)) == (patch, minor)


@pytest.mark.parametrize("text", ["~3.12", ">=x", "!3.12", "3.12 || 3.13", ">=3.", "a/b", "\u0663", "<" * 10])
def test_what_is_neither_comparison_nor_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is neither a comparison with a version nor a pattern of tags"):
        read_allowed(text)


def test_allowed_has_a_limit() -> None:
    with pytest.raises(ValueError, match="more than 500 characters"):
        read_allowed("a" * 501)


def test_comparisons_want_a_version() -> None:
    assert not read_allowed(">=1").accepts("latest", ())
    assert read_allowed("l*").accepts("latest", ())
    assert read_allowed("").accepts("latest", ())


def test_ignored() -> None:
    policy = TagPolicy(ignored=("3.14.*", "3.12.14-slim"))
    assert best("3.12.4-slim", policy) == {UpdateType.PATCH: "3.12.13-slim", UpdateType.MINOR: "3.13.4-slim"}


def test_prereleases() -> None:
    policy = TagPolicy(prereleases=True)
    assert best("3.12.4-slim", policy)[UpdateType.MINOR] == "3.15.0rc2-slim"
    assert best("3.15.0rc1-slim", TagPolicy()) == {UpdateType.PATCH: "3.15.0rc2-slim"}


def test_variant_moves() -> None:
    def patch(current: str, moves: VariantMoves) -> str | None:
        return best(current, TagPolicy(move_variants=moves)).get(UpdateType.PATCH)

    assert patch("3.12.10-alpine3.23", VariantMoves.NEVER) == "3.12.14-alpine3.23"
    assert patch("3.12.10-alpine3.23", VariantMoves.DEAD_ONLY) == "3.12.14-alpine3.23"
    assert patch("3.12.10-alpine3.23", VariantMoves.NEWEST) == "3.12.14-alpine3.24"
    assert patch("3.12.10-alpine3.22", VariantMoves.NEVER) == "3.12.12-alpine3.22"
    assert patch("3.12.10-alpine3.22", VariantMoves.DEAD_ONLY) == "3.12.14-alpine3.24"
    assert patch("3.12.10-alpine3.22", VariantMoves.NEWEST) == "3.12.14-alpine3.24"
    assert patch("3.12.12-alpine3.22", VariantMoves.NEVER) is None


def test_every_acceptable_tag_is_there_to_fall_back_on() -> None:
    found = PYTHON.decide("3.12.11-slim", TagPolicy(), today=TODAY).candidates[UpdateType.PATCH]
    assert [candidate.tag for candidate in found] == ["3.12.14-slim", "3.12.13-slim", "3.12.12-slim"]
    moved = PYTHON.decide("3.12.12-alpine3.22", TagPolicy(), today=TODAY).candidates[UpdateType.PATCH]
    assert [candidate.tag for candidate in moved] == [
        "3.12.14-alpine3.24", "3.12.14-alpine3.23", "3.12.13-alpine3.24", "3.12.13-alpine3.23",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("*", "abc", True),
        ("", "", True),
        ("", "a", False),
        ("a*c", "abc", True),
        ("a*c", "ab", False),
        ("?", "a", True),
        ("?", "", False),
        ("3.12.*-slim", "3.12.4-slim", True),
        ("3.12.*-slim", "3.12.4-slim-bookworm", False),
        ("3.12", "3x12", False),
        ("*a*b", "xaxb", True),
        ("*" * 50 + "b", "a" * 5000, False),
    ],
)
def test_globs(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001 - one row of the table
    assert matches_glob(pattern, text) is expected
