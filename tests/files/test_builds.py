"""What builds images: golden cases (`builds/*.md`), and laws that hold for every one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import Struct

from dockwright.files.build import Build
from dockwright.files.builds import builds_of, read_repository
from dockwright.files.value import HOLE, Value
from dockwright.source import Source, Span
from tests.support.build_cases import FOLDER, Case, accept, actual, cases, every_case

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = list(every_case())
FILES = sorted(path.stem for path in FOLDER.glob("*.md"))

each_case = pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])


@pytest.mark.parametrize("name", FILES)
def test_golden_cases(name: str, accepts: bool) -> None:  # noqa: FBT001 - a fixture
    path = FOLDER / f"{name}.md"
    text = path.read_text(encoding="utf-8")
    found = cases(name, text)
    assert found
    if accepts:
        path.write_text(accept(text, found), encoding="utf-8")
        return
    for case in found:
        expected = None if case.expected is None else case.expected.text
        assert actual(case) == expected, case.id


def values_in(thing: object) -> Iterator[Value]:
    """Yield every value in a struct, at any depth."""
    waiting = [thing]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Value):
            yield current
        elif isinstance(current, Struct) and not isinstance(current, Span):
            waiting += [getattr(current, name) for name in current.__struct_fields__]
        elif isinstance(current, tuple | list):
            waiting += current
        elif isinstance(current, dict):
            waiting += current.values()


@each_case
def test_places_hold_what_is_said(case: Case) -> None:
    for value in values_in(case.read().builds):
        for start, end, span in value.traced.pieces():
            if span is not None and span.end - span.start == end - start and HOLE not in value.traced.text[start:end]:
                assert span.text == value.traced.text[start:end]
        assert value.span is None or 0 <= value.span.start <= value.span.end <= len(value.span.source.text)


@each_case
def test_every_build_has_its_place_in_a_file(case: Case) -> None:
    for build in case.read().builds:
        assert build.step.source.path in case.sources
        assert build.step.text.strip()


@each_case
def test_reading_again_gives_the_same(case: Case) -> None:
    assert actual(case) == actual(case)


@each_case
def test_files_that_break_off_anywhere_never_raise(case: Case) -> None:
    sources = case.sources
    for path, source in sources.items():
        for part in range(1, 8):
            cut = {**sources, path: Source(path, source.text[: len(source.text) * part // 8])}
            read_repository(cut.get, cut)


def test_builds_of_gives_the_builds_alone() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build .\n"
    path = ".github/workflows/a.yml"
    builds = builds_of({path: Source(path, text)}.get, [path])
    assert [(type(build), build.settings.dockerfile.path) for build in builds] == [(Build, "Dockerfile")]


@pytest.mark.parametrize(
    "script",
    [
        ">\n          docker build -t $A/${{ x }}:a\n          -t $A/${{ y }}:b --push .\n",
        "|\n          \n          docker build -t $A/${{ x }}:a --push .\n",
    ],
)
def test_a_script_whose_lines_are_joined_or_begin_with_blanks_has_places(script: str) -> None:
    head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "
    source = Source(".github/workflows/a.yml", head + script)
    (build,) = builds_of({source.path: source}.get, [source.path])
    assert "docker build -t $A/${{ x }}:a" in build.step.text
