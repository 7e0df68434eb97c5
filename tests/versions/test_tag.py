"""Reading tags, and their order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.versions import Tag, Variant, read_tag

FINAL = (9,)


@pytest.mark.parametrize(
    ("text", "release", "stage", "build", "system", "shape"),
    [
        ("3.12.4-slim-bookworm", (3, 12, 4), FINAL, (), (12,), "#-slim-<debian>"),
        ("3.12", (3, 12), FINAL, (), (), "#"),
        ("v3.0.4", (3, 0, 4), FINAL, (), (), "v#"),
        ("1.22.5-alpine3.20", (1, 22, 5), FINAL, (), (3, 20), "#-alpine<2>"),
        ("21.0.5_11-jre-alpine-3.20", (21, 0, 5), FINAL, (11,), (3, 20), "#_%-jre-alpine-<2>"),
        ("8u432-b06-jdk-focal", (8, 432), FINAL, (6,), (20, 4), "#-b%-jdk-<ubuntu>"),
        ("open-8u482-b08.1-jdk", (8, 482), FINAL, (8, 1), (), "open-#-b%-jdk"),
        ("open-jdk-25.0.2_10.1-jdk", (25, 0, 2), FINAL, (10, 1), (), "open-jdk-#_%-jdk"),
        ("16.3.0-debian-12-r14", (16, 3, 0), FINAL, (14,), (12,), "#-debian-<1>-r%"),
        ("2022-CU14-ubuntu-22.04", (2022,), FINAL, (14,), (22, 4), "#-CU%-ubuntu-<2>"),
        ("1.8.0-1", (1, 8, 0), FINAL, (1,), (), "#-%"),
        ("8.0.36-28.1-centos", (8, 0, 36), FINAL, (28, 1), (), "#-%%-centos"),
        ("3.10-7.3.16-slim", (3, 10), FINAL, (16,), (), "#-7.3.%-slim"),
        ("16-3.4-alpine", (16,), FINAL, (), (), "#-3.4-alpine"),
        ("4.0.8.1874-ls240", (4, 0, 8, 1874), FINAL, (240,), (), "#-ls%"),
        ("1.1.1w", (1, 1, 1), FINAL, (119,), (), "#l"),
        ("1.9.3-p551", (1, 9, 3), FINAL, (551,), (), "#-p%"),
        ("3.15.0a3", (3, 15, 0), (1, 3), (), (), "#"),
        ("3.15.0rc1-alpine3.22", (3, 15, 0), (6, 1), (), (3, 22), "#-alpine<2>"),
        ("3.15-rc-slim", (3, 15), (6,), (), (), "#-slim"),
        ("18beta3-alpine", (18,), (2, 3), (), (), "#-alpine"),
        ("9.0.0.M17-jre8", (9, 0, 0), (3, 17), (), (), "#-jre8"),
        ("8.0-M03-alpine3.21", (8, 0), (3, 3), (), (3, 21), "#-alpine<2>"),
        ("9.0.0-preview.5", (9, 0, 0), (4, 5), (), (), "#"),
        ("1.17.0-rc.0-otp-26", (1, 17, 0), (6, 0), (), (), "#-otp-26"),
        ("23-ea-17-jdk", (23,), (5, 17), (), (), "#-jdk"),
        ("18.06.0-ce-rc3", (18, 6, 0), (6, 3), (), (), "#-ce"),
        ("beta-6.6-RC1-php8.1", (6, 6), (6, 1), (), (), "beta-#-php8.1"),
        ("3.1-dev2", (3, 1), (0, 2), (), (), "#"),
        ("3.12-dev", (3, 12), FINAL, (), (), "#-dev"),
        ("5.0.0.Final", (5, 0, 0), FINAL, (), (), "#.Final"),
        ("bookworm-20240904-slim", (), FINAL, (20240904,), (12,), "<debian>-@-slim"),
        ("trusty-20150218.1", (), FINAL, (20150218, 1), (14, 4), "<ubuntu>-@"),
        ("tip-20260109-alpine3.23", (), FINAL, (20260109,), (3, 23), "tip-@-alpine<2>"),
        ("9.4-minimal-20240530", (9, 4), FINAL, (20240530,), (), "#-minimal-@"),
        ("9.3.20231119-minimal", (9, 3, 20231119), FINAL, (), (), "#-minimal"),
        ("base-devel-20240101.0.204074", (), FINAL, (20240101, 0, 204074), (), "base-devel-@"),
        ("20240904", (20240904,), FINAL, (), (), "#"),
        ("2024-09-04", (2024, 9, 4), FINAL, (), (), "#@-"),
        ("RELEASE.2024-06-11T03-13-09Z", (2024, 6, 11, 3, 13, 9), FINAL, (), (), "RELEASE.#@-"),
        ("chakracore-10.1.0", (10, 1, 0), FINAL, (), (), "chakracore-#"),
        ("temurin-17-tools-1.11.3.1463-bookworm", (1, 11, 3, 1463), FINAL, (), (12,), "temurin-17-tools-#-<debian>"),
        ("kinetic-ros-core-xenial", (), FINAL, (), (16, 4), "kinetic-ros-core-<ubuntu>"),
        ("12.4.1-cudnn-devel-ubuntu22.04", (12, 4, 1), FINAL, (), (22, 4), "#-cudnn-devel-ubuntu<2>"),
        ("1.22-windowsservercore-ltsc2022", (1, 22), FINAL, (), (), "#-windowsservercore-ltsc2022"),
        ("nanoserver-1809", (), FINAL, (), (), "nanoserver-1809"),
        ("1.3.0-0a1b2c3", (1, 3, 0), FINAL, (), (), "#-0a1b2c3"),
        ("7f3c2a1", (), FINAL, (), (), "7f3c2a1"),
        ("latest", (), FINAL, (), (), "latest"),
        ("fpm-alpine3.18", (), FINAL, (), (3, 18), "fpm-alpine<2>"),
        ("a-", (), FINAL, (), (), "a-"),
        ("1-", (1,), FINAL, (), (), "#-"),
        ("\u0663.\u0661", (), FINAL, (), (), "\u0663.\u0661"),
        ("1." * 80 + "1", (), FINAL, (), (), "1." * 80 + "1"),
    ],
)
def test_a_tag_is_read_into_what_it_says(
    text: str,
    release: tuple[int, ...],
    stage: tuple[int, ...],
    build: tuple[int, ...],
    system: tuple[int, ...],
    shape: str,
) -> None:
    tag = read_tag(text)
    assert (tag.release, tag.stage, tag.build, tag.system, tag.shape) == (release, stage, build, system, shape)


def test_variants_have_their_own_versions() -> None:
    assert read_tag("1.17.2-erlang-27.0.1-debian-bookworm-20240701-slim").variants == (
        Variant("erlang", (27, 0, 1)),
        Variant("debian"),
        Variant("bookworm", (12,)),
        Variant("slim"),
    )
    assert read_tag("3.9-eclipse-temurin-17-alpine").variants == (
        Variant("eclipse"),
        Variant("temurin", (17,)),
        Variant("alpine"),
    )


@pytest.mark.parametrize(
    "ascending",
    [
        ["3.9", "3.10", "3.11"],
        ["3.15.0a1", "3.15.0a2", "3.15.0b1", "3.15.0rc1", "3.15.0rc2", "3.15.0", "3.15.1"],
        ["11.0.0-M1", "11.0.0-rc1", "11.0.0", "11.0.1"],
        ["17.0.13_9", "17.0.13_11", "17.0.13.1_1", "17.0.14_7"],
        ["8u392-b08", "8u402-b06", "8u1000-b01"],
        ["bookworm-20240904", "bookworm-20240926", "bookworm-20241001"],
        ["1.2.3-alpine3.9", "1.2.3-alpine3.10", "1.2.4-alpine3.9"],
        ["1.1.1", "1.1.1a", "1.1.1w"],
        ["2024-09-04", "2024-10-01", "2025-01-01"],
    ],
)
def test_tags_of_a_kind_are_in_order(ascending: list[str]) -> None:
    tags = [read_tag(text) for text in ascending]
    assert all(earlier < later for earlier, later in pairwise(tags))


WORDS = "slim alpine alpine3.20 alpine3.9 bookworm noble jdk jre17 otp-25 debian-12 rc rc1 M2 ea-3 r4 b06 20240904 v1"
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS.split()),
        st.from_regex(r"v?[0-9]{1,3}(\.[0-9]{1,3}){0,3}((rc|b|_|u|p)[0-9]{1,2})?", fullmatch=True),
        st.from_regex(r"[\w.]{1,8}", fullmatch=True),
    ),
    min_size=1,
    max_size=5,
).map("-".join)
TAGS = st.one_of(TEXTS, st.text(max_size=140)).map(read_tag)


@given(TAGS, TAGS, TAGS)
def test_the_order_is_total(one: Tag, two: Tag, three: Tag) -> None:
    assert one <= one  # noqa: PLR0124 - reflexive
    assert (one < two) + (one == two) + (one > two) == 1
    assert (one == two) == (one.text == two.text)
    assert one != two or hash(one) == hash(two)
    low, middle, high = sorted([one, two, three])
    assert low <= middle <= high
    assert low <= high


@given(TAGS)
def test_reading_is_a_function_of_the_text(tag: Tag) -> None:
    assert read_tag(tag.text) == tag


@given(TEXTS, st.sampled_from(["slim", "debug", "perl"]))
def test_a_further_word_is_a_further_kind(text: str, word: str) -> None:
    assert read_tag(f"{text}-{word}").shape != read_tag(text).shape
