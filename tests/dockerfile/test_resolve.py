"""Groups 23 to 26: scopes of variables, stages, and the images that a file uses."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from dockwright.dockerfile.budget import MAX_EXPANSIONS
from dockwright.image import ImageKind
from tests.dockerfile.reading import errors, read

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile

DIGEST = "sha256:" + sha256(b"").hexdigest()
UNKNOWN = "(unknown)"


def value(text: str) -> str:
    """Return what the last instruction's first word becomes; `UNKNOWN` if the file doesn't tell."""
    dockerfile = read(text)
    last = dockerfile.body[-1]
    found = dockerfile.expand(last, last.words[0])
    return UNKNOWN if found is None else found.text


def bases(text: str) -> list[str | None]:
    """Return what each stage is built upon: an image, `scratch`, or the number of a stage."""
    found: list[str | None] = []
    for stage in read(text).stages:
        reference = stage.image.reference if stage.image is not None else None
        if stage.parent is not None:
            found.append(str(stage.parent))
        elif stage.scratch:
            found.append("scratch")
        else:
            found.append(reference.familiar if reference is not None else None)
    return found


def uses(text: str) -> list[tuple[str, str, str | None]]:
    """Return each image use: its kind, what is written, and what it means."""
    return [
        (use.kind.value, use.span.text, use.reference.familiar if use.reference else None) for use in read(text).images
    ]


# --- ARG and FROM -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG V=3\nFROM a:$V", ["a:3"]),
        ("ARG V=3\nARG V=4\nFROM a:$V", ["a:4"]),
        ("ARG V=3\nARG V\nFROM a:$V", ["a:3"]),
        ("ARG V=3 W=$V.1\nFROM a:$W", ["a:3.1"]),
        ("ARG W=$V\nARG V=3\nFROM a:x$W", ["a:x"]),
        ("ARG V=3\nARG W=$V\nARG V=4\nFROM a:$V-$W", ["a:4-3"]),
        ("ARG N=a\nFROM ${N}:${V:-1}", ["a:1"]),
        ("ARG V\nFROM a:$V", [None]),
        ("ARG V\nFROM a:${V:-1}", ["a:1"]),
        ("ARG V=''\nFROM a:${V:-1}", ["a:1"]),
        ("ARG V=3\nFROM a:$V\nFROM b:$V", ["a:3", "b:3"]),
        ("ARG V=3\nFROM a\nARG V=4\nFROM b:$V", ["a", "b:3"]),
        ("ARG V=3\nFROM a\nENV V=4\nFROM b:$V", ["a", "b:3"]),
        ("FROM a:$TARGETARCH", [None]),
        ("FROM a:${TARGETARCH:-x}", [None]),
        ("ARG TARGETARCH\nFROM a:$TARGETARCH", [None]),
        ("ARG TARGETARCH=amd64\nFROM a:$TARGETARCH", ["a:amd64"]),
        ("FROM a:$TARGETSTAGE", [None]),
        ("ARG D=@" + DIGEST + "\nFROM a$D", ["a@" + DIGEST]),
        ("ARG B=scratch\nFROM $B", ["scratch"]),
        ("FROM 'a'\":1\"", ["a:1"]),
        ("# escape=`\nARG V=1\nFROM a:`$V", [None]),
        ("FROM a:1\nFROM A", ["a:1", None]),
    ],
)
def test_from_sees_the_arguments_above_the_first_from(text: str, expected: list[str | None]) -> None:
    assert bases(text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM $V", "$V"),
        ("FROM a:$V", "a:$V"),
        ("FROM a\nARG V=1\nFROM b:$V", "b:$V"),
        ("FROM ${V:-A}", "${V:-A}"),
        ("FROM --platform=$P a", "--platform=$P"),
        ("FROM --platform=linux/$P a", "--platform=linux/$P"),
        ("FROM ''", "''"),
    ],
)
def test_from_with_a_variable_that_nothing_can_set_is_refused(text: str, place: str) -> None:
    assert [found for _, _, found in errors(text)] == [place]


@pytest.mark.parametrize(
    "text",
    [
        "ARG V\nFROM a:$V",
        "ARG V=\nFROM a:$V",
        "ARG B\nFROM $B",
        "ARG B=A\nFROM $B",
        "FROM a:$TARGETVARIANT",
        "FROM --platform=$BUILDPLATFORM a",
        "ARG P\nFROM --platform=$P a",
        "FROM a:${V:-1}",
    ],
)
def test_from_that_a_build_argument_can_complete_is_not(text: str) -> None:
    assert errors(text) == []


def test_platform_of_an_image_is_expanded() -> None:
    images = read("ARG A=arm64\nFROM --platform=linux/$A a\nFROM --platform=$BUILDPLATFORM b\nFROM c\n").images
    assert [use.platform for use in images] == ["linux/arm64", None, None]


# --- ARG and ENV in stages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("ARG V=1\nUSER $V", "1"),
        ("ENV V=1\nUSER $V", "1"),
        ("ENV V 1 2\nUSER $V", "1 2"),
        ("USER $G", ""),
        ("ARG G\nUSER $G", "global"),
        ("USER ${G:-x}\n", "x"),
        ("ARG G=own\nUSER $G", "own"),
        ("ARG G\nARG G=own\nUSER $G", "own"),
        ("ARG G=own\nARG G\nUSER $G", "global"),
        ("ARG N\nUSER $N", UNKNOWN),
        ("ARG N\nUSER ${N:-x}", "x"),
        ("ENV N=env\nARG N\nUSER $N", "env"),
        ("ARG V\nUSER $V", UNKNOWN),
        ("ARG V\nUSER ${V:-x}", "x"),
        ("ARG V=1\nARG V\nUSER $V", "1"),
        ("ENV V=env\nARG V\nUSER $V", "env"),
        ("ENV V=env\nARG V=arg\nUSER $V", "arg"),
        ("ARG V=arg\nENV V=env\nUSER $V", "env"),
        ("ARG V=arg\nENV V=$V-env\nUSER $V", "arg-env"),
        ("ARG G\nENV G=${G}!\nUSER $G", "global!"),
        ("USER $V\nARG V=1\nUSER x$V", "x1"),
        ("ENV V=1\nENV V=2 W=$V\nUSER $W", "1"),
        ("ENV V=1\nENV V=2 W=$V\nUSER $V$W", "21"),
        ("ARG V=1 W=$V\nUSER $W", "1"),
        ("ENV K=V $K=1\nUSER x$V", "x"),
        ("ENV K=V\nENV $K=1\nUSER x$V", "x1"),
        ("ARG TARGETARCH\nUSER $TARGETARCH", UNKNOWN),
        ("USER x$TARGETARCH", "x"),
        ("ARG TARGETARCH=amd64\nUSER $TARGETARCH", "amd64"),
        ("ENV V=$PATH\nUSER $V", UNKNOWN),
        ("ENV V=${PATH:+x}\nARG V\nUSER ${V:-y}", UNKNOWN),
        ("ENV V='$G'\nUSER $V", "$G"),
        ('ENV V="a b"\nUSER $V', "a b"),
        ("ENV V=a\\ b\nUSER $V", "a b"),
        ("USER ${V:-1}:${W:-2}", "1:2"),
        ("ENV HTTP_PROXY=x\nUSER $HTTP_PROXY", "x"),
        ("LABEL V=1\nUSER x$V", "x"),
        ("ONBUILD ENV V=1\nUSER x$V", "x"),
        ("RUN export V=1\nUSER x$V", "x"),
    ],
)
def test_stage_sees_its_own_arguments_and_environment(stage: str, expected: str) -> None:
    assert value(f"ARG G=global\nARG N\nFROM scratch\n{stage}") == expected


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("USER $V", UNKNOWN),
        ("USER ${V:-1}", UNKNOWN),
        ("ARG V\nUSER ${V:-1}", "1"),
        ("ARG V=2\nUSER ${V:-1}", "2"),
        ("USER $1$@", ""),
        ("ENV V=$W\nUSER $V", UNKNOWN),
        ("ENV V=$W\nENV V=1\nUSER $V", "1"),
    ],
)
def test_environment_of_an_image_is_unknown(stage: str, expected: str) -> None:
    assert value(f"FROM image\n{stage}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM scratch AS a\nENV V=1\nFROM a\nUSER $V", "1"),
        ("FROM scratch AS a\nARG V=1\nFROM a\nUSER $V", "1"),
        ("FROM scratch AS a\nARG V=1\nFROM a AS b\nFROM b\nUSER $V", "1"),
        ("FROM scratch AS a\nENV V=1\nFROM a\nENV V=2\nUSER $V", "2"),
        ("FROM scratch AS a\nENV V=1\nFROM a AS b\nENV V=2\nFROM a\nUSER $V", "1"),
        ("FROM scratch AS a\nENV V=1\nFROM scratch\nUSER x$V", "x"),
        ("FROM scratch AS a\nENV V=1\nFROM a\nARG V\nUSER $V", "1"),
        ("FROM scratch AS a\nFROM a\nENV V=1\nFROM a\nUSER x$V", "x"),
        ("FROM scratch AS a\nARG V\nFROM a\nUSER ${V:-x}", "x"),
        ("FROM image AS a\nFROM a\nUSER $V", UNKNOWN),
        ("FROM image AS a\nENV V=1\nFROM a\nUSER $V", "1"),
        ("ARG V=1\nFROM scratch AS a\nARG V\nFROM a\nUSER $V", "1"),
        ("FROM scratch AS a\nENV V=1\nFROM a\nENV V=2 W=$V\nUSER $W", "1"),
        ("FROM scratch AS a\nENV V=1\nARG V=2\nFROM a\nUSER $V", "1"),
        ("FROM scratch AS a\nENV V=1\nARG V=2\nENV W=$V\nFROM a\nUSER $W", "2"),
        ("FROM scratch AS a\nENV V=1\nFROM a AS b\nARG V=2\nFROM b\nUSER $V", "1"),
        ("FROM scratch AS a\nARG V=1\nFROM a AS b\nARG V=2\nFROM b\nUSER $V", "2"),
        ("FROM scratch AS a\nFROM a\nUSER $PATH", UNKNOWN),
        ("FROM scratch AS a\nONBUILD ENV V=1\nFROM a\nUSER $V", "1"),
        ("FROM scratch AS a\nENV W=1\nONBUILD ARG V=$W\nENV W=2\nFROM a\nENV V=${V}3\nUSER $V", "23"),
        ("FROM scratch AS a\nONBUILD ENV V=1\nFROM a AS b\nFROM b\nUSER $V", "1"),
        ("FROM scratch AS a\nONBUILD ENV V=1\nFROM a AS b\nENV V=2\nFROM b\nUSER $V", "2"),
    ],
)
def test_stage_inherits_variables_from_the_stage_that_it_builds_upon(text: str, expected: str) -> None:
    assert value(text) == expected


def test_texts_above_the_first_from_see_what_stands_above_them() -> None:
    dockerfile = read("ARG A=1\nARG A=$A.2\nARG A=$A.3\nFROM x:$A\n")
    found = [
        dockerfile.expand(argument, argument.pairs[0].value)
        for argument in dockerfile.body[:3]
        if argument.pairs[0].value is not None
    ]
    assert [text.text if text else None for text in found] == ["1", "1.2", "1.2.3"]
    assert dockerfile.stages[0].base is not None
    assert dockerfile.stages[0].base.text == "x:1.2.3"


def test_long_chain_of_stages_inherits_through_those_without_variables() -> None:
    stages = "".join(f"FROM s{number} AS s{number + 1}\n" for number in range(500))
    assert value(f"FROM scratch AS s0\nENV V=1\n{stages}USER $V\n") == "1"


def test_very_long_chain_of_variables_is_unknown() -> None:
    stages = "".join(f"FROM s{number} AS s{number + 1}\nENV W{number}=1\n" for number in range(200))
    assert value(f"FROM scratch AS s0\nENV V=1\n{stages}USER $V\n") == UNKNOWN


def test_expansions_of_a_file_together_are_capped_and_told() -> None:
    text = "FROM scratch\nENV A=" + "x" * 50_000 + "\n" + "ENV B=y$A\n" * 40
    (first, *_) = read(text).errors
    assert first.span.first.line == MAX_EXPANSIONS // 50_000 + 3
    assert "not followed" in first.message


# --- substitutions that BuildKit refuses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instruction", "place"),
    [
        ("ENV V=${x:1:2}", "${x:1:2}"),
        ("ENV ${x^}=1", "${x^}"),
        ("LABEL V=${x[0]}", "${x[0]}"),
        ("ARG V=${x@Q}", "${x@Q}"),
        ("USER ${x", "${x"),
        ("WORKDIR /a/${x,,}", "${x,,}"),
        ("EXPOSE 80 ${x!}", "${x!}"),
        ('VOLUME ["${x!}"]', "${x!}"),
        ("STOPSIGNAL ${x!}", "${x!}"),
        ("COPY ${x!} /", "${x!}"),
        ("COPY --chown=${x!} a /", "${x!}"),
        ("ADD --checksum=${x!} a /", "${x!}"),
        ("RUN --mount=type=cache,target=${x!} ls", "${x!}"),
        ("COPY <<E /f\n${x[0]}\nE", "${x[0]}\n"),
        ("USER 'a", "'a"),
        ('WORKDIR "/a', '"/a'),
    ],
)
def test_substitutions_that_buildkit_refuses(instruction: str, place: str) -> None:
    found = [text for _, _, text in errors(f"FROM a\n{instruction}\n")]
    assert found
    assert place in found[0]


@pytest.mark.parametrize(
    "instruction",
    [
        "RUN echo ${x[0]} ${x:1:2} ${x^^} 'a",
        "CMD echo ${x[0]}",
        "ENTRYPOINT exec ${x[0]}",
        'CMD ["${x[0]}"]',
        "HEALTHCHECK CMD echo ${x[0]}",
        'SHELL ["${x[0]}"]',
        "RUN <<E\n${x[0]}\nE",
        "COPY <<'E' /f\n${x[0]}\nE",
        "COPY <<E /f\nit's \"${x}\n\\${x[0]}\nE",
        "MAINTAINER ${x[0]}",
        "ONBUILD USER ${x[0]}",
    ],
)
def test_what_buildkit_leaves_to_the_shell(instruction: str) -> None:
    assert errors(f"FROM a\n{instruction}\n") == []


# --- stages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a AS b\nFROM b", ["a", "0"]),
        ("FROM a AS B\nFROM b", ["a", "0"]),
        ("FROM b\nFROM a AS b", ["b", "a"]),
        ("FROM a AS a\nFROM a", ["a", "0"]),
        ("FROM a AS x\nFROM b AS x\nFROM x", ["a", "b", "1"]),
        ("FROM a AS x\nFROM x AS x\nFROM x", ["a", "0", "1"]),
        ("ARG P=prod\nFROM a AS base-prod\nFROM b AS base-dev\nFROM base-${P}", ["a", "b", "0"]),
        ("FROM a AS b\nFROM b:1", ["a", "b:1"]),
        ("FROM a AS b\nFROM library/b", ["a", "b"]),
        ("FROM scratch\nFROM scratch", ["scratch", "scratch"]),
        ("FROM a AS scratch\nFROM scratch", ["a", "0"]),
        ("FROM Scratch", [None]),
    ],
)
def test_from_finds_an_earlier_stage_by_name(text: str, expected: list[str | None]) -> None:
    assert bases(text) == expected


def test_number_after_from_is_the_name_of_an_image() -> None:
    assert read("FROM a\nFROM 0").stages[1].parent is None


def test_from_with_another_case_is_refused() -> None:
    """moby/buildkit#2003: COPY and --target find the stage all the same."""
    text = "FROM a AS Base\nFROM Base\n"
    assert errors(text) == [(2, 6, "Base")]
    assert read(text).stages[1].parent == 0


