"""Files that name images: golden cases (`*.md` beside this file), and the laws that hold for every one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.files.images import MOST_USES, image_uses, names_images
from dockwright.image import ImageKind, ImageUse
from dockwright.source import Edit, Source, apply
from tests.support.image_cases import FOLDER, Case, accept, actual, cases, every_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.source import Span

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


@each_case
def test_the_files_names_are_those_that_are_looked_at(case: Case) -> None:
    assert names_images(case.source.path)


@each_case
def test_places_hold_what_is_said(case: Case) -> None:
    for use in image_uses(case.source):
        for traced in filter(None, (use.word, use.traced)):
            for start, end, span in traced.pieces():
                if span is not None and span.end - span.start == end - start:
                    assert span.text == traced.text[start:end]
        assert use.span.source.path == case.source.path
        assert use.tag_span is None or (use.reference and use.tag_span.text == use.reference.tag)


def uses_with_tags(source: Source) -> Iterator[tuple[int, ImageUse, Span]]:
    for number, use in enumerate(image_uses(source)):
        if use.tag_span is not None:
            yield number, use, use.tag_span


def meanings(uses: tuple[ImageUse, ...]) -> list[tuple[object, ...]]:
    return [(use.kind, use.reference, use.stage, use.platform) for use in uses]


@each_case
def test_another_tag_changes_the_uses_of_that_tag_and_nothing_else(case: Case) -> None:
    before = case.source
    old = image_uses(before)
    for _number, use, place in uses_with_tags(before):
        after = Source(before.path, apply(before.text, [Edit(place, "9.9-other")]))
        new = image_uses(after)
        assert len(new) == len(old)
        moved = [each.tag_span is not None and each.tag_span == place for each in old]
        for was, now, is_moved in zip(old, new, moved, strict=True):
            if is_moved:
                assert now.reference is not None
                assert use.reference is not None
                assert (now.kind, now.reference.tag) == (was.kind, "9.9-other")
            elif not shares(was, place):
                assert meanings((was,)) == meanings((now,))


def shares(use: ImageUse, place: Span) -> bool:
    """Tell whether a part of a name is written where another one's tag is (a variable, an anchor)."""
    spans = () if use.traced is None else use.traced.spans
    return any(span is not None and span.start < place.end and place.start < span.end for span in spans)


@each_case
def test_a_byte_order_mark_moves_the_places_and_nothing_else(case: Case) -> None:
    marked = Source(case.source.path, "\ufeff" + case.source.text)
    assert meanings(image_uses(marked)) == meanings(image_uses(case.source))


@each_case
def test_other_line_ends_change_nothing(case: Case) -> None:
    text = case.source.text.replace("\r\n", "\n")
    for other in (text, text.replace("\n", "\r\n")):
        assert meanings(image_uses(Source(case.source.path, other))) == meanings(image_uses(case.source))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *((path, True) for path in ("Dockerfile", "docker/api.Dockerfile", "Containerfile.dev", "a/b/x.yaml", "x.yml")),
        *((path, True) for path in ("Kustomization", ".github/workflows/ci.yml", ".gitlab-ci.yml", "action.yml")),
        *(
            (path, False)
            for path in ("", "README.md", "src/app.py", "Dockerfile.j2", "compose.json", "yaml", "a.yaml/b")
        ),
    ],
)
def test_names(path: str, expected: bool) -> None:  # noqa: FBT001
    assert names_images(path) is expected


def test_a_dockerfile_by_any_name() -> None:
    source = Source("docker/web", "FROM python:3.12\n")
    assert image_uses(source) == ()
    (use,) = image_uses(source, dockerfile=True)
    assert use.word.text == "python:3.12"


def test_a_file_that_only_sounds_like_a_dockerfile() -> None:
    assert image_uses(Source("lint-dockerfile", "#!/bin/sh\nFROM=x\n")) == ()


def test_what_is_found_is_bounded() -> None:
    (use, *rest) = image_uses(Source("Dockerfile", "FROM a:1\n" * (MOST_USES + 5)))
    assert len(rest) == MOST_USES - 1
    assert use.kind is ImageKind.FROM


ALIASES = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("k.yaml", "apiVersion: v1\nkind: List\nk0: &k0 {containers: [{image: a}]}\n" + ALIASES),
        ("values.yaml", "k0: &k0 {image: 'a:1'}\n" + ALIASES),
        (".gitlab-ci.yml", "image: a:$X\nvariables: {X: 1}\nk0: &k0 {v: 1}\n" + ALIASES),
        (".gitlab-ci.yml", "image: a:$X0\nvariables:\n" + "".join(f"  X{n}: $X{n + 1}$X{n + 1}\n" for n in range(99))),
        ("compose.yaml", "services: {a: {image: '" + "${A:-" * 9000 + "x" + "}" * 9000 + "'}}\n"),
        ("compose.yaml", "services:\n" + "".join(f"  s{n}: {{extends: s{n}, image: a}}\n" for n in range(2000))),
        (
            "x.yaml",
            "a: &a {" + "".join(f"a{n}: 1, " for n in range(15_000)) + "}\nimage: {<<: [" + "*a," * 40_000 + "]}\n",
        ),
    ],
    ids=range(7),
)
def test_bombs(path: str, text: str) -> None:
    assert len(image_uses(Source(path, text))) <= MOST_USES
