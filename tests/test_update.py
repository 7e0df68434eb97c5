"""Parts of planning that need no registry: platforms, the images of files, and the names of pull requests."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.bump import Plan, Planned, Update, UpdateType
from dockwright.config.updates import Grouping, ImagePolicy, Updates
from dockwright.errors import InvalidReference
from dockwright.image import Platform, Reference
from dockwright.source import Source
from dockwright.update.grouping import key
from dockwright.update.images import distinct
from dockwright.update.platforms import listed, parse
from dockwright.update.uses import read_uses
from dockwright.update.writing import updated

if TYPE_CHECKING:
    from dockwright.image import ImageUse

AMD64, ARM64, ARM = Platform("linux", "amd64"), Platform("linux", "arm64"), Platform("linux", "arm", "v7")


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux/amd64", AMD64),
        ("linux/x86_64", AMD64),
        ("linux/amd64/v1", AMD64),
        ("linux/amd64/v3", Platform("linux", "amd64", "v3")),
        ("linux/arm64", ARM64),
        ("linux/arm64/v8", ARM64),
        ("linux/aarch64", ARM64),
        ("linux/arm", ARM),
        ("linux/arm/v7", ARM),
        ("linux/arm/v6", Platform("linux", "arm", "v6")),
        ("Linux/AMD64", AMD64),
        ("windows/amd64", Platform("windows", "amd64")),
    ],
)
def test_platforms_are_compared_as_runtimes_do(text: str, platform: Platform) -> None:
    assert parse(text).normal == platform
    assert parse(text).normal.normal == platform


def test_platforms_in_a_sentence() -> None:
    assert listed([ARM64]) == "linux/arm64"
    assert listed([ARM64, AMD64]) == "linux/amd64 and linux/arm64"
    assert listed([ARM64, AMD64, ARM]) == "linux/amd64, linux/arm/v7 and linux/arm64"


# --- images -----------------------------------------------------------------------------------------------------


def uses(**files: str) -> list[ImageUse]:
    return [use for path, text in files.items() for use in read_uses(Source(path, text))]


def test_each_image_is_there_once_with_all_its_places() -> None:
    found = uses(
        b="FROM a:1\nFROM a:2\nFROM $X\n", a="FROM docker.io/library/a:1\nFROM scratch\nFROM a:1 AS x\nFROM x\n"
    )
    images, skipped = distinct(found, Updates())
    assert [(image.reference.familiar, len(image.uses)) for image in images] == [("a:1", 3), ("a:2", 1)]
    assert [use.span.source.path for use in images[0].uses] == ["a", "a", "b"]
    assert [(each.current, each.reason) for each in skipped] == [
        (None, "which image `$X` names is only known when it is used")
    ]


@pytest.mark.parametrize(
    ("source", "platforms"),
    [
        ("FROM a\n", None),
        ("FROM --platform=linux/amd64 a\n", frozenset({AMD64})),
        ("FROM --platform=linux/amd64 a\nFROM --platform=linux/arm64/v8 a\n", frozenset({AMD64, ARM64})),
        ("FROM --platform=linux/amd64 a\nFROM a\n", None),
        ("FROM --platform=$BUILDPLATFORM a\n", None),
        ("FROM --platform=local a\n", None),
    ],
)
def test_the_platforms_that_matter(source: str, platforms: frozenset[Platform] | None) -> None:
    images, _ = distinct(uses(a=source), Updates())
    assert images[0].platforms == platforms
    configured, _ = distinct(uses(a=source), Updates(policy=ImagePolicy(platforms=("linux/arm",))))
    assert configured[0].platforms == frozenset({ARM})


# --- keys -------------------------------------------------------------------------------------------------------

SERIES = st.from_regex(r"[\w][\w.-]{0,20}", fullmatch=True)


@st.composite
def references(draw: st.DrawFn) -> Reference:
    component = st.from_regex(r"[a-z0-9]{1,4}([._-][a-z0-9]{1,3})?", fullmatch=True)
    name = "/".join(draw(st.lists(component, min_size=1, max_size=3)))
    try:
        return Reference.parse(draw(st.sampled_from(["", "ghcr.io/", "localhost:5000/"])) + name)
    except InvalidReference:  # a host without a dot is a path, and a long number is an identifier
        return Reference.parse("a")


@given(references(), SERIES, st.sampled_from(UpdateType), st.sampled_from(Grouping), st.none() | st.text(max_size=80))
def test_a_key_is_part_of_a_branch_name(
    image: Reference, series: str, type_: UpdateType, group: Grouping, name: str | None
) -> None:
    made = key(image, series, type_, ImagePolicy(group=group, group_name=name))
    assert made == key(image, series, type_, ImagePolicy(group=group, group_name=name))
    assert made.isascii()
    assert made[0].isalnum()
    assert len(made) < 100
    assert not set(made) - set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert ".." not in made
    assert not made.endswith((".", ".lock"))


@settings(max_examples=20)
@given(references(), SERIES)
def test_git_takes_it(image: Reference, series: str) -> None:
    branch = f"dockwright/{key(image, series, UpdateType.PATCH, ImagePolicy())}"
    subprocess.run(["git", "check-ref-format", "--branch", branch], check=True, capture_output=True)


@given(st.lists(st.tuples(references(), SERIES, st.sampled_from(UpdateType)), max_size=8))
def test_different_groups_have_different_keys(cases: list[tuple[Reference, str, UpdateType]]) -> None:
    policy = ImagePolicy()
    wanted = {
        (image, series, type_.value if type_.value in {"minor", "major"} else "") for image, series, type_ in cases
    }
    assert len({key(*case, policy) for case in cases}) == len(wanted)


@pytest.mark.parametrize(
    ("image", "series", "type_", "made"),
    [
        ("python", "3.12", UpdateType.PATCH, "python-3.12"),
        ("python", "3.12", UpdateType.PIN, "python-3.12"),
        ("python", "3.12", UpdateType.MINOR, "python-3.12-minor"),
        ("eclipse-temurin", "21", UpdateType.REFRESH, "eclipse-temurin-21"),
        ("debian", "bookworm-slim", UpdateType.REFRESH, "debian-bookworm-slim-"),
        ("ghcr.io/acme/app", "1.2", UpdateType.PATCH, "ghcr.io-acme-app-1.2-"),
        ("acme/images", "minor", UpdateType.PATCH, "acme-images-minor-"),
        ("a", "minor", UpdateType.PATCH, "a-minor-"),
        ("images", "1", UpdateType.PATCH, "images-1-"),
    ],
)
def test_keys(image: str, series: str, type_: UpdateType, made: str) -> None:
    found = key(Reference.parse(image), series, type_, ImagePolicy())
    assert found == made or (made.endswith("-") and found.startswith(made) and len(found) == len(made) + 8)


# --- what is written --------------------------------------------------------------------------------------------


def _update(use: ImageUse, tag: str, type_: UpdateType) -> Update:
    assert use.reference is not None
    new = Reference(use.reference.registry, use.reference.repository, tag)
    return Update(use.reference, new, type_, (use,), use.edit(new) or (), "because")


def test_updates_that_would_meet_in_one_name_are_not_both_written() -> None:
    """Each is right alone, and together they would name an image that nobody has looked at."""
    source = Source("Dockerfile", "ARG V=1.2\nARG W=3\nFROM a:$V.$W\n")
    (use,) = read_uses(source)
    near, far = _update(use, "1.2.4", UpdateType.PATCH), _update(use, "2.0.3", UpdateType.MAJOR)
    assert {edit.text for edit in (*near.edits, *far.edits)} >= {"4"}
    ((_, after),) = updated(Planned((Plan("a", (near,)), Plan("a-major", (far,))), ()))
    assert after.text == "ARG V=2.0\nARG W=3\nFROM a:$V.$W\n"


def test_updates_of_other_places_are_all_written() -> None:
    source = Source("Dockerfile", "FROM a:1.2.3\nFROM b:1.2.3\n")
    first, second = read_uses(source)
    near, far = _update(first, "1.2.4", UpdateType.PATCH), _update(second, "2.0.0", UpdateType.MAJOR)
    ((before, after),) = updated(Planned((Plan("a", (near,)), Plan("b-major", (far,))), ()))
    assert (before, after.text) == (source, "FROM a:1.2.4\nFROM b:2.0.0\n")


def test_one_plan_may_need_an_edit_twice() -> None:
    source = Source("Dockerfile", "ARG V=1.2.3\nFROM a:$V\nFROM b:$V\n")
    both = tuple(_update(use, "1.2.4", UpdateType.PATCH) for use in read_uses(source))
    plan = Plan("a", both)
    assert len(plan.edits) == 1
    ((_, after),) = updated(Planned((plan,), ()))
    assert after.text == "ARG V=1.2.4\nFROM a:$V\nFROM b:$V\n"