GRAPH = """\
ARG T=dev
FROM alpine:3 AS Tools
FROM golang:1 AS build
COPY --from=tools /t /t
RUN --mount=type=bind,from=assets,target=/a make
FROM node:1 AS unused
COPY --from=2 /x /x
FROM node:2 AS assets
FROM scratch
COPY --from=BUILD /app /app
FROM build AS test
COPY --from=1 /app /app
"""


def graph() -> Dockerfile:
    return read(GRAPH)


def test_stages_have_names_indexes_and_labels() -> None:
    assert [(stage.index, stage.name, stage.label) for stage in graph().stages] == [
        (0, "tools", "tools"),
        (1, "build", "build"),
        (2, "unused", "unused"),
        (3, "assets", "assets"),
        (4, None, "4"),
        (5, "test", "test"),
    ]
    word = graph().stages[0].name_word
    assert word is not None
    assert word.text == "Tools"


def test_needed_are_the_stages_that_a_build_runs() -> None:
    dockerfile = graph()
    assert [sorted(dockerfile.needed(stage)) for stage in dockerfile.stages] == [
        [0],
        [0, 1],
        [2],
        [3],
        [0, 1, 4],
        [0, 1, 5],
    ]


def test_sources_that_are_no_earlier_stage_are_refused() -> None:
    assert errors(GRAPH) == [(5, 28, "assets"), (7, 13, "2")]


