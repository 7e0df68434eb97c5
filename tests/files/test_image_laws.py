"""What holds for any file that names images; PyYAML itself says what a file means."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dockwright.files._interpolation import interpolate
from dockwright.files._yaml import YamlList, YamlMapping, YamlText, read_documents
from dockwright.files.images import image_uses
from dockwright.source import Edit, Source, apply
from dockwright.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import Node

OTHER_TAG = "9.9-other"

REPOSITORIES = st.sampled_from(("python", "acme/app", "ghcr.io/acme/app", "localhost:5000/a/b", "registry.acme.dev/x"))
TAGS = st.sampled_from(("1", "3.10", "v1.2.3-alpine3.20", "latest", "1_0", "2026.11", "on", "1e3", "0x1f"))
STYLES = st.sampled_from((None, '"', "'", "|", ">"))


def plain(node: Node) -> object:
    """Return a document as PyYAML's BaseLoader makes it: all scalars are text."""
    match node:
        case YamlText():
            return node.text
        case YamlList():
            return [plain(item) for item in node.items]
        case YamlMapping():
            return {key: plain(value) for key, value in node.values.items()}


def scalars(node: Node) -> Iterator[YamlText]:
    match node:
        case YamlText():
            yield node
        case YamlList():
            for item in node.items:
                yield from scalars(item)
        case YamlMapping():
            for value in node.values.values():
                yield from scalars(value)


def loaded(text: str) -> list[object]:
    return list(yaml.load_all(text, yaml.BaseLoader))


# --- scalars ----------------------------------------------------------------------------------------------------

WORDS = st.text(alphabet="ab:-{}[],|>#'\"\n \\%!?/x4\r\té\x85", max_size=12)


@given(WORDS.map(lambda text: f"k: {text}\nl: 1\n") | WORDS.map(lambda text: f"k: |-\n  a\n{text}\n") | WORDS)
def test_documents_are_what_pyyaml_says(text: str) -> None:
    found = read_documents(Source("a.yaml", text))
    if found:
        try:
            expected = [each for each in loaded(text) if isinstance(each, dict)]
        except yaml.YAMLError:
            return  # a list or mapping as a key: PyYAML has no value for that
        assert [plain(each) for each in found] == expected


@given(
    st.text(max_size=40) | st.text(alphabet="ab '\"\\\n\t:#é\U0001f600\u2028", max_size=40),
    STYLES,
    st.integers(5, 40),
    st.sampled_from(("", "\ufeff", "# é\n")),
    st.booleans(),
)
def test_the_places_of_a_scalars_characters(
    value: str,
    style: str | None,
    width: int,
    start: str,
    has_properties: bool,  # noqa: FBT001
) -> None:
    text = yaml.safe_dump([value], default_style=style, width=width, allow_unicode=True)
    if has_properties and text.startswith("- "):
        text = f"- &anchor !!str {text[2:]}"
    source = Source("a.yaml", f"{start}k:\n{text}")
    for document in read_documents(source):
        for scalar in scalars(document):
            check_places(scalar)


def check_places(scalar: YamlText) -> None:
    traced = scalar.traced
    assert traced.text == scalar.text
    assert traced.span is not None
    assert scalar.span.start <= traced.span.start <= traced.span.end <= scalar.span.end
    for start, end, span in traced.pieces():
        assert span is not None
        if span.end - span.start == end - start:
            assert span.text == traced.text[start:end]


@given(st.text(alphabet="ab:-{}[],&*<|>#'\"\n \\%!?\ufeff\r\tx4", max_size=40))
def test_any_scalar_stands_where_it_says(text: str) -> None:
    for document in read_documents(Source("a.yaml", text)):
        for scalar in scalars(document):
            check_places(scalar)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("k: python:3", ["python:3"]),
        ("k: 'python:3'", ["python:3"]),
        ('k: "python:3"  # c', ["python:3"]),
        ("k: &a python:3", ["python:3"]),
        ("k: !!str 'python:3'", ["python:3"]),
        ("k: >-\n  python:3\n", ["python:3"]),
        ("k: |-\r\n  python:3\r\n", ["python:3"]),
        ("k: |2-\n    python:3\n", ["  python:3"]),
        ('k: "py\\x74hon:3"', ["py", None, "hon:3"]),
        ("k: 'it''s'", ["it", None, "s"]),
        ("k: a\n  b", ["a", None, "b"]),
        ('k: "a\\\n  b"', ["a", "b"]),
        ("k: [a\nb]", ["a", None, "b"]),
        ("k: >\n  a\n  b\n", [None]),
        ("k: &a\n  python:3", [None]),
    ],
)
def test_pieces(text: str, pieces: list[str | None]) -> None:
    (document,) = read_documents(Source("a.yaml", text))
    (scalar,) = scalars(document)
    found = [(span, end - start) for start, end, span in scalar.traced.pieces()]
    assert [span.text if span and span.end - span.start == length else None for span, length in found] == pieces


# --- edits ------------------------------------------------------------------------------------------------------


def compose(names: list[str]) -> dict[str, Any]:
    return {"services": {f"s{number}": {"image": name, "ports": ["80:80"]} for number, name in enumerate(names)}}


