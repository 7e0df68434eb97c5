"""Groups 12 to 17: keywords, flags, mounts, JSON, key-value pairs, FROM."""

from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.source import Source
from tests.dockerfile.reading import errors, one, read, texts


@pytest.mark.parametrize("text", ["from a", "From\ta", "FROM \v\f a"])
def test_keywords_have_any_case_and_end_at_blanks(text: str) -> None:
    dockerfile = read(text)
    assert dockerfile.body[0].name == "FROM"
    assert texts(dockerfile.body[0].words) == ["a"]


def test_no_break_space_does_not_end_a_keyword() -> None:
    assert errors("FROM a\nRUN\u00a0x\n") == [(2, 1, "RUN\u00a0x")]


def test_unknown_keyword_is_an_error_with_a_suggestion_and_the_rest_is_read() -> None:
    dockerfile = read("FROM a\nCPOY x y\nUSER b\n")
    assert [error.message for error in dockerfile.errors] == [
        "`CPOY` is no Dockerfile instruction; did you mean `COPY`?"
    ]
    assert [item.name for item in dockerfile.body] == ["FROM", "CPOY", "USER"]


def test_flags_stand_right_after_the_keyword() -> None:
    copy = one('COPY --chown="a b":c --from=x\\ y --link -- --a b')
    assert [(flag.name, flag.value.text if flag.value else None) for flag in copy.flags] == [
        ("chown", "a b:c"),
        ("from", "x y"),
        ("link", None),
    ]
    assert copy.flags[0].word.text == '--chown="a b":c'
    assert texts(copy.words) == ["--a", "b"]


def test_only_ascii_blanks_separate_flags() -> None:
    copy = one("COPY \u2028--from=x a b")
    assert (copy.flags, texts(copy.words)) == ((), ["--from=x", "a", "b"])
    assert [flag.word.text for flag in one("COPY --chown=a\u2003b a b").flags] == ["--chown=a\u2003b"]


def test_flag_values_know_their_place() -> None:
    flag = one("COPY --from=ghcr.io/x/y:1 a b").flag("from")
    assert flag is not None
    assert flag.value is not None
    assert flag.value.exact is not None
    assert (flag.value.exact.first.line, flag.value.exact.first.column) == (2, 13)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("COPY --form=x a b", "--form=x"),
        ("COPY --from a b", "--from"),
        ("COPY --from=x --from=y a b", "--from=y"),
        ("COPY --link=maybe a b", "--link=maybe"),
        ("ADD --from=x a b", "--from=x"),
        ("CMD --help", "--help"),
        ("WORKDIR --x /a", "--x"),
        ("RUN --mount=type=bnd,target=/x a", "--mount=type=bnd,target=/x"),
        ("RUN --mount=taget=/x a", "--mount=taget=/x"),
        ("RUN --mount=type=cache,sharing=lock,target=/x a", "--mount=type=cache,sharing=lock,target=/x"),
        ("RUN --mount=target a", "--mount=target"),
        ("RUN --mount=from=$X,target=/x a", "--mount=from=$X,target=/x"),
        ("COPY --from=$X a b", "--from=$X"),
    ],
)
def test_flags_that_buildkit_refuses(text: str, place: str) -> None:
    assert [found for _, _, found in errors(f"FROM a\n{text}\n")] == [place]


@pytest.mark.parametrize(
    "text",
    [
        "COPY --link=TRUE a b",
        "COPY --exclude=a --exclude=b x y",
        "ADD --keep-git-dir --checksum=sha256:x --unpack=false a b",
        "RUN --mount=ro --mount=from=x --network=none --security=insecure --device=a --device=b ls",
        "RUN --mount=type=$KIND,target=/x ls",
        "RUN --mount=type=cache,sharing=Locked,target=/x --mount=type=cache,sharing=$S,target=/y ls",
        "ADD https://b.example/c /d",
        "HEALTHCHECK --interval=1s --retries=3 --start-interval=1s CMD x",
        "ARG --anything A",
        "STOPSIGNAL --anything 9",
    ],
)
def test_flags_that_buildkit_takes(text: str) -> None:
    assert errors(f"FROM a\n{text}\n") == []