def test_lineage_goes_from_the_stage_to_its_image() -> None:
    dockerfile = read("FROM a AS x\nFROM x AS y\nFROM b\nFROM y\n")
    assert [[stage.index for stage in dockerfile.lineage(stage)] for stage in dockerfile.stages] == [
        [0],
        [1, 0],
        [2],
        [3, 1, 0],
    ]


@pytest.mark.parametrize(
    ("name", "index"),
    [(None, 5), ("build", 1), ("BUILD", 1), ("Tools", 0), ("4", 4), ("0", 0), ("6", None), ("none", None), ("", None)],
)
def test_target_is_found_by_name_in_any_case_or_by_number(name: str | None, index: int | None) -> None:
    stage = graph().target(name)
    assert (stage.index if stage is not None else None) == index


def test_target_with_the_same_name_twice_is_the_last() -> None:
    stage = read("FROM a AS x\nFROM b AS x\nFROM c\n").target("x")
    assert stage is not None
    assert stage.index == 1


def test_file_without_stages_has_no_target() -> None:
    assert read("ARG a\n").target() is None
    assert read("ARG a\n").target("a") is None


def test_instructions_belong_to_their_stage() -> None:
    dockerfile = read("ARG a\nFROM b\nUSER c\nFROM d\nUSER e\nONBUILD USER f\n")
    assert [instruction.stage for instruction in dockerfile.body] == [-1, 0, 0, 1, 1, 1]
    users = dockerfile.instructions("USER", stage=dockerfile.stages[1], triggers=True)
    assert [instruction.words[0].text for instruction in users] == ["e", "f"]
    assert [instruction.words[0].text for instruction in dockerfile.instructions("USER")] == ["c", "e"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("FROM a\nCOPY --from=0 x y", "0"),
        ("FROM a AS b\nCOPY --from=b x y", "b"),
        ("FROM a\nCOPY --from=1 x y\nFROM b", "1"),
        ("FROM a\nCOPY --from=later x y\nFROM b AS later", "later"),
        ("FROM a\nCOPY --from=7 x y", "7"),
        ("FROM a\nCOPY --from=-1 x y", "-1"),
        ("FROM a AS x\nFROM b\nCOPY --from=x y z\nFROM c AS x", "x"),
        ("FROM a\nRUN --mount=from=later,target=/x y\nFROM b AS later", "later"),
        ("FROM a\nCOPY --from=Upper x y", "Upper"),
        ("FROM a\nCOPY --from=a:b:c x y", "a:b:c"),
        ("FROM a\nRUN --mount=from=Upper,target=/x y", "Upper"),
    ],
)
def test_copy_from_what_is_no_earlier_stage_and_no_image_is_refused(text: str, place: str) -> None:
    assert [found for _, _, found in errors(text)] == [place]


