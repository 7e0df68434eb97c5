"""What holds for every decision, whatever the tags."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dockwright.bump import UpdateType
from dockwright.versions import Catalog, TagPolicy, VariantMoves, read_tag

if TYPE_CHECKING:
    from random import Random

NAMES = st.sampled_from([
    "docker.io/library/python", "docker.io/library/node", "docker.io/library/golang", "docker.io/library/postgres",
    "docker.io/library/debian", "docker.io/library/eclipse-temurin", "docker.io/library/nginx", "ghcr.io/some/thing",
])  # fmt: skip
NUMBER = st.sampled_from(["0", "1", "2", "3", "12", "13", "17", "22"])
STYLES = st.sampled_from([
    "3.{}.{}", "3.{}", "{}.{}", "{}.{}.0", "{}", "{}.0.{}_7", "8u{}-b0{}", "v1.{}.{}", "3.{}.0rc{}", "3.{}-rc",
    "1.{}.0-beta.{}", "1.2.{}-{}", "1.2.{}-debian-12-r{}", "bookworm-202409{:0>2}", "tip-202601{:0>2}", "202409{:0>2}",
    "trixie-202601{:0>2}", "cli-{}.{}", "jdk-{}", "latest", "bookworm",
])  # fmt: skip
SUFFIXES = st.sampled_from([
    ["", "-slim"], ["-alpine", "-perl"], ["-alpine3.20", "-alpine3.21", "-alpine3.23"], ["-otp-25", "-otp-26"],
    ["-slim-bookworm", "-slim-bullseye", "-slim-trixie"], ["-noble", "-jammy", "-focal"],
    ["-alpine-3.9", "-alpine-3.22"],
])  # fmt: skip


@st.composite
def repositories(draw: st.DrawFn) -> tuple[str, list[str], str]:
    """Draw an image, tags of few kinds, and one of them (most times)."""
    styles = draw(st.lists(STYLES, min_size=1, max_size=3))
    kinds = st.builds("{}{}".format, st.sampled_from(styles), st.sampled_from(draw(SUFFIXES)))
    tag = st.builds(lambda kind, one, two: kind.format(one, two), kinds, NUMBER, NUMBER)
    tags = draw(st.lists(tag, min_size=2, max_size=30))
    return draw(NAMES), tags, draw(st.one_of(st.sampled_from(tags), st.sampled_from(tags), tag))


REPOSITORIES = repositories()
DAYS = st.dates(date(2019, 1, 1), date(2026, 11, 23))
POLICIES = st.builds(TagPolicy, move_variants=st.sampled_from(VariantMoves))


@given(REPOSITORIES, DAYS, POLICIES)
def test_a_proposal_is_a_higher_tag_of_the_same_kind(
    repository: tuple[str, list[str], str], today: date, policy: TagPolicy
) -> None:
    name, tags, current = repository
    decision = Catalog(name, tags).decide(current, policy, today=today)
    old = decision.current
    for type_, candidates in decision.candidates.items():
        assert candidates
        for candidate in candidates:
            new = read_tag(candidate.tag)
            assert candidate.type is type_
            assert candidate.tag in tags
            assert candidate.tag != current
            assert new.shape == old.shape
            assert old.is_prerelease or not new.is_prerelease
            assert new.is_dated == old.is_dated
            kept = read_tag(current)
            assert (new.release, new.stage, new.system, new.build) > (kept.release, kept.stage, kept.system, kept.build)
            assert new.release >= kept.release
            assert type_ in {UpdateType.MAJOR, UpdateType.PATCH, UpdateType.REPLACEMENT} or new.system >= kept.system


@given(REPOSITORIES, DAYS)
def test_a_system_stays_where_the_policy_says_so(repository: tuple[str, list[str], str], today: date) -> None:
    name, tags, current = repository
    decision = Catalog(name, tags).decide(current, TagPolicy(move_variants=VariantMoves.NEVER), today=today)
    if name != "docker.io/library/debian":
        for candidates in decision.candidates.values():
            assert all(read_tag(candidate.tag).system == read_tag(current).system for candidate in candidates)


@given(REPOSITORIES, DAYS, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_the_list_is_of_no_account(
    repository: tuple[str, list[str], str], today: date, policy: TagPolicy, random: Random
) -> None:
    name, tags, current = repository
    shuffled = [*tags, *tags]
    random.shuffle(shuffled)
    one = Catalog(name, tags).decide(current, policy, today=today)
    two = Catalog(name, shuffled).decide(current, policy, today=today)
    assert one == two


@given(REPOSITORIES, DAYS, POLICIES)
def test_after_an_update_there_is_none_of_its_type(
    repository: tuple[str, list[str], str], today: date, policy: TagPolicy
) -> None:
    name, tags, current = repository
    catalog = Catalog(name, tags)
    for type_, candidates in catalog.decide(current, policy, today=today).candidates.items():
        again = catalog.decide(candidates[0].tag, policy, today=today)
        assert type_ not in again.candidates


@given(REPOSITORIES, DAYS)
def test_deciding_twice_is_deciding_once(repository: tuple[str, list[str], str], today: date) -> None:
    name, tags, current = repository
    catalog = Catalog(name, tags)
    assert catalog.decide(current, TagPolicy(), today=today) == catalog.decide(current, TagPolicy(), today=today)


@given(NAMES, st.lists(st.text(max_size=20), max_size=20), st.text(max_size=20), DAYS)
def test_any_text_may_be_a_tag(name: str, tags: list[str], current: str, today: date) -> None:
    decision = Catalog(name, tags).decide(current, TagPolicy(), today=today)
    assert all(candidate.tag in tags for found in decision.candidates.values() for candidate in found)


@given(REPOSITORIES, DAYS)
def test_what_is_proposed_for_a_valid_tag_is_a_valid_tag(repository: tuple[str, list[str], str], today: date) -> None:
    name, tags, current = repository
    hostile = [*tags, *(f"{tag}\n::error::" for tag in tags), *(f"{tag} `x`" for tag in tags)]
    decision = Catalog(name, hostile).decide(current, TagPolicy(), today=today)
    proposed = [candidate.tag for found in decision.candidates.values() for candidate in found]
    assert all(re.fullmatch(r"[\w.-]+", tag, re.ASCII) for tag in proposed)


@given(REPOSITORIES, DAYS, st.integers(0, 400))
def test_days_of_pushes_change_no_laws(repository: tuple[str, list[str], str], today: date, age: int) -> None:
    name, tags, current = repository
    pushed = {tag: today - timedelta(days=(age * (index + 1)) % 401) for index, tag in enumerate(tags)}
    decision = Catalog(name, tags, pushed=pushed).decide(current, TagPolicy(), today=today)
    assert all(candidate.tag in tags for found in decision.candidates.values() for candidate in found)
