"""The same instructions as BuildKit's own Go parser, through the PyPI package `dockerfile` (BuildKit 0.12.5).

Known differences, in which we follow BuildKit 0.32:
- blanks after `<<` open a here-document since Dockerfile 1.16;
- `# check=` is a parser directive, so an `# escape=` below it counts;
- text after a JSON array makes it the shell form (0.12.5 decoded the array and ignored the rest).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given

from dockwright.dockerfile import parse
from dockwright.dockerfile.refused import KEYWORDS
from dockwright.source import Source
from tests.dockerfile.strategies import dockerfiles

oracle = pytest.importorskip("dockerfile", reason="the Go parser has wheels for x86_64 only")

PROJECT = Path(__file__).parent.parent.parent
_SKIPPED = {".venv", "node_modules", ".git"}
FENCED = re.compile(r"^```dockerfile[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def collected() -> list[tuple[str, str]]:
    """Return every Dockerfile of the project: its own, the examples', and those in rule pages and cases."""
    found = [
        (str(path.relative_to(PROJECT)), path.read_bytes().decode("utf-8", "replace"))
        for path in sorted(PROJECT.glob("**/Dockerfile*"))
        if path.is_file() and not _SKIPPED & set(path.parts) and path.suffix != ".dockerignore"
    ]
    pages = [*PROJECT.glob("tests/rules/*.md"), *PROJECT.glob("src/dockwright/rules/*.py")]
    for page in sorted(pages):
        for number, match in enumerate(FENCED.finditer(page.read_text(encoding="utf-8"))):
            found.append((f"{page.name}#{number}", match[1]))
    return found


def by_buildkit(text: str) -> list[tuple[str, int, int]] | None:
    """Return what BuildKit's parser reads; None if it refuses the text."""
    try:
        instructions = oracle.parse_string(text)
    except oracle.GoParseError:
        return None
    # An instruction without keyword (a lone escape character) is refused one step later.
    if any(not item.cmd for item in instructions):
        return None
    return [(item.cmd.upper(), item.start_line, item.end_line) for item in instructions]


def by_us(text: str) -> list[tuple[str, int, int]]:
    """Return the same of our parser."""
    return [(item.name, item.line, item.end_line) for item in parse(Source("Dockerfile", text)).body]


def differs_by_version(text: str) -> bool:
    """Whether the text holds one of the known differences between BuildKit 0.12.5 and 0.32."""
    return bool(re.search(r"<<-?[ \t]+", text) or re.search(r"#\s*check\s*=.*\n(?:.*\n)*?#\s*escape", text))


@pytest.mark.parametrize(("name", "text"), collected(), ids=lambda value: value if len(value) < 60 else "")
def test_files_of_the_project(name: str, text: str) -> None:
    expected = by_buildkit(text)
    if expected is None:
        assert parse(Source(name, text)).errors
    elif not differs_by_version(text):
        assert by_us(text) == expected


@given(dockerfiles())
def test_generated_files(text: str) -> None:
    assume(not differs_by_version(text))
    expected = by_buildkit(text)
    if expected is None:
        assert parse(Source("Dockerfile", text)).errors
    else:
        assert by_us(text) == expected


@given(dockerfiles())
def test_words_of_generated_files(text: str) -> None:
    assume(not differs_by_version(text) and by_buildkit(text) is not None)
    for theirs, ours in zip(oracle.parse_string(text), parse(Source("Dockerfile", text)).body, strict=True):
        if ours.name not in KEYWORDS:
            continue
        if ours.name in {"ENV", "LABEL"}:
            read = [part.text for pair in ours.pairs for part in (pair.key, pair.value) if part is not None]
        elif ours.name == "ARG":
            read = [pair.word.text for pair in ours.pairs]
        elif ours.name == "ONBUILD" and ours.trigger is not None:
            assert theirs.sub_cmd.upper() == ours.trigger.name
            read = [word.text for word in ours.trigger.words]
        else:
            read = [word.text for word in ours.words]
        assert list(theirs.value) == read
