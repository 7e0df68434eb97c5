"""Ignore comments: which are understood, and which lines each of them covers."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.dockerfile import parse
from dockwright.rule_names import RuleNames
from dockwright.source import Source
from dockwright.suppress import suppressions

NAMES = RuleNames(
    lambda: {
        "shell-form": ("hadolint:DL3025", "buildkit:JSONArgsRecommended"),
        "runs-as-root": ("hadolint:DL3002",),
        "maintainer": ("buildkit:MaintainerDeprecated", "hadolint:DL4000"),
    }
)


def found(text: str) -> list[tuple[str, list[str], list[int]]]:
    """Return of each comment: whose it is, the names, and the lines that it covers."""
    dockerfile = parse(Source("Dockerfile", dedent(text)))
    return [(each.tool, [name.text for name in each.names], list(each.lines)) for each in suppressions(dockerfile)]


@pytest.mark.parametrize(
    ("comment", "names", "reason"),
    [
        ("# dockwright ignore=a", ["a"], ""),
        ("#dockwright ignore=a", ["a"], ""),
        ("#   dockwright   ignore  =  a", ["a"], ""),
        ("# Dockwright Ignore=a", ["a"], ""),
        ("# dockwright: ignore=a", ["a"], ""),
        ("# dockwright ignore: a", ["a"], ""),
        ("# dockwright ignore=a,b", ["a", "b"], ""),
        ("# dockwright ignore=a, b ,c why so", ["a", "b", "c"], "why so"),
        ("# dockwright ignore=a why so", ["a"], "why so"),
        ("# dockwright ignore=a - why so", ["a"], "why so"),
        ("# dockwright ignore=a # why so", ["a"], "why so"),
        ("# dockwright ignore=a: why so", ["a"], "why so"),
        ("# dockwright ignore=a; why so", ["a"], "why so"),
        ("# dockwright ignore=runs-as-root,hadolint:DL3002", ["runs-as-root", "hadolint:DL3002"], ""),
        ("# dockwright ignore=", [], ""),
        ("# hadolint ignore=DL3001,SC1081 # reason", ["DL3001", "SC1081"], "reason"),
        ("# hadolint ignore=DL3001 reason", ["DL3001"], "reason"),
        ("# tally ignore=hadolint/DL3001,SC1081;reason=known", ["hadolint/DL3001", "SC1081"], "known"),
        ("# tally global ignore=DL3001", ["DL3001"], ""),
        ("# check=skip=A,B", ["A", "B"], ""),
        ("#check = skip=A;error=true", ["A"], ""),
        ("# check=error=true;skip=all", ["all"], ""),
    ],
)
def test_what_is_understood(comment: str, names: list[str], reason: str) -> None:
    (only,) = suppressions(parse(Source("Dockerfile", f"FROM a\n{comment}\nRUN b\n")))
    assert ([name.text for name in only.names], only.reason) == (names, reason)
    assert only.span.text == comment


@pytest.mark.parametrize(
    "comment",
    [
        "# dockwright ignores this",
        "# dockwrightignore=a",
        "# dockwright ignore a",
        "# use: dockwright ignore=a",
        "# hadolint shell=bash",
        "# ignore=a",
        "# check=error=true",
        "# check: skip=a",
        "# xcheck=skip=a",
        "# check=noskip=a",
    ],
)
def test_what_is_not(comment: str) -> None:
    assert found(f"FROM a\n{comment}\nRUN b\n") == []


def test_a_comment_above_an_instruction_covers_all_of_it() -> None:
    text = r"""
        FROM a
        # dockwright ignore=x
        RUN b \
            && c <<EOF
        d
        EOF
        RUN e
    """
    assert found(text) == [("dockwright", ["x"], [4, 5, 6, 7])]


def test_comments_and_blank_lines_between_are_fine() -> None:
    text = """
        FROM a

        # hadolint ignore=x
        # dockwright ignore=y

        # Why this is here.
        # check=skip=Z

        RUN b
    """
    assert found(text) == [("hadolint", ["x"], [10]), ("dockwright", ["y"], [10]), ("buildkit", ["Z"], [10])]


def test_between_the_lines_of_an_instruction_the_next_line_is_covered() -> None:
    text = r"""
        FROM a
        RUN b \
            # dockwright ignore=x

            # Why.
            && c \
            && d
    """
    assert found(text) == [("dockwright", ["x"], [7])]


def test_between_the_lines_after_the_last_one_nothing_is_covered() -> None:
    assert found("FROM a\nRUN b \\\n# dockwright ignore=x\n") == [("dockwright", ["x"], [])]


def test_in_a_script_the_next_line_is_covered() -> None:
    text = """
        FROM a
        RUN <<EOF
        b
          # dockwright ignore=x

          # Why.
          c
        d
        EOF
    """
    assert found(text) == [("dockwright", ["x"], [8])]


def test_a_heredoc_that_is_data_has_no_comments() -> None:
    assert found("FROM a\nRUN cat <<EOF > b\n# dockwright ignore=x\nRUN c\nEOF\n") == []
    assert found("FROM a\nCOPY <<EOF b\n# dockwright ignore=x\nRUN c\nEOF\n") == []


STAGES = """
    ARG V=1
    {first}
    FROM a AS b
    RUN c
    {second}
    RUN d
    {third}
    FROM e
    RUN f
    {fourth}
