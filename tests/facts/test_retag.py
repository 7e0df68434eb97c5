from __future__ import annotations

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.retag import retag
from dockwright.source import Source, apply


def after(text: str, tag: str) -> str | None:
    dockerfile = parse(Source("Dockerfile", text))
    edit = retag(dockerfile, dockerfile.images[0], tag)
    return None if edit is None else apply(text, [edit])


@pytest.mark.parametrize(
    ("before", "tag", "expected"),
    [
        ("FROM python:3.12-alpine", "3.12-slim-trixie", "FROM python:3.12-slim-trixie"),
        (
            "ARG V=3.12\nFROM python:${V}-alpine3.20",
            "3.12-slim-trixie",
            "ARG V=3.12\nFROM python:${V}-slim-trixie",
        ),
        (
            "ARG D=bullseye\nFROM python:3.12-slim-$D",
            "3.12-slim-trixie",
            "ARG D=trixie\nFROM python:3.12-slim-$D",
        ),
        ("ARG T=3-alpine\nFROM python:$T", "3-slim-trixie", "ARG T=3-slim-trixie\nFROM python:$T"),
        ("FROM python:${T:-3-alpine}", "3-slim-trixie", "FROM python:${T:-3-slim-trixie}"),
        ("ARG I=debian:buster\nFROM $I", "trixie", "ARG I=debian:trixie\nFROM $I"),
        # Two places would have to change.
        ("ARG V=3.11\nARG D=buster\nFROM python:$V-slim-$D", "3.12-slim-trixie", None),
        # Others read it, too.
        ("ARG D=buster\nFROM debian:$D AS a\nFROM python:3-$D", "trixie", None),
        ("ARG D=buster\nFROM debian:$D\nARG D\nRUN echo $D", "trixie", None),
        ("ARG D=buster E=$D\nFROM debian:$E\nARG E", "trixie", None),
        ("ARG V=3.12.1\nFROM python:$V-alpine AS a\nFROM other:${V%.*}", "3.13.1-alpine", None),
        # It would be the name of another stage.
        ("ARG D=buster\nFROM debian:$D\nFROM a AS buster\nFROM $D", "trixie", None),
        # The digest decides.
        (f"FROM debian:buster@sha256:{'0' * 64}", "trixie", None),
    ],
)
def test_another_tag(before: str, tag: str, expected: str | None) -> None:
    assert after(before, tag) == expected


def test_a_file_with_very_many_images_is_only_edited_in_place() -> None:
    many = "FROM debian:trixie\n" * 300
    assert after(f"FROM debian:buster\n{many}", "bookworm") == f"FROM debian:bookworm\n{many}"
    assert after(f"ARG D=buster\nFROM debian:$D\n{many}", "bookworm") is None