def test_mounts_are_read_with_aliases_any_case_and_quoted_fields() -> None:
    run = one('RUN --mount=TYPE=cache,Dst=/x,ro --mount=\\"src=a,b\\",destination=/y ls')
    first, second = run.mounts
    assert first.type == "cache"
    assert {key: value.text if value else None for key, value in first.options.items()} == {
        "type": "cache",
        "target": "/x",
        "readonly": None,
    }
    assert second.type == "bind"
    assert {key: value.text if value else None for key, value in second.options.items()} == {
        "source": "a,b",
        "target": "/y",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('CMD ["a", "b c"]', ["a", "b c"]),
        ('CMD [ "a\\u0041\\n" , "\\ud83d\\ude00" ]', ["aA\n", "\U0001f600"]),
        ("CMD []", []),
        ('CMD [\\\n "a", \\\n # why\n "b"\\\n]', ["a", "b"]),
        ('COPY ["a b", "c"]', ["a b", "c"]),
        ('VOLUME ["/a"]', ["/a"]),
    ],
)
def test_json_arrays_of_strings_are_the_exec_form(text: str, words: list[str]) -> None:
    instruction = one(text)
    assert instruction.exec_form
    assert texts(instruction.words) == words


@pytest.mark.parametrize(
    "text",
    ["CMD ['a']", 'CMD ["a"] # b', 'CMD ["a"', 'CMD ["a",]', 'CMD ["a" "b"]', 'CMD ["a\tb"]', "CMD [a]", 'CMD ["\\x"]'],
)
def test_what_only_looks_like_json_is_the_shell_form(text: str) -> None:
    instruction = one(text)
    assert not instruction.exec_form
    assert texts(instruction.words) == [text.removeprefix("CMD ")]
    assert errors(f"FROM a\n{text}") == []


@pytest.mark.parametrize("text", ['CMD ["a", 1]', "RUN [true]", "COPY [[]]", 'ENTRYPOINT [{"a": "b"}]'])
def test_json_arrays_of_other_things_are_an_error(text: str) -> None:
    found = errors(f"FROM a\n{text}")
    assert found[0][2] == text.partition(" ")[2]


def test_strings_of_json_know_their_place() -> None:
    first, second = one('CMD ["a", "b\\"c"]').words
    assert first.exact is not None
    assert first.exact.first.column == 7
    assert second.text == 'b"c'
    assert second.exact is None
    assert second.span is not None
    assert second.span.text == 'b\\"c'


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ('ENV a=b c=\'d e\' f="g\\"h" i=j\\ k', [("a", "b"), ("c", "'d e'"), ("f", '"g\\"h"'), ("i", "j\\ k")]),
        ("ENV a b  c = d", [("a", "b  c = d")]),
        ("ENV a b=c", [("a", "b=c")]),
        ("LABEL a.b=c=d", [("a.b", "c=d")]),
        ("ENV a= b=c", [("a", ""), ("b", "c")]),
    ],
)
def test_env_and_label_are_read_by_their_first_word(text: str, pairs: list[tuple[str, str]]) -> None:
    instruction = one(text)
    assert [(pair.key.text, pair.value.text if pair.value else "") for pair in instruction.pairs] == pairs
    assert all(pair.legacy for pair in instruction.pairs) == (len(pairs) == 1 and "LABEL" not in text)