def pod(names: list[str]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": name} for name in names]}}


def workflow(names: list[str]) -> dict[str, Any]:
    return {
        "jobs": {
            f"j{number}": {"container": name, "steps": [{"uses": "actions/checkout@v4"}, {"uses": f"docker://{name}"}]}
            for number, name in enumerate(names)
        }
    }


def gitlab(names: list[str]) -> dict[str, Any]:
    return {f"j{number}": {"image": {"name": name}, "services": [name]} for number, name in enumerate(names)}


def values(names: list[str]) -> dict[str, Any]:
    split = [name.rpartition(":")[::2] for name in names]
    return {f"c{number}": {"image": {"repository": name, "tag": tag}} for number, (name, tag) in enumerate(split)}


def kustomization(names: list[str]) -> dict[str, Any]:
    split = [name.rpartition(":")[::2] for name in names]
    return {"images": [{"name": "a", "newName": name, "newTag": tag} for name, tag in split]}


KINDS = {
    "compose.yaml": (compose, 1),
    "pod.yaml": (pod, 1),
    ".github/workflows/ci.yml": (workflow, 2),
    ".gitlab-ci.yml": (gitlab, 2),
    "values.yaml": (values, 1),
    "kustomization.yaml": (kustomization, 1),
}

NAMES = st.builds("{}:{}".format, REPOSITORIES, TAGS)


@pytest.mark.parametrize("path", KINDS)
@given(data=st.data())
def test_an_edit_changes_one_value_as_pyyaml_sees_it(path: str, data: st.DataObject) -> None:
    make, each = KINDS[path]
    names = data.draw(st.lists(NAMES, min_size=1, max_size=4), label="names")
    document = make(names)
    text = yaml.safe_dump(
        document,
        default_style=data.draw(STYLES, label="style"),
        default_flow_style=data.draw(st.booleans(), label="flow"),
        width=200,
    )
    if data.draw(st.booleans(), label="crlf"):
        text = text.replace("\n", "\r\n")
    source = Source(path, data.draw(st.sampled_from(("", "\ufeff")), label="start") + text)
    uses = image_uses(source)
    assert sorted(use.traced.text for use in uses if use.traced) == sorted(names * each)
    number = data.draw(st.integers(0, len(uses) - 1), label="use")
    place = uses[number].tag_span
    assert place is not None
    after = apply(source.text, [Edit(place, OTHER_TAG)])
    assert len(after) - len(source.text) == len(OTHER_TAG) - (place.end - place.start)
    (changed,) = loaded(after)
    assert differences(document, changed) == [(place.text, OTHER_TAG)]
    again = [use.reference for use in image_uses(Source(path, after))]
    assert again[:number] + again[number + 1 :] == [use.reference for use in uses[:number] + uses[number + 1 :]]


def differences(before: object, after: object) -> list[tuple[str, str]]:
    """Return which texts differ, without what they begin with in common."""
    match before, after:
        case dict(), dict():
            assert before.keys() == after.keys()
            return [found for key in before for found in differences(before[key], after[key])]
        case list(), list():
            return [found for one, other in zip(before, after, strict=True) for found in differences(one, other)]
        case str(), str():
            if before == after:
                return []
            assert before.rpartition(":")[0] == after.rpartition(":")[0]
            return [(before.rpartition(":")[2], after.rpartition(":")[2])]
        case _:
            raise AssertionError((before, after))


# --- whatever is written ----------------------------------------------------------------------------------------

PATHS = ("Dockerfile", "action.yml", *KINDS)
WORDS_OF_FILES = r"""
    services: image: build: dockerfile_inline: | FROM a:${V:-1} $$ ${ } apiVersion: kind: Pod spec: containers: - { ] [
    jobs: container: steps: uses: docker://a:1 images: newTag: newName: name: repository: tag: digest: variables: $V "a
    python:3.12 ghcr.io/a/b@sha256: 'x &a *a << !reference --- ... # ? : , > runs: default: extends: registry: {{ }}
    additional_contexts: docker-image://a platform: sha: global: imageRegistry: matrix: é
"""
BLANKS = ("\n", "\n  ", "\n    ", "\n      ", " ", "\r\n", "\t", "\ufeff", "\x85", "\udcff", "\0")
FRAGMENTS = st.sampled_from((*WORDS_OF_FILES.split(), *BLANKS))


@given(st.sampled_from(PATHS), st.lists(FRAGMENTS, max_size=40).map(" ".join) | st.text(max_size=60))
def test_nothing_raises(path: str, text: str) -> None:
    for use in image_uses(Source(path, text)):
        assert use.span.text is not None
        assert use.reference is None or use.traced is not None


@given(st.sampled_from(PATHS), st.binary(max_size=60))
def test_no_bytes_raise(path: str, data: bytes) -> None:
    image_uses(Source.decode(path, data))


@given(st.text(alphabet="${}:-+?aV1\\ ", max_size=30))
def test_interpolation_raises_nothing_and_keeps_places(text: str) -> None:
    source = Source("a", text)
    found = interpolate(Traced.of(source.span(0, len(text))))
    for start, end, span in found.pieces():
        assert span is not None
        if span.end - span.start == end - start:
            assert span.text == found.text[start:end]
    if "$" not in text:
        assert found.text == text


@pytest.mark.parametrize("cut", range(0, 120, 7))
def test_a_file_that_is_cut_off_raises_nothing(cut: int) -> None:
    text = "services:\n  a:\n    image: a:3\n    build: {dockerfile_inline: \"FROM a\\nRUN b\"}\n  b: {image: 'c:1'}\n"
    image_uses(Source("compose.yaml", text[:cut]))


def test_documents_are_not_changed_by_reading() -> None:
    source = Source("compose.yaml", "services: {a: {image: 'a:1'}}\n")
    before = deepcopy(source.text)
    assert image_uses(source) == image_uses(source)
    assert source.text == before
