from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.dockerfile.insert import insert_after, insert_before
from dockwright.source import Source, apply


def before(text: str, name: str) -> str:
    dockerfile = parse(Source("Dockerfile", text))
    instruction = next(dockerfile.instructions(name))
    return apply(text, [insert_before(dockerfile, instruction, ["USER a", "RUN b"])])


def after(text: str, name: str) -> str:
    dockerfile = parse(Source("Dockerfile", text))
    instruction = next(dockerfile.instructions(name))
    return apply(text, [insert_after(dockerfile, instruction, ["USER a", "RUN b"])])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_before_an_instruction_and_its_comments(end: str) -> None:
    lines = ["FROM x", "# not this", "", "# one", "  # two", "CMD a \\", "  b", ""]
    expected = ["FROM x", "# not this", "", "USER a", "RUN b", "# one", "  # two", "CMD a \\", "  b", ""]
    assert before(end.join(lines), "CMD") == end.join(expected)


def test_before_the_last_line_without_its_end() -> None:
    assert before("FROM x\r\nCMD a", "CMD") == "FROM x\r\nUSER a\r\nRUN b\r\nCMD a"
    assert before("FROM x", "FROM") == "USER a\nRUN b\nFROM x"


def test_comments_inside_the_instruction_above_stay_there() -> None:
    text = "FROM x\nRUN a \\\n# inside\n  b\nCMD c\n"
    assert before(text, "CMD") == "FROM x\nRUN a \\\n# inside\n  b\nUSER a\nRUN b\nCMD c\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_after_an_instruction(end: str) -> None:
    assert after(end.join(["FROM x", "RUN a \\", "  b", "CMD c", ""]), "RUN") == end.join(
        ["FROM x", "RUN a \\", "  b", "USER a", "RUN b", "CMD c", ""]
    )


def test_after_a_heredoc() -> None:
    text = "FROM x\nRUN <<EOF\na\nEOF\n\nCMD c\n"
    assert after(text, "RUN") == "FROM x\nRUN <<EOF\na\nEOF\nUSER a\nRUN b\n\nCMD c\n"


def test_after_the_last_line_without_its_end() -> None:
    assert after("FROM x\r\nRUN a", "RUN") == "FROM x\r\nRUN a\r\nUSER a\r\nRUN b"
    assert after("FROM x", "FROM") == "FROM x\nUSER a\nRUN b"