"""


@pytest.mark.parametrize("tool", ["dockwright", "hadolint"])
@pytest.mark.parametrize(
    ("place", "lines"),
    [("first", [4, 5, 6, 7, 8]), ("second", [4, 5, 6, 7, 8]), ("third", [9, 10, 11]), ("fourth", [9, 10, 11])],
)
def test_a_stage(tool: str, place: str, lines: list[int]) -> None:
    comments = dict.fromkeys(("first", "second", "third", "fourth"), "# nothing")
    text = STAGES.format(**comments | {place: f"# {tool} stage ignore=x"})
    assert found(text) == [(tool, ["x"], lines)]


def test_a_stage_above_a_global_argument_is_the_first_one() -> None:
    assert found("# dockwright stage ignore=x\nARG V\nFROM a\nFROM b\n") == [("dockwright", ["x"], [3])]


@pytest.mark.parametrize("comment", ["dockwright file", "dockwright global", "hadolint global"])
def test_the_file_from_anywhere(comment: str) -> None:
    assert found(f"FROM a\nRUN b\n# {comment} ignore=x\nRUN c\n")[0][1:] == (["x"], [1, 2, 3, 4])


def test_a_directive_is_for_the_file() -> None:
    assert found("# check=skip=A,B\nFROM a\nRUN b\n") == [("buildkit", ["A", "B"], [1, 2, 3])]


def test_the_same_comment_further_down_is_for_an_instruction() -> None:
    assert found("# A word.\n# check=skip=A\nFROM a\nRUN b\n") == [("buildkit", ["A"], [3])]


def test_below_the_last_instruction_nothing_is_covered() -> None:
    assert found("FROM a\n# dockwright ignore=x\n") == [("dockwright", ["x"], [])]


def test_a_file_without_instructions() -> None:
    assert found("# dockwright stage ignore=x\n# dockwright ignore=y\n") == [
        ("dockwright", ["x"], []),
        ("dockwright", ["y"], []),
    ]


def test_names_mean_rules() -> None:
    text = "FROM a\n# dockwright ignore=runs-as-root,dl3025,all,x\n# check=skip=all\nRUN b\n"
    ours, theirs = suppressions(parse(Source("Dockerfile", text)))
    assert [ours.rules(name, NAMES) for name in ours.names] == [("runs-as-root",), ("shell-form",), (), ()]
    assert [theirs.rules(name, NAMES) for name in theirs.names] == [("shell-form", "maintainer")]


def test_names_of_tally_mean_rules() -> None:
    names = "hadolint/DL3002,buildkit/MaintainerDeprecated,DL3025,shellcheck/SC2086,tally/max-lines,hadolint:DL3002"
    (theirs,) = suppressions(parse(Source("Dockerfile", f"FROM a\n# tally ignore={names}\nRUN b\n")))
    found = [theirs.rules(name, NAMES) for name in theirs.names]
    one, other = ("runs-as-root",), ("maintainer",)
    assert found == [one, other, ("shell-form",), ("shellcheck:SC2086",), (), one]
    assert [theirs.keys(name, NAMES) for name in theirs.names[:2]] == [
        ("hadolint:DL3002",),
        ("buildkit:MaintainerDeprecated",),
    ]


def test_a_long_line_takes_no_time() -> None:
    blanks = " " * 30_000
    comments = "\n".join(
        f"#{blanks}{comment}" for comment in ("x", f"dockwright{blanks}x", f"dockwright ignore=a{blanks}x", "check=a")
    )
    assert len(found(f"FROM a\n{comments}\nRUN b")) == 1


@given(
    st.lists(
        st.sampled_from(
            [
                "FROM a",
                "RUN b \\",
                "# dockwright ignore=x",
                "# dockwright stage ignore=x",
                "RUN <<E",
                "E",
                "",
                "# check=skip=a",
            ]
        ),
        max_size=12,
    )
)
def test_comments_cover_lines_of_the_file(lines: list[str]) -> None:
    source = Source("Dockerfile", "\n".join(lines))
    for each in suppressions(parse(source)):
        assert set(each.lines) <= set(range(1, len(source.line_starts) + 1))
        assert each.span.text.startswith("#")
