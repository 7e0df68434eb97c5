"""What a build takes from registries, by its Dockerfile; with the values that its arguments are given."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import UsageError
from dockwright.evidence.build_bases import build_bases
from dockwright.evidence.unknown import Unknown
from dockwright.image import Reference
from dockwright.source import Source


def bases(text: str, target: str | None = None, **arguments: str) -> tuple[str | None, list[str], int]:
    """Return the final base (`?` if unknown), the others, and the least number of layers."""
    found = build_bases(Source("Dockerfile", text), target, arguments)
    final = "?" if isinstance(found.final, Unknown) else None if found.final is None else found.final.familiar
    return final, [each.familiar for each in found.others], found.least_layers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a:1\n", ("a:1", [], 0)),
        ("FROM a:1\nRUN x\n", ("a:1", [], 1)),
        ("FROM scratch\nCOPY . /\n", (None, [], 1)),
        ("FROM a:1 AS x\nRUN x\nFROM x\nCMD y\n", ("a:1", [], 1)),
        ("FROM a:1 AS x\nFROM b:1\nCOPY --from=x / /\n", ("b:1", ["a:1"], 1)),
        ("FROM a:1 AS x\nFROM b:1\nCOPY . /\n", ("b:1", [], 1)),
        ("FROM a:1\nCOPY --from=b:1 / /\nRUN --mount=from=c:1 x\n", ("a:1", ["b:1", "c:1"], 1)),
        ("FROM a:1 AS x\nFROM a:1\nCOPY --from=x / /\n", ("a:1", [], 1)),
        ("# syntax=docker/dockerfile:1\nFROM a:1\n", ("a:1", [], 0)),
        ("ARG V=1\nFROM a:$V\n", ("a:1", [], 0)),
        ("ARG V\nFROM a:$V\n", ("?", [], 0)),
        ("FROM a:$TARGETARCH\n", ("?", [], 0)),
        ("FROM --platform=$BUILDPLATFORM a:1 AS x\nFROM b:1\nCOPY --from=x / /\n", ("b:1", ["a:1"], 1)),
    ],
)
def test_bases(text: str, expected: tuple[str | None, list[str], int]) -> None:
    assert bases(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ARG V=1\nFROM a:$V\n",
        "ARG V\nFROM a:${V}\n",
        'ARG W=x V="1"\nFROM a:$V\n',
        "ARG V=1 \\\n  W=2\nFROM a:$V\n",
        "ARG V=1\nARG V=3\nFROM a:$V\nARG V=4\n",
        "FROM a:${V:-1}\n",
    ],
)
def test_arguments(text: str) -> None:
    """Of what no `ARG` declares, the build takes no value."""
    assert bases(text, V="2")[0] == ("a:1" if "ARG" not in text else "a:2")


def test_a_target() -> None:
    text = "FROM a:1 AS x\nFROM b:1 AS y\n"
    assert [bases(text, target)[0] for target in ("x", "Y", "0", None)] == ["a:1", "b:1", "a:1", "b:1"]
    with pytest.raises(UsageError, match="has no stage `z`"):
        bases(text, "z")
    with pytest.raises(UsageError, match="has no stage"):
        bases("")


def test_a_part_that_only_the_build_knows_is_said() -> None:
    found = build_bases(Source("Dockerfile", "FROM b:$TARGETARCH AS x\nFROM a:1\nCOPY --from=x / /\n"))
    assert found.final == Reference.parse("a:1")
    assert found.unclear == ("which image `b:$TARGETARCH` is, is known only to the build (`--build-arg` may say it)",)


@given(st.text(), st.dictionaries(st.sampled_from(["V", "W"]), st.text(alphabet="ab:/1.@-_", max_size=9)))
def test_any_text_is_read_or_refused(text: str, arguments: dict[str, str]) -> None:
    with suppress(UsageError):
        build_bases(Source("Dockerfile", f"ARG V\n{text}"), None, arguments)
