"""Groups 18 to 21: here-documents."""

from __future__ import annotations

import pytest

from tests.dockerfile.reading import errors, one, outline, read


@pytest.mark.parametrize(
    ("opening", "name"),
    [
        ("<<EOF", "EOF"),
        ("3<<EOF", "EOF"),
        ("<<'EOF'", "EOF"),
        ('<<"EOF"', "EOF"),
        ('<<E"O"F', "EOF"),
        ("<<eo\\'f", "eo'f"),
        ("<<'one two'", "one two"),
        ("<<file.txt", "file.txt"),
        ("<<$EOF", "$EOF"),
        ("<< EOF", "EOF"),
        ("<< \t EOF", "EOF"),
    ],
)
def test_words_that_open_a_here_document(opening: str, name: str) -> None:
    run = one(f"RUN cat {opening} > x\nFROM b\n# c\\\n\n{name}\n")
    (heredoc,) = run.heredocs
    assert heredoc.name == name
    assert heredoc.word.text == opening
    assert heredoc.body.text == "FROM b\n# c\\\n\n"
    assert heredoc.terminator.text == name
    assert run.end_line == 6


@pytest.mark.parametrize(
    "words",
    [
        "cat <<<EOF",
        'echo "<<EOF"',
        "echo '<<EOF'",
        "echo \\<<EOF",
        "a<<EOF",
        "echo it's <<EOF",
        "echo 1<<2",
        "cat <<''",
        "cat <<",
    ],
)
def test_words_that_open_none(words: str) -> None:
    instructions = outline(f"FROM a\nRUN {words}\nUSER b\n")
    opens_by_number = words == "echo 1<<2"
    if opens_by_number:
        assert instructions[1] == ("RUN", 2, 2)
    assert instructions[-1] == ("USER", 3, 3)


@pytest.mark.parametrize(
    ("opening", "expands", "strips"),
    [("<<E", True, False), ("<<'E'", False, False), ("<<-E", True, True), ('<<-"E"', False, True)],
)
def test_quotes_stop_expansion_and_a_dash_strips_tabs(opening: str, *, expands: bool, strips: bool) -> None:
    (heredoc,) = one(f"COPY {opening} /x\n\t$A\n" + ("\t" if strips else "") + "E\n").heredocs
    assert (heredoc.expands, heredoc.strips_tabs) == (expands, strips)
    assert heredoc.body.text == "\t$A\n"


def test_terminator_is_the_whole_line() -> None:
    text = "FROM a\nRUN <<E\n E\nE \nEE\n\tE\nE\nUSER b"
    assert outline(text) == [("FROM", 1, 1), ("RUN", 2, 7), ("USER", 8, 8)]


def test_several_have_their_bodies_in_order() -> None:
    copy = one("COPY <<A <<B /d/\na\nA\nb\nB\n")
    assert [(heredoc.name, heredoc.body.text) for heredoc in copy.heredocs] == [("A", "a\n"), ("B", "b\n")]


def test_one_may_open_after_a_continuation() -> None:
    assert outline("FROM a\nRUN x && \\\n  cat <<E > y && z\nb\nE\nUSER c") == [
        ("FROM", 1, 1),
        ("RUN", 2, 5),
        ("USER", 6, 6),
    ]


def test_only_run_copy_and_add_open_them_and_never_in_json() -> None:
    assert outline('FROM a\nUSER <<E\nRUN ["cat", "<<E"]\nCMD cat <<E\nENV a=<<E\n')[-1] == ("ENV", 5, 5)
    assert one("ADD <<E /x\ny\nE\n").end_line == 4


def test_onbuild_triggers_open_them() -> None:
    instruction = one("ONBUILD RUN <<E\nx\nE\n")
    assert instruction.trigger is not None
    assert [heredoc.body.text for heredoc in instruction.trigger.heredocs] == ["x\n"]
    assert instruction.end_line == 4


def test_empty_body() -> None:
    assert one("RUN <<E\nE\n").heredocs[0].body.text == ""


def test_without_end_is_an_error_at_its_word_and_takes_the_rest() -> None:
    text = "FROM a\nRUN cat <<EOF\nFROM b\n"
    assert errors(text) == [(2, 9, "<<EOF")]
    assert outline(text) == [("FROM", 1, 1), ("RUN", 2, 3)]


def test_shift_with_blanks_is_an_error_and_the_rest_is_read() -> None:
    text = "FROM a\nRUN echo $(( 1 << 2 ))\nUSER b\n"
    assert errors(text) == [(2, 16, "<< 2")]
    assert outline(text)[-1] == ("USER", 3, 3)
    assert errors("FROM a\nRUN echo $((1<<2))\n") == []


def test_as_a_destination_is_an_error() -> None:
    assert errors("FROM a\nCOPY x <<E\nE\n") == [(2, 8, "<<E")]


def test_name_twice_has_two_bodies() -> None:
    assert [heredoc.body.text for heredoc in one("COPY <<A <<A /d/\na\nA\nb\nA\n").heredocs] == ["a\n", "b\n"]


def test_many_are_read() -> None:
    text = "FROM a\n" + "".join(f"RUN <<E{number}\nx\nE{number}\n" for number in range(10_000))
    assert len(read(text).body) == 10_001
