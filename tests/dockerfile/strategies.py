"""Hypothesis strategies that compose Dockerfiles of everything that makes parsing them hard."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = st.sampled_from(
    ["a", "x=1", "--flag", "--mount=type=cache,target=/x", "$V", "${V:-1}", '"a b"', "'c'", "\\$x", "é", "#", "<", "&&"]
)
_KEYWORDS = st.sampled_from(
    [
        "FROM",
        "RUN",
        "run",
        "CMD",
        "ENV",
        "LABEL",
        "ARG",
        "COPY",
        "ADD",
        "USER",
        "EXPOSE",
        "WORKDIR",
        "ONBUILD RUN",
        "SHELL",
    ]
)
_BLANKS = st.sampled_from([" ", "  ", "\t", " \t"])
_COMMENTS = st.sampled_from(["# c", "  # c \\", "#", "# <<EOF"])
_NAMES = st.sampled_from(["EOF", "E", "x.y"])


@st.composite
def _continued(draw: st.DrawFn, escape: str) -> str:
    """Text that may run over several lines, with comments and blank lines between."""
    parts = [draw(_WORDS)]
    for word in draw(st.lists(_WORDS, max_size=4)):
        if draw(st.integers(0, 3)) == 0:
            parts.append(draw(_BLANKS) + escape + draw(st.sampled_from(["", " ", "\t"])) + "\n")
            parts += [comment + "\n" for comment in draw(st.lists(st.one_of(_COMMENTS, st.just("")), max_size=2))]
        parts += [draw(_BLANKS), word]
    return "".join(parts)


@st.composite
def _heredoc(draw: st.DrawFn) -> str:
    """A RUN or COPY with one or two here-documents."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=2))
    quote = draw(st.sampled_from(["", "'", '"']))
    dash = draw(st.sampled_from(["", "-"]))
    opened = " ".join(f"<<{dash}{quote}{name}{quote}" for name in names)
    line = draw(st.sampled_from([f"RUN cat {opened}", f"COPY {opened} /d/", f"RUN {opened} cat"]))
    bodies = [
        "".join(
            body_line + "\n"
            for body_line in draw(st.lists(st.sampled_from(["FROM x", "# c", "a \\", "", "\tb"]), max_size=3))
        )
        + ("\t" if dash and draw(st.booleans()) else "")
        + name
        for name in names
    ]
    return "\n".join([line, *bodies])


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """A text that BuildKit's parser mostly accepts."""
    escape = draw(st.sampled_from(["\\", "\\", "`"]))
    lines = draw(
        st.lists(st.sampled_from(["# syntax=docker/dockerfile:1", "# check=skip=all"]), unique=True, max_size=2)
    )
    if escape == "`":
        lines.append("# escape=`")
    lines.append("FROM a")
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.integers(0, 9))
        if kind == 0:
            lines.append(draw(_COMMENTS))
        elif kind == 1:
            lines.append(draw(st.sampled_from(["", " ", "\t"])))
        elif kind <= 3:
            lines.append(draw(_heredoc()))
        elif kind == 4:
            lines.append(draw(st.sampled_from(['CMD ["a", "b"]', 'RUN [ "x" ]', "CMD ['a']", 'COPY ["<<E", "b"]'])))
        else:
            lines.append(draw(_KEYWORDS) + draw(_BLANKS) + draw(_continued(escape)))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", f" {escape}", f" {escape}\n\n"]))
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("\n", "\r\n")
    return ("\ufeff" if draw(st.integers(0, 5)) == 0 else "") + text


def any_texts() -> st.SearchStrategy[str]:
    """Any text at all, made mostly of characters that mean something."""
    meaningful = st.sampled_from(list("FROMRUNCOPYENVA \t\n\r\v\\`#$<>{}[]\"'=:-@1\ufeff\u2028\xa0\x1c\udcff"))
    return st.text(st.one_of(meaningful, st.characters()), max_size=200)