# --- images -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a", [("from", "a", "a")]),
        ("FROM scratch", []),
        ("FROM a AS b\nFROM b", [("from", "a", "a")]),
        ("FROM $X", [("from", "$X", None)]),
        ("ARG X=a:1\nFROM ${X}", [("from", "${X}", "a:1")]),
        ("FROM scratch\nCOPY --from=a:1 x y", [("copy-from", "a:1", "a:1")]),
        ("FROM scratch\nCOPY --from='a:1' x y", [("copy-from", "a:1", "a:1")]),
        ("FROM scratch\nCOPY --from=$X x y", [("copy-from", "$X", None)]),
        ("FROM scratch\nCOPY --from=scratch x y", []),
        ("FROM scratch\nCOPY --from= x y", []),
        ("FROM scratch\nADD --from=a x y", []),
        ("FROM scratch\nCOPY --from=later x y\nFROM scratch AS later", []),
        ("FROM scratch\nRUN --mount=from=a:1,target=/x y", [("mount-from", "a:1", "a:1")]),
        ("FROM scratch\nRUN --mount=type=cache,from=a,target=/x y", [("mount-from", "a", "a")]),
        ("FROM scratch\nRUN --mount=target=/x y", []),
        (
            "FROM scratch\nRUN --mount=from=a,target=/x --mount=from=b,target=/y z",
            [("mount-from", "a", "a"), ("mount-from", "b", "b")],
        ),
        ("FROM scratch AS s\nRUN --mount=from=0,target=/x y", [("mount-from", "0", "0")]),
        ("FROM scratch\nONBUILD COPY --from=a:1 x y", [("onbuild-copy-from", "a:1", "a:1")]),
        ("FROM scratch\nONBUILD RUN --mount=from=a,target=/x y", [("onbuild-mount-from", "a", "a")]),
        ("FROM scratch\nONBUILD COPY --from=0 x y", []),
        ("FROM scratch AS a\nONBUILD COPY --from=a x y", []),
        ("# syntax=docker/dockerfile:1\nFROM scratch", [("syntax", "docker/dockerfile:1", "docker/dockerfile:1")]),
        ("# syntax=a/b  more words\nFROM scratch", [("syntax", "a/b", "a/b")]),
        ("# Syntax = a/b:1@" + DIGEST + "\nFROM scratch", [("syntax", f"a/b:1@{DIGEST}", f"a/b:1@{DIGEST}")]),
        ("// syntax=a/b:1\nFROM scratch", [("syntax", "a/b:1", "a/b:1")]),
        ('{"syntax": "a/b:1", "x": [1]}', [("syntax", "a/b:1", "a/b:1")]),
        ("FROM scratch\n# syntax=a/b:1", []),
        (
            "# syntax=s\nFROM a\nCOPY --from=c x y\nFROM b",
            [("syntax", "s", "s"), ("from", "a", "a"), ("copy-from", "c", "c"), ("from", "b", "b")],
        ),
    ],
)
def test_images_are_found_in_order_of_the_file(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert uses(text) == expected


def test_use_names_its_stage_as_target_takes_it() -> None:
    dockerfile = read("# syntax=s\nFROM a AS Build\nCOPY --from=x a b\nFROM c\nRUN --mount=from=y,target=/y z\n")
    assert [(use.kind, use.stage) for use in dockerfile.images] == [
        (ImageKind.SYNTAX, None),
        (ImageKind.FROM, "build"),
        (ImageKind.COPY_FROM, "build"),
        (ImageKind.FROM, "1"),
        (ImageKind.MOUNT_FROM, "1"),
    ]


def test_trigger_acts_in_the_stages_that_build_upon_its_own() -> None:
    text = (
        "FROM a AS tools\n"
        "FROM b AS base\n"
        "ONBUILD COPY --from=tools /t /t\n"
        "ONBUILD RUN --mount=from=c:1,target=/c make\n"
        "FROM base AS app\n"
        "FROM app AS test\n"
    )
    dockerfile = read(text)
    assert errors(text) == []
    assert [sorted(dockerfile.needed(stage)) for stage in dockerfile.stages] == [[0], [1], [0, 1, 2], [0, 1, 2, 3]]
    assert [(use.kind.value, use.span.text) for use in dockerfile.images] == [
        ("from", "a"),
        ("from", "b"),
        ("onbuild-mount-from", "c:1"),
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ARG V=3\nFROM a:$V", "3"),
        ("ARG V=3\nARG W=$V\nFROM a:${W}", "3"),
        ("ARG V=3\nARG I=a:$V\nFROM $I", "3"),
        ("FROM a:${V:-3}", "3"),
        ("ARG D=3\nARG V\nFROM a:${V:-$D}", "3"),
        ("ARG I='a:3'\nFROM $I", "3"),
        ("FROM a:3@" + DIGEST, "3"),
    ],
)
def test_tag_is_found_through_arguments(text: str, written: str) -> None:
    (use,) = read(text).images
    assert use.tag_span is not None
    assert use.tag_span.text == written
    assert use.tag_span.start == text.index(written)
