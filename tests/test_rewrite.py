"""Renaming images in whole files: what changes, what must not, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dockwright.bump import Skipped
from dockwright.dockerfile import parse
from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.rewrite import Rewritten, Wish, rewrite
from dockwright.source import Source, apply
from dockwright.traced import Traced
from tests.dockerfile.strategies import any_texts, dockerfiles

A = "sha256:" + "a" * 64
B = "sha256:" + "b" * 64


def read(source: Source) -> tuple[ImageUse, ...]:
    return parse(source).images


def outcomes(text: str, wishes: dict[str, list[str]]) -> tuple[Rewritten | Skipped, ...]:
    """Rewrite every image that has one of these names to one of those beside it."""
    uses = read(Source("Dockerfile", text))
    wished = [
        Wish(use, tuple(map(Reference.parse, wishes[use.reference.familiar])))
        for use in uses
        if use.reference is not None and use.reference.familiar in wishes
    ]
    assert wished
    return rewrite(wished, uses, read=read)


def done(text: str, outcomes: tuple[Rewritten | Skipped, ...]) -> str:
    return apply(text, [edit for each in outcomes if isinstance(each, Rewritten) for edit in each.edits])


HARD = [
    # name, file, image, new image, file after it
    ("plain", "FROM python:3.12\n", "python:3.12", "python:3.13", "FROM python:3.13\n"),
    (
        "tag composed of an ARG and a variant (h01)",
        "ARG PYTHON_VERSION=3.12\nFROM python:${PYTHON_VERSION}-slim\n",
        "python:3.12-slim",
        "python:3.13-slim",
        "ARG PYTHON_VERSION=3.13\nFROM python:${PYTHON_VERSION}-slim\n",
    ),
    (
        "the variant changes too",
        "ARG V=3.11\nFROM python:${V}-slim-bullseye\n",
        "python:3.11-slim-bullseye",
        "python:3.12-slim-trixie",
        "ARG V=3.12\nFROM python:${V}-slim-trixie\n",
    ),
    (
        "the variant gets longer",
        "ARG V=3.11\nFROM python:${V}-alpine3.18\n",
        "python:3.11-alpine3.18",
        "python:3.12-slim-trixie",
        "ARG V=3.12\nFROM python:${V}-slim-trixie\n",
    ),
    (
        "an ARG in the middle, with an empty suffix behind",
        "ARG V=3.12\nARG SUFFIX=\nFROM python:${V}-slim${SUFFIX}\n",
        "python:3.12-slim",
        "python:3.13-slim",
        "ARG V=3.13\nARG SUFFIX=\nFROM python:${V}-slim${SUFFIX}\n",
    ),
    (
        "default inside the name (h04)",
        "FROM python:${V:-3.12}-slim\n",
        "python:3.12-slim",
        "python:3.13-slim",
        "FROM python:${V:-3.13}-slim\n",
    ),
    (
        "the other default",
        "ARG V\nFROM python:${V-3.12}\n",
        "python:3.12",
        "python:3.13",
        "ARG V\nFROM python:${V-3.13}\n",
    ),
    (
        "a default that is not taken",
        "ARG V=3.12\nFROM python:${V:-3.11}\n",
        "python:3.12",
        "python:3.13",
        "ARG V=3.13\nFROM python:${V:-3.11}\n",
    ),
    (
        "default in a default",
        "FROM ${IMAGE:-python:${V:-3.12}}\n",
        "python:3.12",
        "python:3.13",
        "FROM ${IMAGE:-python:${V:-3.13}}\n",
    ),
    (
        "two ARGs (h05)",
        "ARG V=3.12\nARG D=bookworm\nFROM python:${V}-${D}\n",
        "python:3.12-bookworm",
        "python:3.13-trixie",
        "ARG V=3.13\nARG D=trixie\nFROM python:${V}-${D}\n",
    ),
    (
        "major, minor and patch apart",
        "ARG MAJOR=3\nARG MINOR=9\nARG PATCH=18\nFROM python:${MAJOR}.${MINOR}.${PATCH}-slim\n",
        "python:3.9.18-slim",
        "python:3.10.1-slim",
        "ARG MAJOR=3\nARG MINOR=10\nARG PATCH=1\nFROM python:${MAJOR}.${MINOR}.${PATCH}-slim\n",
    ),
    (
        "an ARG inside a word",
        "ARG ALPINE=3.20\nFROM python:3.12-alpine${ALPINE}\n",
        "python:3.12-alpine3.20",
        "python:3.13-alpine3.22",
        "ARG ALPINE=3.22\nFROM python:3.13-alpine${ALPINE}\n",
    ),
    (
        "an ARG inside a number",
        "ARG MINOR=2\nFROM python:3.1${MINOR}\n",
        "python:3.12",
        "python:3.14",
        "ARG MINOR=4\nFROM python:3.1${MINOR}\n",
    ),
    (
        "an ARG shared by two stages (h06)",
        "ARG V=3.12\nFROM python:${V} AS a\nFROM python:${V}\n",
        "python:3.12",
        "python:3.13",
        "ARG V=3.13\nFROM python:${V} AS a\nFROM python:${V}\n",
    ),
    (
        "an ARG declared again in a stage (h07)",
        "ARG V=3.12\nFROM python:${V} AS a\nARG V=3.11\nRUN echo ${V}\nFROM python:${V}\n",
        "python:3.12",
        "python:3.13",
        "ARG V=3.13\nFROM python:${V} AS a\nARG V=3.11\nRUN echo ${V}\nFROM python:${V}\n",
    ),
    (
        "an ARG declared twice",
        "ARG V=3.11\nARG V=3.12\nFROM python:${V}\n",
        "python:3.12",
        "python:3.13",
        "ARG V=3.11\nARG V=3.13\nFROM python:${V}\n",
    ),
    (
        "FROM inside a here-document (h08)",
        "FROM python:3.12\nRUN <<EOF\nFROM python:3.12\nEOF\n",
        "python:3.12",
        "python:3.13",
        "FROM python:3.13\nRUN <<EOF\nFROM python:3.12\nEOF\n",
    ),
    (
        "a Dockerfile inside a here-document (h09)",
        "FROM python:3.12\nCOPY <<-'END' /Dockerfile\n\tARG V=3.12\n\tFROM python:3.12\n\tEND\n",
        "python:3.12",
        "python:3.13",
        "FROM python:3.13\nCOPY <<-'END' /Dockerfile\n\tARG V=3.12\n\tFROM python:3.12\n\tEND\n",
    ),
    (
        "names of stages in capitals (h10)",
        "FROM python:3.12 AS Build\nFROM alpine:3.20\nCOPY --from=BUILD /a /a\nCOPY --from=python:3.12 /b /b\n",
        "python:3.12",
        "python:3.13",
        "FROM python:3.13 AS Build\nFROM alpine:3.20\nCOPY --from=BUILD /a /a\nCOPY --from=python:3.13 /b /b\n",
    ),
    (
        "several mounts in a line (h12)",
        "FROM a\nRUN --mount=target=/c --mount=type=bind,from=busybox:1.36,target=/b --mount=from=busybox:1.36 true\n",
        "busybox:1.36",
        "busybox:1.37",
        "FROM a\nRUN --mount=target=/c --mount=type=bind,from=busybox:1.37,target=/b --mount=from=busybox:1.37 true\n",
    ),
    (
        "mounts over several lines (h15)",
        'FROM a\nRUN --mount=target=/c \\\n# c\n    --mount=type=bind,"from=busybox:1.36",target=/b \\\n  true\n',
        "busybox:1.36",
        "busybox:1.37",
        'FROM a\nRUN --mount=target=/c \\\n# c\n    --mount=type=bind,"from=busybox:1.37",target=/b \\\n  true\n',
    ),
    (
        "ONBUILD (h13)",
        "FROM a\nONBUILD COPY --from=busybox:1.36 /x /x\nONBUILD RUN --mount=from=busybox:1.36,target=/x true\n",
        "busybox:1.36",
        "busybox:1.37",
        "FROM a\nONBUILD COPY --from=busybox:1.37 /x /x\nONBUILD RUN --mount=from=busybox:1.37,target=/x true\n",
    ),
    (
        "two names in one ARG (h16)",
        'ARG PY=3.12 NODE="20.1"\nFROM node:$NODE\nFROM python:$PY\n',
        "node:20.1",
        "node:20.2",
        'ARG PY=3.12 NODE="20.2"\nFROM node:$NODE\nFROM python:$PY\n',
    ),
    (
        "two images in the value of one ARG",
        "ARG IMAGES=python:3.12,node:20\nFROM ${IMAGES%%,*}\nFROM ${IMAGES##*,}\n",
        "node:20",
        "node:22",
        "ARG IMAGES=python:3.12,node:22\nFROM ${IMAGES%%,*}\nFROM ${IMAGES##*,}\n",
    ),
    (
        "host without a dot, with a port (h19)",
        "FROM localhost:5000/app:1.0\n",
        "localhost:5000/app:1.0",
        "localhost:5000/app:1.1",
        "FROM localhost:5000/app:1.1\n",
    ),
    (
        "registry in an ARG",
        "ARG REGISTRY=registry.example:5000/\nFROM ${REGISTRY}app:1.0\nFROM ${REGISTRY}other:1.0\n",
        "registry.example:5000/app:1.0",
        "registry.example:5000/app:1.1",
        "ARG REGISTRY=registry.example:5000/\nFROM ${REGISTRY}app:1.1\nFROM ${REGISTRY}other:1.0\n",
    ),
    (
        "escape is a backtick (h24)",
        "# escape=`\nARG V=ltsc2019\nFROM mcr.microsoft.com/windows/servercore:${V} `\n  AS x\nRUN dir C:\\\n",
        "mcr.microsoft.com/windows/servercore:ltsc2019",
        "mcr.microsoft.com/windows/servercore:ltsc2022",
        "# escape=`\nARG V=ltsc2022\nFROM mcr.microsoft.com/windows/servercore:${V} `\n  AS x\nRUN dir C:\\\n",
    ),
    (
        "`:+` (h30)",
        "ARG SLIM=1\nFROM python:3.12${SLIM:+-slim}\n",
        "python:3.12-slim",
        "python:3.13-alpine",
        "ARG SLIM=1\nFROM python:3.13${SLIM:+-alpine}\n",
    ),
    (
        "`#` that drops a `v` (h31)",
        "ARG V=v3.12\nFROM app:${V#v}\n",
        "app:3.12",
        "app:3.13",
        "ARG V=v3.13\nFROM app:${V#v}\n",
    ),
    (
        "FROM inside a continued CMD (h34)",
        "FROM alpine:3.19\nCMD echo \\\nFROM alpine:3.19\n",
        "alpine:3.19",
        "alpine:3.20",
        "FROM alpine:3.20\nCMD echo \\\nFROM alpine:3.19\n",
    ),
    (
        "a chain of ARGs (h36)",
        "ARG MINOR=12\nARG V=3.${MINOR}\nARG TAG=${V}-slim\nARG BASE=python:$TAG\nFROM $BASE\n",
        "python:3.12-slim",
        "python:3.13-alpine",
        "ARG MINOR=13\nARG V=3.${MINOR}\nARG TAG=${V}-alpine\nARG BASE=python:$TAG\nFROM $BASE\n",
    ),
    (
        "tag in FROM, digest in an ARG (h37)",
        f"ARG DIGEST={A}\nFROM python:3.12@${{DIGEST}}\n",
        f"python:3.12@{A}",
        f"python:3.13@{B}",
        f"ARG DIGEST={B}\nFROM python:3.13@${{DIGEST}}\n",
    ),
    (
        "only the digest's number in an ARG",
        f"ARG SHA={'a' * 64}\nFROM python:3.12@sha256:$SHA\n",
        f"python:3.12@{A}",
        f"python:3.12@{B}",
        f"ARG SHA={'b' * 64}\nFROM python:3.12@sha256:$SHA\n",
    ),
    (
        "tag and digest in one ARG",
        f"ARG TAG=3.12@{A}\nFROM python:$TAG\n",
        f"python:3.12@{A}",
        f"python:3.13@{B}",
        f"ARG TAG=3.13@{B}\nFROM python:$TAG\n",
    ),
    (
        "carriage returns",
        "ARG V=3.12\r\nFROM python:${V}-slim\r\nRUN a \\\r\n  b\r\n",
        "python:3.12-slim",
        "python:3.13-slim",
        "ARG V=3.13\r\nFROM python:${V}-slim\r\nRUN a \\\r\n  b\r\n",
    ),
    ("byte order mark", "\ufefffrom python:3.12", "python:3.12", "python:3.13", "\ufefffrom python:3.13"),
    (
        "comments and blank lines inside",
        "FROM \\\n  # python:3.12\n\n  --platform=linux/amd64 \\\n# c\n\tpython:3.12 \\\n  as x\n",
        "python:3.12",
        "python:3.13",
        "FROM \\\n  # python:3.12\n\n  --platform=linux/amd64 \\\n# c\n\tpython:3.13 \\\n  as x\n",
    ),
    (
        "a name continued on the next line",
        "FROM pyth\\\non:3.1\\\n2-slim\n",
        "python:3.12-slim",
        "python:3.14-slim",
        "FROM pyth\\\non:3.1\\\n4-slim\n",
    ),
    (
        "quotes around a value",
        'ARG A=\'3.12\' B="slim"\nFROM python:"$A"-${B}\n',
        "python:3.12-slim",
        "python:3.13-alpine",
        'ARG A=\'3.13\' B="alpine"\nFROM python:"$A"-${B}\n',
    ),
    (
        "syntax",
        "# syntax=docker/dockerfile:1.6\nFROM scratch\n",
        "docker/dockerfile:1.6",
        "docker/dockerfile:1.7",
        "# syntax=docker/dockerfile:1.7\nFROM scratch\n",
    ),
    (
        "syntax in another comment style",
        "//syntax=docker/dockerfile:1.6\nFROM scratch\n",
        "docker/dockerfile:1.6",
        "docker/dockerfile:1.7",
        "//syntax=docker/dockerfile:1.7\nFROM scratch\n",
    ),
    (
        "a variable whose name ends in a number",
        "ARG V3=3.12\nFROM python:$V3-slim\n",
        "python:3.12-slim",
        "python:3.13-alpine",
        "ARG V3=3.13\nFROM python:$V3-alpine\n",
    ),
    (
        "the same ARG twice in a name",
        "ARG V=8\nFROM php$V/app:$V\n",
        "php8/app:8",
        "php9/app:9",
        "ARG V=9\nFROM php$V/app:$V\n",
    ),
    # Digests that are added, and other images.
    ("pin", "FROM python:3.12 AS x\n", "python:3.12", f"python:3.12@{A}", f"FROM python:3.12@{A} AS x\n"),
    ("pin without a tag", "FROM python\n", "python", f"python@{A}", f"FROM python@{A}\n"),
    ("tag beside a digest", f"FROM python@{A}\n", f"python@{A}", f"python:3@{A}", f"FROM python:3@{A}\n"),
    (
        "pin where the tag is in an ARG",
        "ARG V=3.12\nFROM python:$V\nFROM python:$V-slim\n",
        "python:3.12",
        f"python:3.12@{A}",
        f"ARG V=3.12\nFROM python:$V@{A}\nFROM python:$V-slim\n",
    ),
    (
        "pin in quotes",
        'ARG V=3.12\nFROM "python:${V}"\n',
        "python:3.12",
        f"python:3.12@{A}",
        f'ARG V=3.12\nFROM "python:${{V}}@{A}"\n',
    ),
    (
        "pin the image in an ARG",
        "ARG BASE=python:3.12\nFROM $BASE\nFROM ${BASE}\n",
        "python:3.12",
        f"python:3.13@{A}",
        f"ARG BASE=python:3.13@{A}\nFROM $BASE\nFROM ${{BASE}}\n",
    ),
    (
        "pin a default",
        "FROM python:${V:-3.12}\n",
        "python:3.12",
        f"python:3.12@{A}",
        f"FROM python:${{V:-3.12@{A}}}\n",
    ),
    (
        "a digest in an ARG gets a tag",
        f"ARG D=@{A}\nFROM python$D\n",
        f"python@{A}",
        f"python:3.12@{B}",
        f"ARG D=@{B}\nFROM python:3.12$D\n",
    ),
    (
        "an image in an ARG gets a tag before its digest",
        f"ARG I=python\nFROM $I@{A}\n",
        f"python@{A}",
        f"python:3.12@{A}",
        f"ARG I=python\nFROM $I:3.12@{A}\n",
    ),
    ("digest and tag go", f"FROM a/b:1@{A}\n", f"a/b:1@{A}", "a/b", "FROM a/b\n"),
    ("another image", "FROM openjdk:17\n", "openjdk:17", "eclipse-temurin:17", "FROM eclipse-temurin:17\n"),
    (
        "another image, full names",
        "FROM docker.io/library/openjdk:17\n",
        "openjdk:17",
        "grafana/grafana:1",
        "FROM docker.io/grafana/grafana:1\n",
    ),
    (
        "another registry",
        "ARG V=17\nFROM openjdk:${V}-jdk\n",
        "openjdk:17-jdk",
        "ghcr.io/a/b:21-jdk",
        "ARG V=21\nFROM ghcr.io/a/b:${V}-jdk\n",
    ),
    (
        "another image of the same registry",
        "ARG R=docker.io/library\nFROM $R/openjdk:17\n",
        "openjdk:17",
        "eclipse-temurin:17-jdk",
        "ARG R=docker.io/library\nFROM $R/eclipse-temurin:17-jdk\n",
    ),
]


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"), [case[1:] for case in HARD], ids=[case[0] for case in HARD]
)
def test_hard_edits(text: str, old: str, new: str, expected: str) -> None:
    found = outcomes(text, {old: [new]})
    assert [each for each in found if isinstance(each, Skipped)] == []
    assert done(text, found) == expected


@pytest.mark.parametrize(("text", "expected"), [(case[1], case[4]) for case in HARD], ids=[case[0] for case in HARD])
def test_buildkit_reads_hard_edits_as_the_same_instructions(text: str, expected: str) -> None:
    oracle = pytest.importorskip("dockerfile", reason="the Go parser has wheels for x86_64 only")
    # The parser itself takes a directive of another comment style for an instruction.
    texts = (each.replace("//syntax", "# syntax") for each in (text, expected))
    before, after = ([*map(_shape, oracle.parse_string(each))] for each in texts)
    assert before == after


def _shape(command: object) -> tuple[object, ...]:
    names = ("cmd", "sub_cmd", "json", "start_line", "end_line")
    return (*(getattr(command, name) for name in names), len(getattr(command, "value", ())))


REFUSED = [
    (
        "an ARG that another image reads, too",
        "ARG V=3.12\nFROM python:${V}-slim\nFROM python:${V}-alpine\n",
        "python:3.12-slim",
        "python:3.13-slim",
        "the `ARG` `V` in line 1 also makes `python:3.12-alpine` in line 3, which would become `python:3.13-alpine`",
    ),
    (
        "through another ARG",
        "ARG V=3.12\nARG T=$V-alpine\nFROM python:$V\nFROM python:$T\n",
        "python:3.12",
        "python:3.13",
        "the `ARG` `V` in line 1 also makes `python:3.12-alpine` in line 4, which would become `python:3.13-alpine`",
    ),
    (
        "an image that only the build knows",
        "ARG V=3.12\nARG T=$V\nFROM python:$V\nFROM other:$T-$TARGETARCH\n",
        "python:3.12",
        "python:3.13",
        "the `ARG` `V` in line 1 also makes `other:$T-$TARGETARCH` in line 4, whose name is known only to the build",
    ),
    (
        "a part of a longer version",
        "ARG V=3.12.4\nFROM python:${V%.*}-slim\n",
        "python:3.12-slim",
        "python:3.13-slim",
        "`3.12` is only a part of what line 1 says, which has more numbers",
    ),
    (
        "what a pattern puts in",
        "ARG V=a\nFROM python:${V/a/3.12}\n",
        "python:3.12",
        "python:3.13",
        "`3.12` is only a part of what line 2 says, which has more numbers",
    ),
    (
        "a dot that a pattern removes",
        "ARG V=8.2\nFROM php:${V/./}\n",
        "php:82",
        "php:83",
        "`8` is only a part of what line 1 says, which has more numbers",
    ),
    (
        "one of two characters that come from the same place",
        "ARG V=8\nFROM php$V/app:$V\n",
        "php8/app:8",
        "php8/app:9",
        "the same characters stand in its name twice, and only one of them should change",
    ),
    (
        "unclear which piece",
        "ARG A=1\nARG B=1\nFROM app:$A$B\n",
        "app:11",
        "app:111",
        "`11` is put together from several places, and it is not clear which of them should change",
    ),
    (
        "unclear where a word goes",
        "ARG A=a\nFROM app:$A-a\n",
        "app:a-a",
        "app:a-a-a",
        "`a-a` is put together from several places, and it is not clear which of them should change",
    ),
    (
        "a word that goes stands in several places",
        "ARG A=a\nFROM app:1-${A}b-c\n",
        "app:1-ab-c",
        "app:1-c",
        "`-ab` is put together from several places, and it is not clear which of them should change",
    ),
    (
        "an ARG that would be empty",
        "ARG D=-slim\nFROM python:3.12${D}\n",
        "python:3.12-slim",
        "python:3.12",
        "a part of its name would be left empty where it is written",
    ),
    (
        "a digest for a name that is elsewhere",
        "ARG V=3.12\nARG BASE=python:$V\nFROM $BASE\n",
        "python:3.12",
        f"python:3.12@{A}",
        "its name and its tag are written apart, and nothing can be added where it is used",
    ),
    (
        "the name of a stage changes with it",
        "ARG V=3.12\nFROM alpine:3 AS base-3.12\nFROM base-$V\nFROM python:$V\n",
        "python:3.12",
        "python:3.13",
        "the file would then name 3 images instead of 2",
    ),
    (
        "a part of it makes another image",
        "ARG V=3.12.4\nFROM other:${V%.*}\nFROM python:$V\n",
        "python:3.12.4",
        "python:3.13.1",
        "`other:3.12` in line 2 would then become `other:3.13`",
    ),
    (
        "a pattern that cuts the new version otherwise",
        "ARG V=app-slim\nFROM python:${V##*-}\n",
        "python:slim",
        "python:3-slim",
        "`python:slim` in line 2 would then become `python:slim` instead of `python:3-slim`",
    ),
    (
        "BuildKit would refuse it",
        "ARG X=build\nFROM alpine:3 AS build\nFROM app:$X\nFROM $X\n",
        "app:build",
        "app:Build",
        "BuildKit would refuse the file then",
    ),
]


@pytest.mark.parametrize(
    ("text", "old", "new", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refusals(text: str, old: str, new: str, reason: str) -> None:
    (outcome,) = outcomes(text, {old: [new]})
    assert isinstance(outcome, Skipped)
    assert outcome.current == Reference.parse(old)
    assert outcome.reason == reason


def test_image_that_is_known_to_the_build_only_is_refused() -> None:
    text = "ARG V\nFROM python:$V\n"
    (use,) = uses = read(Source("Dockerfile", text))
    assert rewrite([Wish(use, (Reference.parse("python:3"),))], uses, read=read) == (
        Skipped(None, uses, "a part of its name is known only to the build"),
    )


def test_image_that_is_written_in_another_file_is_refused() -> None:
    other = Source(".env", "3.12")
    source = Source("x.yaml", "image: python:$V")
    name = Traced.join([Traced.of(source.span(7, 14)), Traced.of(other.span(0, 4))])
    use = ImageUse(ImageKind.COMPOSE, Traced.of(source.span(7, 16)), name, Reference.parse(name.text), None)
    assert rewrite([Wish(use, (Reference.parse("python:3.13"),))], [use], read=lambda _: (use,)) == (
        Skipped(use.reference, (use,), "its name is written in another file"),
    )


# --- several images that share characters -----------------------------------------------------------------------

SHARED = "ARG V=3.12.4\nFROM python:${V}-slim\nFROM python:${V}-alpine\n"


def test_best_version_that_all_have_is_chosen() -> None:
    found = outcomes(
        SHARED,
        {
            "python:3.12.4-slim": ["python:3.12.11-slim", "python:3.12.10-slim", "python:3.12.9-slim"],
            "python:3.12.4-alpine": ["python:3.12.12-alpine", "python:3.12.10-alpine", "python:3.12.9-alpine"],
        },
    )
    (outcome,) = found
    assert isinstance(outcome, Rewritten)
    assert [move.new.tag for move in outcome.moves] == ["3.12.10-slim", "3.12.10-alpine"]
    assert done(SHARED, found) == SHARED.replace("3.12.4", "3.12.10")


def test_pieces_of_their_own_may_change_beside_the_shared_one() -> None:
    text = "ARG V=3.12.4\nARG A=3.19\nFROM python:${V}-slim\nFROM python:${V}-alpine${A}\n"
    found = outcomes(
        text,
        {
            "python:3.12.4-slim": [f"python:3.12.6-slim@{A}", f"python:3.12.5-slim@{B}"],
            "python:3.12.4-alpine3.19": ["python:3.12.5-alpine3.20", "python:3.12.5-alpine3.19"],
        },
    )
    assert done(text, found) == (
        f"ARG V=3.12.5\nARG A=3.20\nFROM python:${{V}}-slim@{B}\nFROM python:${{V}}-alpine${{A}}\n"
    )


def test_nothing_moves_if_nothing_suits_all() -> None:
    wishes = {"python:3.12.4-slim": ["python:3.13-slim"], "python:3.12.4-alpine": ["python:3.14-alpine"]}
    found = outcomes(SHARED, wishes)
    assert [each.reason if isinstance(each, Skipped) else None for each in found] == [
        "the `ARG` `V` in line 1 also makes `python:3.12.4-alpine` in line 3, which would become `python:3.13-alpine`",
        "the `ARG` `V` in line 1 also makes `python:3.12.4-slim` in line 2, which would become `python:3.14-slim`",
    ]


def test_images_that_share_what_does_not_change_are_apart() -> None:
    text = "ARG D=bookworm\nFROM python:3.12-$D\nFROM node:20-$D\nFROM go:1-$D\n"
    found = outcomes(
        text,
        {
            "python:3.12-bookworm": ["python:3.13-bookworm"],
            "node:20-bookworm": ["node:20-trixie"],
            "go:1-bookworm": ["go:2-bookworm"],
        },
    )
    assert [type(each) for each in found] == [Rewritten, Skipped]
    assert done(text, found) == "ARG D=bookworm\nFROM python:3.13-$D\nFROM node:20-$D\nFROM go:2-$D\n"


def test_image_that_cannot_be_edited_may_move_with_another() -> None:
    text = "ARG V=v3\nARG W=${V#v}\nFROM app:$V\nFROM python:${W}1\n"
    found = outcomes(text, {"app:v3": ["app:v4"], "python:31": ["python:41"]})
    assert done(text, found) == text.replace("v3", "v4")


def test_images_of_many_files_are_apart() -> None:
    files = [Source(f"{number}/Dockerfile", f"FROM python:3.{number}\n") for number in range(3)]
    uses = [use for source in files for use in read(source)]
    found = rewrite([Wish(use, (Reference.parse("python:3.13"),)) for use in uses[1:]], uses, read=read)
    assert [[edit.span.source for edit in each.edits] for each in found if isinstance(each, Rewritten)] == [
        [files[1]],
        [files[2]],
    ]


def test_very_many_images_that_share_are_left_alone() -> None:
    text = "ARG V=3\n" + "FROM python:$V\n" * 201
    (outcome,) = outcomes(text, {"python:3": ["python:4"]})
    assert isinstance(outcome, Skipped)
    assert outcome.reason == "it shares characters with more than 199 other images"


def test_search_among_very_many_choices_ends() -> None:
    text = "ARG V=0\n" + "".join(f"FROM app{number}:$V\n" for number in range(100))
    choices = {f"app{number}:0": [f"app{number}:{number}-{each}" for each in range(60)] for number in range(100)}
    assert all(isinstance(each, Skipped) for each in outcomes(text, choices))


# --- what is trusted --------------------------------------------------------------------------------------------


def test_reading_again_decides() -> None:
    text = "FROM python:3.12\nFROM node:20\n"
    uses = read(Source("Dockerfile", text))
    wishes = [Wish(use, (Reference.parse(new),)) for use, new in zip(uses, ["python:3.13", "node:22"], strict=True)]

    def reason(now: str) -> list[str]:
        found = rewrite(wishes, uses, read=lambda _: read(Source("Dockerfile", now)))
        return [each.reason if isinstance(each, Skipped) else "" for each in found]

    assert reason("FROM python:3.13\nFROM node:22\n") == ["", ""]
    assert reason("FROM python:3.13\n") == ["the file would then name 1 images instead of 2"] * 2
    assert reason("FROM python:3.13\nFROM node:20\n") == [
        "",
        "`node:20` in line 2 would then become `node:20` instead of `node:22`",
    ]
    assert (
        reason("FROM python:3.13 AS x\nFROM node:22\n")
        == ["`python:3.12` in line 1 would then become `python:3.13`"] * 2
    )


def test_notes_say_who_else_reads_an_argument() -> None:
    text = "ARG V=3.12\nARG W=$V\nFROM python:$V\nARG V\nRUN pip $V\nFROM a\nARG X=1 W\nFROM b\nARG V=1\n"
    (outcome,) = outcomes(text, {"python:3.12": [f"python:3.13@{A}"]})
    assert isinstance(outcome, Rewritten)
    assert outcome.notes == (
        "`ARG V` is also declared in line 4; what follows sees the new value.",
        "`ARG W` is also declared in line 7; what follows sees the new value.",
        "With a digest in line 3, `--build-arg V=...` no longer chooses another image there.",
    )


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("ARG V=3.12\nFROM python:$V\nARG V=1\nRUN echo $V\n", "python:3.12", "python:3.13"),
        ("ARG V=3.12\nFROM python:$V-slim\nARG V\nRUN echo $V\n", "python:3.12-slim", "python:3.12-alpine"),
        ("ARG B=python:3.12\nFROM $B\n", "python:3.12", f"python:3.12@{A}"),
        (f"ARG V=3.12\nFROM python:$V@{A}\n", f"python:3.12@{A}", f"python:3.13@{B}"),
    ],
)
def test_nothing_is_noted_where_nobody_else_is_concerned(text: str, old: str, new: str) -> None:
    (outcome,) = outcomes(text, {old: [new]})
    assert isinstance(outcome, Rewritten)
    assert outcome.notes == ()


def test_files_in_which_very_many_edits_go_wrong_are_read_so_often_and_no_more() -> None:
    stages = range(100)
    arguments = "".join(f"ARG V{each}=1\n" for each in stages)
    text = arguments + "".join(f"FROM a AS b{each}-1\nFROM b{each}-$V{each}\nFROM c:$V{each}\n" for each in stages)
    uses = read(Source("Dockerfile", text))
    wishes = [Wish(use, (Reference.parse("c:2"),)) for use in uses if use.reference == Reference.parse("c:1")]
    readings: list[Source] = []

    def counted(source: Source) -> tuple[ImageUse, ...]:
        readings.append(source)
        return read(source)

    found = rewrite(wishes, uses, read=counted)
    assert len(readings) == 24
    assert {each.reason for each in found if isinstance(each, Skipped)} >= {"too many edits of the file go wrong"}
    assert len(found) == 100


# --- laws -------------------------------------------------------------------------------------------------------

TAGS = st.from_regex(
    r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}(-(slim|alpine3\.[0-9]{1,2}|bookworm|jdk|ltsc20[12][0-9])){0,2}", fullmatch=True
)
DIGESTS = st.one_of(st.none(), st.sampled_from([A, B]))
REFERENCES = st.builds(
    Reference,
    st.just("docker.io"),
    st.sampled_from(["library/python", "library/node", "grafana/grafana"]),
    st.one_of(st.none(), TAGS),
    DIGESTS,
)
DECOYS = st.sampled_from(
    [
        "RUN <<EOF\nFROM python:3.12\nEOF",
        "# FROM python:3.12",
        "CMD echo \\\nFROM python:3.12",
        "ARG V0\nRUN echo $V0",
        "LABEL a=python:3.12",
        "COPY --from=busybox:1.36 /a /a",
        "ENV V1=9",
        "ONBUILD RUN --mount=from=busybox:1.36,target=/x true",
    ]
)


@st.composite
def written(draw: st.DrawFn, name: str, first: int) -> tuple[list[str], str]:
    """Return ARG lines and a word that together make a name, which is cut into pieces anywhere."""
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(name) - 1)), max_size=3)))
    lines: list[str] = []
    word = ""
    for number, (low, high) in enumerate(zip([0, *cuts], [*cuts, len(name)], strict=True), start=first):
        piece = name[low:high]
        quote = draw(st.sampled_from(["", "'", '"']))
        match draw(st.integers(0, 5)):
            case 0:
                lines.append(f"ARG V{number}={quote}{piece}{quote}")
                word += f"${{V{number}}}"
            case 1:
                lines += [f"ARG W{number}={piece}", f"ARG V{number}={quote and chr(34)}$W{number}{quote and chr(34)}"]
                word += f"${{V{number}:-x}}"
            case 2:
                word += f"${{N{number}{draw(st.sampled_from([':-', '-']))}{piece}}}"
            case 3:
                lines.append(f"ARG V{number}=x{piece} S{number}=1")
                word += f"${{V{number}#x}}"
            case _:
                word += piece
    return lines, word


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Reference]:
    """Return a Dockerfile and the image that its first FROM names."""
    reference = draw(REFERENCES)
    name = draw(st.sampled_from([reference.familiar, reference.canonical]))
    lines, word = draw(written(name, 0))
    others = draw(st.lists(REFERENCES.flatmap(lambda other: written(other.familiar, 10)), max_size=1))
    for more, _ in others:
        lines += more
    lines.append(f"FROM {word} AS Main")
    lines += draw(st.lists(DECOYS, max_size=3))
    lines += [f"FROM {other}" for _, other in others]
    if draw(st.booleans()) and others:
        lines.append(f"FROM {word}")
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n"]))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return ("\ufeff" if draw(st.booleans()) else "") + text, reference


def moved(text: str, old: Reference, new: Reference) -> str | None:
    """Rename an image in a file everywhere; None if any part of that is refused."""
    found = outcomes(text, {old.familiar: [new.canonical]})
    return None if any(isinstance(each, Skipped) for each in found) else done(text, found)


@given(files(), REFERENCES)
def test_edited_file_names_what_was_wished_and_nothing_else_changes(
    file: tuple[str, Reference], new: Reference
) -> None:
    text, old = file
    found = outcomes(text, {old.familiar: [new.canonical]})
    assume(not any(isinstance(each, Skipped) for each in found))
    after = done(text, found)
    before_uses, after_uses = read(Source("Dockerfile", text)), read(Source("Dockerfile", after))
    for before, now in zip(before_uses, after_uses, strict=True):
        assert now.reference == (new if before.reference == old else before.reference)
    kept, position = text, 0
    for edit in sorted(
        {edit for each in found if isinstance(each, Rewritten) for edit in each.edits}, key=lambda each: each.span.start
    ):
        unchanged = kept[position : edit.span.start]
        assert after.startswith(unchanged)
        after = after[len(unchanged) :].removeprefix(edit.text)
        position = edit.span.end
    assert after == kept[position:]


@given(files(), DIGESTS, st.data())
def test_editing_back_restores_the_file_to_the_letter(
    file: tuple[str, Reference], digest: str | None, data: st.DataObject
) -> None:
    text, old = file
    assume(old.tag is not None)
    assert old.tag is not None
    tag = "".join(str(data.draw(st.integers(0, 9))) if each.isdigit() else each for each in old.tag)
    new = Reference(old.registry, old.repository, tag, digest or old.digest)
    changed = moved(text, old, new)
    assume(changed is not None)
    assert changed is not None
    assert moved(changed, new, old) in {text, None}


@given(files(), REFERENCES)
def test_one_edit_alone_reads_as_wished_or_touches_others(file: tuple[str, Reference], new: Reference) -> None:
    text, _ = file
    use = read(Source("Dockerfile", text))[0]
    edits = use.edit(new)
    assume(edits is not None)
    assert edits is not None
    assert read(Source("Dockerfile", apply(text, edits)))[0].reference == new


@given(st.one_of(dockerfiles(), any_texts()), REFERENCES)
def test_any_file_is_rewritten_or_refused(text: str, new: Reference) -> None:
    uses = read(Source("Dockerfile", text))
    for outcome in rewrite([Wish(use, (new,)) for use in uses], uses, read=read):
        if isinstance(outcome, Rewritten):
            assert all(use.reference != new for use in (move.use for move in outcome.moves)) or not outcome.edits
            parse(Source("Dockerfile", apply(text, outcome.edits)))
        else:
            assert outcome.reason
