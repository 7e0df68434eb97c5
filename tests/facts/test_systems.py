from __future__ import annotations

from datetime import date

import pytest

from dockwright.dockerfile import parse
from dockwright.facts.systems import Libc, system_of, system_of_image
from dockwright.image import Reference
from dockwright.source import Source

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("debian:bookworm-slim", ("Debian 12 (bookworm)", Libc.GLIBC, 36, None)),
        ("ubuntu:22.04", ("Ubuntu 22.04 (jammy)", Libc.GLIBC, 35, None)),
        ("python:3.12-slim-trixie", ("Debian 13 (trixie)", Libc.GLIBC, 41, "3.12")),
        ("python:3.12-slim", ("Debian", Libc.GLIBC, None, "3.12")),
        ("python:3-alpine", ("Alpine", Libc.MUSL, None, "3.14")),
        ("python:2.7", ("Debian", Libc.GLIBC, None, None)),
        ("golang:1.27-alpine3.23", ("Alpine", Libc.MUSL, None, None)),
        ("fedora:43", ("fedora", Libc.GLIBC, None, None)),
        ("gcr.io/distroless/static-debian12:nonroot", ("distroless/static", Libc.NONE, None, None)),
        ("gcr.io/distroless/python3-debian12", ("distroless/python3-debian12", Libc.GLIBC, 36, "3.11")),
        ("gcr.io/distroless/base-nossl-debian12", ("distroless/base-nossl-debian12", Libc.GLIBC, 36, None)),
        ("gcr.io/distroless/cc", ("distroless/cc", Libc.GLIBC, None, None)),
        ("registry.example.com/python:3.12", None),
        ("busybox", None),
    ],
)
def test_what_an_image_is(image: str, expected: tuple[str, Libc, int | None, str | None] | None) -> None:
    found = system_of_image(Reference.parse(image), TODAY)
    assert (None if found is None else (found.name, found.libc, found.glibc, found.python)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM scratch", ("scratch", Libc.NONE, None)),
        (
            "FROM debian:trixie AS base\nFROM base\nRUN apt-get install -y python3",
            ("Debian 13 (trixie)", Libc.GLIBC, "3.13"),
        ),
        ("FROM ubuntu:24.04\nRUN apt-get install -y python3-requests", ("Ubuntu 24.04 (noble)", Libc.GLIBC, None)),
        ("ARG BASE\nFROM $BASE", None),
    ],
)
def test_what_a_stage_stands_on(text: str, expected: tuple[str, Libc, str | None] | None) -> None:
    dockerfile = parse(Source("Dockerfile", text))
    found = system_of(dockerfile, dockerfile.stages[-1], TODAY)
    assert (None if found is None else (found.name, found.libc, found.python)) == expected
