"""Results that hypothesis makes up: texts, names, messages and fixes of strangers."""

from __future__ import annotations

from hypothesis import strategies as st

from dockwright.finding import Applicability, Finding, Fix, Result, Severity, Unreadable
from dockwright.source import Edit, Source, Span
from tests.report.samples import RULES

# What means something to a terminal, to the runner, to Markdown, to HTML or to GitHub, between harmless words.
_PIECES = (
    *(
        "::",
        "##[",
        "]",
        "error",
        "::error::",
        "##[error]",
        "::set-env name=PATH::",
        "::stop-commands::x",
        "::x::",
        "#",
        "[",
    ),
    *(
        "\n",
        "\r",
        "\r\n",
        "\t",
        " ",
        "\x85",
        "\xa0",
        "\u2028",
        "\u3000",
        "\ufeff",
        "\u200b",
        "\x1b[31m",
        "\x9b",
        "\x07",
        "\0",
    ),
    *(
        "`",
        "``",
        "```",
        "~~~",
        "*",
        "_",
        "**",
        "<!--",
        "-->",
        "</details>",
        "<b>",
        "&lt;",
        "&#60;",
        "|",
        "\\",
        "$",
        "$$",
    ),
    *("](https://example.org)", "![x](y)", "https://example.org", "www.example.org", "a@example.org", "@octocat", "#1"),
    *("- ", "1. ", "> ", "    ", "---", "===", "%0A", "%3A", "%25", ",", ":", "=", "{0}", "\u202e", "\udcff", "\udc80"),
    *("\U0001f600", "漢字", "e\u0301", "ADD", "x", ".", "/"),
)

texts = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=12).map("".join)
lines = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=12).map(
    lambda parts: "".join(parts).replace("\n", "")
)
paths = texts.map(lambda text: text.lstrip("/") or "Dockerfile")


@st.composite
def spans(draw: st.DrawFn, source: Source) -> Span:
    start = draw(st.integers(0, len(source.text)))
    return source.span(start, draw(st.integers(start, len(source.text))))


@st.composite
def fixes(draw: st.DrawFn, source: Source) -> Fix:
    bounds = draw(st.lists(st.integers(0, len(source.text)), min_size=2, max_size=6, unique=True).map(sorted))
    edits = [Edit(source.span(*pair), draw(texts)) for pair in zip(bounds[::2], bounds[1::2], strict=False)]
    return Fix(draw(texts), tuple(edits), draw(st.sampled_from(Applicability)))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    return Source(draw(paths), draw(st.lists(texts, min_size=1, max_size=6).map("\n".join)))


@st.composite
def findings(draw: st.DrawFn, source: Source) -> Finding:
    rule = draw(st.sampled_from(RULES))
    fix = draw(st.none() | fixes(source)) if len(source.text) > 1 else None
    return Finding(
        rule.id,
        rule.aliases,
        draw(st.sampled_from(Severity)),
        draw(texts),
        draw(spans(source)),
        fix,
        tuple(draw(st.lists(spans(source), max_size=2))),
        "0123456789abcdef",
    )


@st.composite
def results(draw: st.DrawFn) -> Result:
    source = draw(sources())
    return Result(
        tuple(draw(st.lists(findings(source), max_size=4))),
        (source.path,),
        tuple(draw(st.lists(st.builds(Unreadable, paths, texts), max_size=2))),
        tuple(draw(st.lists(texts, max_size=2))),
    )
