"""Where to go from a tag: literal cases, and what holds for every tag that is known."""

from __future__ import annotations

from datetime import date

import pytest

from dockwright.image import Reference
from dockwright.lifecycle import DISTRIBUTIONS, State, assess, current_debian, retired, successor
from dockwright.lifecycle.table import vendored

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("python:3.12-slim-bullseye", "3.12-slim-trixie"),
        ("python:3.12-slim-bookworm", "3.12-slim-trixie"),
        ("python:3.12.4-slim-bullseye", "3.12-slim-trixie"),
        ("python:3.12-alpine3.20", "3.12-alpine3.24"),
        ("python:3.11-buster", "3.11-trixie"),
        ("node:22-bullseye", "22-trixie"),
        ("node:22.3.0-bookworm-slim", "22-trixie-slim"),
        ("node:lts-bookworm", "lts-trixie"),
        ("node:jod-alpine3.20", "jod-alpine3.24"),
        ("golang:1.26.1-bookworm", "1.26-trixie"),
        ("ruby:3.3-slim-bullseye", "3.3-slim-trixie"),
        ("php:8.3-fpm-alpine3.18", "8.3-fpm-alpine3.24"),
        ("eclipse-temurin:17.0.9_9-jre-focal", "17-jre-resolute"),
        ("eclipse-temurin:21-jre-alpine", None),
        ("maven:3.9.5-eclipse-temurin-17-focal", "3.9-eclipse-temurin-17-noble"),
        ("httpd:2.4.57-bookworm", "2.4-trixie"),
        ("debian:bullseye-slim", "trixie-slim"),
        ("debian:bullseye-20230109-slim", "trixie-slim"),
        ("debian:11.7-slim", "13-slim"),
        ("debian:12", "13"),
        ("ubuntu:20.04", "26.04"),
        ("ubuntu:focal-20230801", "resolute"),
        ("alpine:3.18.4", "3.24"),
        ("buildpack-deps:bullseye-scm", "trixie-scm"),
        ("public.ecr.aws/docker/library/python:3.12-bullseye", "3.12-trixie"),
        # nothing to leave
        ("python:3.12-slim-trixie", None),
        ("python:3.12-slim", None),
        ("python:3.12", None),
        ("ubuntu:22.04", None),
        ("debian:forky", None),
        # the language has ended: another distribution does not help
        ("python:3.9-slim-bullseye", None),
        ("python:3.10-slim-bookworm", None),
        ("node:18-bullseye", None),
        ("node:hydrogen-bullseye", None),
        # the old tag stopped, the new one went on: another version of the language
        ("python:3-slim-bullseye", None),
        ("golang:stretch", None),
        ("rust:1-buster", None),
        ("ruby:3-buster", None),
        # no such tag is known
        ("rust:1.70-bullseye", None),
        ("redis:7.4-bookworm", None),
        ("centos:7", None),
        ("mcr.microsoft.com/dotnet/sdk:10.0-jammy", None),
        ("i386/ubuntu:18.04", None),
        ("openjdk:11-jre-slim-buster", None),
        ("none-such:bullseye", None),
    ],
)
def test_where_to_go(image: str, expected: str | None) -> None:
    reference = Reference.parse(image)
    assert successor(reference.name, reference.tag or "", today=TODAY) == expected


def test_nothing_is_recommended_on_old_facts() -> None:
    assert successor("docker.io/library/debian", "buster", today=date(2040, 1, 1)) is None


def test_every_known_tag_leads_to_the_same_language_on_a_supported_distribution() -> None:
    moved = 0
    for line in vendored("tags.tsv").splitlines()[1:]:
        name, _, tags = line.split("\t")
        repository = f"docker.io/library/{name}"
        for tag in tags.split(" "):
            if (target := successor(repository, tag, today=TODAY)) is not None:
                moved += 1
                before, after = (assess(repository, it, today=TODAY) for it in (tag, target))
                assert target in tags.split(" ")
                assert successor(repository, target, today=TODAY) is None
                assert [it.state for it in after if it.component.product in DISTRIBUTIONS] == [State.SUPPORTED]
                assert [it.component for it in before if it.component.product not in DISTRIBUTIONS] == [
                    it.component for it in after if it.component.product not in DISTRIBUTIONS
                ]
    assert moved > 100


@pytest.mark.parametrize(
    ("today", "codename"),
    [
        (date(2021, 8, 13), "buster"),
        (date(2021, 8, 14), "bullseye"),
        (date(2025, 8, 8), "bookworm"),
        (date(2025, 8, 9), "trixie"),
        (TODAY, "trixie"),
    ],
)
def test_stable_is_the_newest_release(today: date, codename: str) -> None:
    assert current_debian(today) == codename


@pytest.mark.parametrize(
    ("image", "since", "instead"),
    [
        ("openjdk:17-jdk-slim", date(2022, 8, 3), ("eclipse-temurin", "amazoncorretto")),
        ("openjdk", date(2022, 8, 3), ("eclipse-temurin", "amazoncorretto")),
        ("centos:7", date(2024, 7, 1), ("almalinux", "rockylinux/rockylinux", "quay.io/centos/centos")),
        ("java:8-jre", date(2017, 5, 17), ("eclipse-temurin",)),
        ("public.ecr.aws/docker/library/vault:1.13", date(2024, 6, 17), ("hashicorp/vault",)),
        ("rockylinux:9", date(2023, 11, 30), ("rockylinux/rockylinux",)),
        ("bitnami/postgresql:16", date(2025, 8, 28), ()),
        ("bitnamilegacy/redis:7.4", date(2025, 8, 28), ()),
        ("circleci/node:lts-buster-browsers", date(2021, 12, 31), ()),
        ("gcr.io/kaniko-project/executor:v1.23.2", date(2025, 6, 3), ()),
        ("jupyter/scipy-notebook:2022-10-09", date(2023, 10, 20), ("quay.io/jupyter",)),
        ("mhart/alpine-node:16", date(2023, 1, 16), ("node",)),
        ("k8s.gcr.io/pause:3.5", date(2023, 4, 3), ("registry.k8s.io",)),
    ],
)
def test_retired_images(image: str, since: date, instead: tuple[str, ...]) -> None:
    reference = Reference.parse(image)
    row = retired(reference.name, reference.tag or "latest")
    assert row is not None
    assert (row.since, row.instead) == (since, instead)


@pytest.mark.parametrize(
    "image",
    [
        "openjdk:27-rc-jdk-slim-trixie",
        "openjdk:28-ea-11-jdk-oraclelinux10",
        "bitnami/minideb:bookworm",
        "bitnami/redis:latest",
        "bitnami/redis",
        "bitnamisecure/redis:latest",
        "rockylinux/rockylinux:9",
        "python:2.7",
        "example/openjdk:17",
        "quay.io/jupyter/scipy-notebook:2026-10-05",
        "registry.k8s.io/pause:3.10",
        "ghcr.io/kaniko-project/executor:v1",
    ],
)
def test_images_that_are_not_retired(image: str) -> None:
    reference = Reference.parse(image)
    assert retired(reference.name, reference.tag or "latest") is None


def test_each_retired_image_says_why_and_where_from() -> None:
    lines = vendored("retired.tsv").splitlines()[1:]
    assert lines == sorted(lines)
    for line in lines:
        repository, _, since, reason, _, source = line.split("\t")
        assert date(2013, 3, 1) < date.fromisoformat(since) <= TODAY
        assert reason
        assert source
        assert retired(repository.replace("/*", "/anything"), "1") is not None
