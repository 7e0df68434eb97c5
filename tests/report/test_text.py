"""The terminal report, tables and explanations."""

from __future__ import annotations

import re

from hypothesis import given, settings

from dockwright.escape import inert
from dockwright.excerpt import display_width
from dockwright.finding import Result
from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.report.text import render, render_explanation, render_images, render_rules
from dockwright.source import Source
from dockwright.traced import Traced
from tests.report.samples import COLORED, PLAIN, RESULTS, RULES, finding
from tests.report.strategies import results
from tests.support.runner_commands import read

laws = settings(deadline=None, max_examples=50)

_COLOR = re.compile(r"\x1b\[[0-9;]+m")


@laws
@given(results())
def test_no_file_controls_the_terminal(result: Result) -> None:
    assert render(result, PLAIN).replace("\n", "").isprintable()
    uncolored = _COLOR.sub("", render(result, COLORED)).split("\n")
    assert [inert(line) for line in uncolored] == render(result, PLAIN).split("\n")


@laws
@given(results())
def test_no_file_commands_the_runner(result: Result) -> None:
    for context in (PLAIN, COLORED):
        assert read(render(result, context)).commands == []


def test_colours_are_switched_off_at_the_end_of_each_line() -> None:
    for line in render(RESULTS["typical"], COLORED).split("\n"):
        assert not _COLOR.findall(line) or _COLOR.findall(line)[-1] == "\x1b[0m"


def test_it_fits_into_80_columns() -> None:
    source = Source("Dockerfile", "RUN apt-get install " + "a-package " * 50)
    result = Result((finding(source.span(0, 200), "A `message` that is " + "very " * 50 + "long."),), ("Dockerfile",))
    for report in (render(result, PLAIN), render(RESULTS["typical"], PLAIN)):
        assert max(map(display_width, report.split("\n"))) <= 80


def test_nothing_found_is_one_line() -> None:
    assert render(RESULTS["clean"], PLAIN) == "No findings in 2 files.\n"
    assert render(RESULTS["nothing"], PLAIN) == "No Dockerfiles to review.\n"


def test_rules() -> None:
    assert render_rules(RULES) == (
        "rule                 severity       finds\n"
        "add-for-local-files  warning   fix  `ADD` of local files\n"
        "stale-lists          off            Package lists from another layer\n"
        "trifle               notice         Something small\n"
    )


def test_images() -> None:
    source = Source("api/Dockerfile", "FROM python:3.13 AS 漢\nFROM $BASE\n# \x1b")
    uses = (
        ImageUse(
            ImageKind.FROM,
            Traced.of(source.span(5, 16)),
            Traced.of(source.span(5, 16)),
            Reference.parse("python:3.13"),
            "漢",
        ),
        ImageUse(ImageKind.FROM, Traced.of(source.span(27, 32)), None, None, "1"),
        ImageUse(ImageKind.SYNTAX, Traced.of(source.span(33, 36)), None, None, None),
    )
    assert render_images(uses) == (
        "place               kind    stage  image\n"
        "api/Dockerfile:1:6  from    漢     docker.io/library/python:3.13\n"
        "api/Dockerfile:2:6  from    1      $BASE (not known)\n"
        "api/Dockerfile:3:1  syntax         # <U+001B> (not known)\n"
    )


def test_a_page() -> None:
    assert render_explanation(RULES[1], PLAIN) == (
        "stale-lists: Package lists from another layer\n"
        "off unless configured; since 0.2.0; also known as hadolint:DL3009, buildkit:Made-Up\n"
        "\n## Why\n\nThey are as old as the cache.\n\n## Bad\n\nx\n\n## Good\n\ny\n"
    )
    assert "\x1b[1m## Fix\x1b[0m\n" in render_explanation(RULES[0], COLORED)
    assert "\nwarning; since 0.1.0; has fixes; also known as hadolint:DL3020\n" in render_explanation(RULES[0], PLAIN)