def test_arg_takes_several_with_and_without_value() -> None:
    pairs = one("ARG a b=c d='e f'").pairs
    assert [(pair.key.text, pair.value.text if pair.value else None) for pair in pairs] == [
        ("a", None),
        ("b", "c"),
        ("d", "'e f'"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ENV a", "a"),
        ("ENV a=b c", "c"),
        ("ENV =b", "=b"),
        ("LABEL", "LABEL"),
        ("ARG", "ARG"),
        ("ARG =x", "=x"),
        ("USER", "USER"),
        ("EXPOSE", "EXPOSE"),
        ('VOLUME ["/a", " "]', " "),
        ("EXPOSE 80 # web", "#"),
        ("EXPOSE 80 81x 82x", "81x"),
        ("EXPOSE 80/http", "80/http"),
        ("EXPOSE 90-80", "90-80"),
        ("EXPOSE 65536", "65536"),
        ("EXPOSE /tcp", "/tcp"),
        ("EXPOSE a:80", "a:80"),
        ("STOPSIGNAL SIGTREM", "SIGTREM"),
        ("STOPSIGNAL SIGTERM # gently", "SIGTERM # gently"),
        ("STOPSIGNAL 0", "0"),
        ("COPY a", "a"),
        ("COPY a https://b.example/c /d", "https://b.example/c"),
        ("COPY a <<EOF\nEOF", "<<EOF"),
        ("SHELL /bin/sh -c", "/bin/sh -c"),
        ("SHELL []", "[]"),
        ("ONBUILD", "ONBUILD"),
        ("ONBUILD ONBUILD RUN x", "ONBUILD"),
        ("ONBUILD FROM x", "FROM"),
        ("HEALTHCHECK", "HEALTHCHECK"),
        ("HEALTHCHECK NONE x", "x"),
        ("HEALTHCHECK CMD", "CMD"),
        ("HEALTHCHECK curl x", "curl"),
        ("ENV a=${b:c}", "${b:c}"),
        ("ENV a='b", "'b"),
    ],
)
def test_arguments_that_buildkit_refuses(text: str, place: str) -> None:
    assert [found for _, _, found in errors(f"FROM a\n{text}\n")] == [place]


@pytest.mark.parametrize(
    "text",
    [
        "EXPOSE 80 80/tcp 80/UDP 80/ 80-90/sctp 080 80-80",
        "EXPOSE 8080:80 127.0.0.1:8080:80 :80 8000-8010:80",
        "EXPOSE $PORT ${PORT:-80}/tcp '80' \"80\" 8\\0",
        "STOPSIGNAL SIGTERM",
        "STOPSIGNAL term",
        "STOPSIGNAL SIGRTMIN+3",
        "STOPSIGNAL 15",
        "STOPSIGNAL $SIGNAL",
    ],
)
def test_ports_and_signals_that_buildkit_takes(text: str) -> None:
    assert errors(f"FROM a\n{text}\n") == []


def test_healthcheck_command_and_onbuild_trigger_are_instructions() -> None:
    check = one("HEALTHCHECK --interval=1s CMD curl -f x").trigger
    assert check is not None
    assert (check.name, texts(check.words), check.exec_form) == ("CMD", ["curl -f x"], False)
    trigger = one('ONBUILD CMD ["a", "b"]').trigger
    assert trigger is not None
    assert (trigger.name, texts(trigger.words), trigger.exec_form) == ("CMD", ["a", "b"], True)
    assert trigger.keyword.first.column == 9


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM", "FROM"),
        ("FROM a b", "b"),
        ("FROM a # b", "#"),
        ("FROM a AS 1x", "1x"),
        ("FROM a AS x y", "AS"),
        ("FROM Ab", "Ab"),
        ("FROM a:b:c", "a:b:c"),
        ("FROM --platfrom=x a", "--platfrom=x"),
    ],
)
def test_from_that_buildkit_refuses(text: str, place: str) -> None:
    assert [found for _, _, found in errors(text)][:1] == [place]


def test_stage_names_are_lower_case() -> None:
    (stage,) = read("FROM a As Build.X-1_y").stages
    assert stage.name == "build.x-1_y"


def test_only_arg_may_stand_before_the_first_from() -> None:
    assert errors("ARG a\nUSER b\nFROM c") == [(2, 1, "USER")]
    assert errors("ARG a\nUSER b") == [(1, 1, "ARG")]


def test_a_file_that_is_no_dockerfile_has_few_errors() -> None:
    dockerfile = parse(Source("Dockerfile", "import os\n" * 1000))
    assert len(dockerfile.errors) == 20
