"""Tags that YAML, JSON or HCL would take for numbers."""

from __future__ import annotations

import pytest

from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.source import Source, apply
from dockwright.traced import Traced


def retagged(before: str, tag: str, behind: str, new: str, *, kind: ImageKind = ImageKind.HELM_VALUES) -> str:
    """Return a file after an image's tag, which stands alone in it, was changed."""
    source = Source("values.yaml", before + tag + behind)
    word = Traced.of(source.span(len(before), len(before) + len(tag)))
    name = Traced.join([Traced.made("python:"), word])
    use = ImageUse(kind, word, name, Reference.parse(name.text), None)
    edits = use.edit(Reference.parse(f"python:{new}"))
    assert edits is not None
    return apply(source.text, edits)


@pytest.mark.parametrize(
    ("before", "old", "behind", "new", "expected"),
    [
        ("tag: ", "3.9", "\n", "3.10", 'tag: "3.10"\n'),
        ("tag: ", "3.9", " # x\r\n", "3.10", 'tag: "3.10" # x\r\n'),
        ("tag: ", "3.9", "", "3.10", 'tag: "3.10"'),
        ("{tag: ", "3.9", "}", "3.10", '{tag: "3.10"}'),
        ("[a, ", "3.9", ", b]", "3.10", '[a, "3.10", b]'),
        ("tag:\t", "20240904", "\n", "20250101", 'tag:\t"20250101"\n'),
        ("tag: ", "2024-09-04", "\n", "2025-01-01", 'tag: "2025-01-01"\n'),
        ("tag: ", "1e3", "\n", "1e4", 'tag: "1e4"\n'),
        ("tag: ", "7", "\n", "08", 'tag: "08"\n'),
        ("tag: ", "0x1", "\n", "0x2", 'tag: "0x2"\n'),
        # These stay what they are.
        ("tag: ", "3.9", "\n", "3.11", "tag: 3.11\n"),
        ("tag: ", "21", "\n", "22", "tag: 22\n"),
        ("tag: ", "3.9.1", "\n", "3.10.0", "tag: 3.10.0\n"),
        ("tag: ", "3.9", "\n", "3.10-slim", "tag: 3.10-slim\n"),
        ("tag: ", "3.9", "\n", "3.10@sha256:" + "a" * 64, "tag: 3.10@sha256:" + "a" * 64 + "\n"),
        # These are no scalars by themselves.
        ("tag: '", "3.9", "'\n", "3.10", "tag: '3.10'\n"),
        ('tag: "', "3.9", '"\n', "3.10", 'tag: "3.10"\n'),
        ("tag: ${X:-", "3.9", "}\n", "3.10", "tag: ${X:-3.10}\n"),
    ],
)
def test_number_of_another_value_is_put_in_quotes(before: str, old: str, behind: str, new: str, expected: str) -> None:
    assert retagged(before, old, behind, new) == expected


def test_values_of_an_arg_are_texts() -> None:
    assert retagged("ARG V= ", "3.9", "\n", "3.10", kind=ImageKind.FROM) == "ARG V= 3.10\n"
