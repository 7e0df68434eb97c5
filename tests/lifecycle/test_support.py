"""What is said of an image's tag: literal tags, on the day on which the table was first written, and at the edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockwright.image import Reference
from dockwright.lifecycle import Cycle, State, assess, cycles, retired, successor
from dockwright.lifecycle.support import judge

TODAY = date(2026, 11, 23)

TAGS = [
    # Python, with and without a distribution
    ("python:2", "2 = Python 2.7 ended 2020-01-01"),
    ("python:2.7-slim", "2.7 = Python 2.7 ended 2020-01-01"),
    ("python:3.6.8-jessie", "3.6.8 = Python 3.6 ended 2021-12-23; jessie = Debian 8 (jessie) ended 2020-06-30"),
    ("python:3.8-slim", "3.8 = Python 3.8 ended 2024-10-07"),
    ("python:3.9", "3.9 = Python 3.9 ended 2025-10-31"),
    ("python:3.10", "3.10 = Python 3.10 ended 2026-10-31"),
    ("python:3.11-slim", "3.11 = Python 3.11 supported 2027-10-31"),
    (
        "python:3.12-slim-bookworm",
        "3.12 = Python 3.12 supported 2028-10-31; bookworm = Debian 12 (bookworm) lts-only 2028-06-30",
    ),
    (
        "python:3.12.4-slim-bullseye",
        "3.12.4 = Python 3.12 supported 2028-10-31; bullseye = Debian 11 (bullseye) ended 2026-08-31",
    ),
    (
        "python:3.13-slim-trixie",
        "3.13 = Python 3.13 supported 2029-10-31; trixie = Debian 13 (trixie) supported 2028-08-09",
    ),
    (
        "python:3.12-alpine3.20",
        "3.12 = Python 3.12 supported 2028-10-31; alpine3.20 = Alpine 3.20 ended 2026-04-01",
    ),
    ("python:3.12-alpine", "3.12 = Python 3.12 supported 2028-10-31"),
    ("python:3.13-rc-slim", "3.13 = Python 3.13 supported 2029-10-31"),
    ("python:3.14.0rc2-slim", "3.14.0 = Python 3.14 supported 2030-10-31"),
    ("python:3.99", ""),
    ("python:3", ""),
    ("python:3-slim", ""),
    ("python:slim", ""),
    ("python:latest", ""),
    ("python", ""),
    ("python:slim-buster", "buster = Debian 10 (buster) ended 2024-06-30"),
    ("python:3.11-windowsservercore-1809", "3.11 = Python 3.11 supported 2027-10-31"),
    # Node.js: the codename before `slim`, LTS lines by name
    ("node:20", "20 = Node.js 20 ended 2026-04-30"),
    (
        "node:22-bookworm-slim",
        "22 = Node.js 22 supported 2027-04-30; bookworm = Debian 12 (bookworm) lts-only 2028-06-30",
    ),
    ("node:24-alpine3.21", "24 = Node.js 24 supported 2028-04-30; alpine3.21 = Alpine 3.21 ended 2026-11-01"),
    ("node:25", "25 = Node.js 25 ended 2026-06-01"),
    ("node:27", "27 = Node.js 27 unknown"),
    ("node:0.12", "0.12 = Node.js 0.12 ended 2016-12-31"),
    ("node:lts", ""),
    ("node:lts-slim", ""),
    ("node:current-alpine", ""),
    ("node:lts-buster", "buster = Debian 10 (buster) ended 2024-06-30"),
    ("node:hydrogen-alpine", "hydrogen = Node.js 18 ended 2025-04-30"),
    ("node:lts-iron", "iron = Node.js 20 ended 2026-04-30"),
    ("node:jod-bookworm", "jod = Node.js 22 supported 2027-04-30; bookworm = Debian 12 (bookworm) lts-only 2028-06-30"),
    # other languages
    ("golang:1.25-alpine", "1.25 = Go 1.25 ended 2026-08-19"),
    ("golang:1.26", "1.26 = Go 1.26 supported"),
    ("golang:1.9.4-alpine3.7", "1.9.4 = Go 1.9 ended 2018-08-24; alpine3.7 = Alpine 3.7 ended 2019-11-01"),
    ("golang:1.23rc1-bullseye", "1.23 = Go 1.23 ended 2025-08-12; bullseye = Debian 11 (bullseye) ended 2026-08-31"),
    ("golang:1-buster", "buster = Debian 10 (buster) ended 2024-06-30"),
    ("golang:1", ""),
    ("ruby:3.2", "3.2 = Ruby 3.2 ended 2026-03-31"),
    ("ruby:3.3-slim", "3.3 = Ruby 3.3 supported 2027-03-31"),
    ("ruby:2.0.0-p648", "2.0.0 = Ruby 2.0 ended 2016-02-24"),
    ("ruby:3", "3 = Ruby 3.4 supported 2028-03-31"),
    ("ruby:4", ""),
    ("php:8.2-fpm-alpine3.20", "8.2 = PHP 8.2 ending 2026-12-31; alpine3.20 = Alpine 3.20 ended 2026-04-01"),
    ("php:8.1-apache", "8.1 = PHP 8.1 ended 2025-12-31"),
    ("php:7-apache", "7 = PHP 7.4 ended 2022-11-28"),
    ("php:8-fpm", ""),
    ("wordpress:6.4-php8.1-apache", "php8.1 = PHP 8.1 ended 2025-12-31"),
    (
        "eclipse-temurin:21-jre-noble",
        "21 = Eclipse Temurin 21 supported 2029-12-31; noble = Ubuntu 24.04 (noble) supported 2029-05-31",
    ),
    (
        "eclipse-temurin:8u392-b08-jdk-focal",
        "8 = Eclipse Temurin 8 supported 2030-12-31; focal = Ubuntu 20.04 (focal) ended 2025-05-29",
    ),
    ("eclipse-temurin:17.0.9_9-jdk", "17.0.9 = Eclipse Temurin 17 supported 2027-10-31"),
    ("amazoncorretto:17-al2", "17 = Amazon Corretto 17 supported 2029-10-31; al2 = Amazon Linux 2 ended 2026-06-30"),
    ("mcr.microsoft.com/dotnet/sdk:8.0", "8.0 = .NET 8 ended 2026-11-10"),
    (
        "mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled",
        "9.0 = .NET 9 ended 2026-11-10; noble = Ubuntu 24.04 (noble) supported 2029-05-31",
    ),
    (
        "mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled",
        "10.0 = .NET 10 supported 2028-11-14; noble = Ubuntu 24.04 (noble) supported 2029-05-31",
    ),
    (
        "mcr.microsoft.com/dotnet/core/sdk:3.1-buster",
        "3.1 = .NET 3.1 ended 2022-12-13; buster = Debian 10 (buster) ended 2024-06-30",
    ),
    ("mcr.microsoft.com/dotnet/monitor:8.0", ""),
    ("openjdk:11-jre-slim-buster", "buster = Debian 10 (buster) ended 2024-06-30"),
    ("maven:3.9-eclipse-temurin-17-focal", "focal = Ubuntu 20.04 (focal) ended 2025-05-29"),
    ("rust:1.70-bullseye", "bullseye = Debian 11 (bullseye) ended 2026-08-31"),
    ("rust:1.70", ""),
    # databases and servers
    ("postgres:14", "14 = PostgreSQL 14 ended 2026-11-12"),
    (
        "postgres:15.4-alpine3.18",
        "15.4 = PostgreSQL 15 supported 2027-11-11; alpine3.18 = Alpine 3.18 ended 2025-05-09",
    ),
    ("postgres:9.6", "9.6 = PostgreSQL 9.6 ended 2021-11-11"),
    ("postgres:9", "9 = PostgreSQL 9.6 ended 2021-11-11"),
    ("redis:6-alpine", "6 = Redis 6.2 supported 2027-04-01"),
    ("redis:8.0", "8.0 = Redis 8.0 ending 2026-12-01"),
    ("redis:8", ""),
    ("mysql:8.0-debian", "8.0 = MySQL 8.0 ended 2026-04-30"),
    ("mysql:8", "8 = MySQL 8.4 supported 2032-04-30"),
    ("mariadb:10.6-focal", "10.6 = MariaDB 10.6 ended 2026-07-06; focal = Ubuntu 20.04 (focal) ended 2025-05-29"),
    ("mongo:4.4.18-focal", "4.4.18 = MongoDB 4.4 ended 2024-02-29; focal = Ubuntu 20.04 (focal) ended 2025-05-29"),
    ("nginx:1.25.3-alpine3.18-slim", "1.25.3 = nginx 1.25 ended 2024-05-29; alpine3.18 = Alpine 3.18 ended 2025-05-09"),
    ("nginx:1.31", "1.31 = nginx 1.31 supported"),
    ("nginx:stable-alpine", ""),
    ("nginx:1", ""),
    # distributions
    ("debian:12", "12 = Debian 12 (bookworm) lts-only 2028-06-30"),
    ("debian:11.7-slim", "11.7 = Debian 11 (bullseye) ended 2026-08-31"),
    ("debian:bookworm-20260803-slim", "bookworm = Debian 12 (bookworm) lts-only 2028-06-30"),
    ("debian:trixie-backports", "trixie = Debian 13 (trixie) supported 2028-08-09"),
    ("debian:forky", "forky = Debian 14 (forky) unknown"),
    ("debian:stable-slim", ""),
    ("debian:oldstable", ""),
    ("debian:sid", ""),
    ("debian:latest", ""),
    ("ubuntu:18.04", "18.04 = Ubuntu 18.04 (bionic) ended 2023-05-31"),
    ("ubuntu:14.04.5", "14.04.5 = Ubuntu 14.04 (trusty) ended 2019-04-25"),
    ("ubuntu:jammy-20260810", "jammy = Ubuntu 22.04 (jammy) supported 2027-06-01"),
    ("ubuntu:25.10", "25.10 = Ubuntu 25.10 (questing) ended 2026-07-09"),
    ("ubuntu:26.10", "26.10 = Ubuntu 26.10 (stonking) supported 2027-07-15"),
    ("ubuntu:22", ""),
    ("ubuntu:rolling", ""),
    ("alpine:3.21", "3.21 = Alpine 3.21 ended 2026-11-01"),
    ("alpine:3.18.4", "3.18.4 = Alpine 3.18 ended 2025-05-09"),
    ("alpine:3", ""),
    ("alpine:edge", ""),
    ("alpine:20230901", ""),
    ("buildpack-deps:bullseye-scm", "bullseye = Debian 11 (bullseye) ended 2026-08-31"),
    ("buildpack-deps:20.04", "20.04 = Ubuntu 20.04 (focal) ended 2025-05-29"),
    ("centos:7", "7 = CentOS 7 ended 2024-06-30"),
    ("centos:centos7.9.2009", "centos7.9.2009 = CentOS 7 ended 2024-06-30"),
    ("rockylinux:8.9-minimal", "8.9 = Rocky Linux 8 supported 2029-05-31"),
    ("almalinux:9", "9 = AlmaLinux 9 supported 2032-05-31"),
    ("oraclelinux:7-slim", "7 = Oracle Linux 7 ended 2024-12-31"),
    ("amazonlinux:1", "1 = Amazon Linux 1 ended 2023-12-31"),
    ("amazonlinux:2.0.20230119.1", "2.0.20230119.1 = Amazon Linux 2 ended 2026-06-30"),
    ("fedora:42", "42 = Fedora 42 ended 2026-05-27"),
    ("fedora:43", "43 = Fedora 43 ending 2026-12-09"),
    ("fedora:rawhide", ""),
    # a word that is a release of Ubuntu and one of ROS
    ("ros:kinetic", ""),
    ("ros:kinetic-ros-base-xenial", "xenial = Ubuntu 16.04 (xenial) ended 2021-04-30"),
    # where the same images are, and others that document their tags
    ("public.ecr.aws/docker/library/python:3.9", "3.9 = Python 3.9 ended 2025-10-31"),
    ("mirror.gcr.io/library/debian:11", "11 = Debian 11 (bullseye) ended 2026-08-31"),
    ("arm32v7/debian:buster", "buster = Debian 10 (buster) ended 2024-06-30"),
    ("nvidia/cuda:11.8.0-runtime-ubuntu20.04", "ubuntu20.04 = Ubuntu 20.04 (focal) ended 2025-05-29"),
    ("gcr.io/distroless/python3-debian11:nonroot", " = Debian 11 (bullseye) ended 2026-08-31"),
    ("gcr.io/distroless/static:nonroot", ""),
    # anyone else may mean anything by a tag
    ("example/python:3.9", ""),
    ("registry.example.com/library/python:3.9", ""),
    ("registry.example.com/mirror/debian:bullseye", ""),
    ("ghcr.io/example/app:bullseye", ""),
]


def said(image: str, today: date) -> str:
    reference = Reference.parse(image)
    tag = reference.tag or ""
    sentences = []
    for support in assess(reference.name, tag, today=today):
        words = [tag[support.start : support.end], "=", support.component.title, support.state.value]
        sentences.append(" ".join([*words, str(support.ends)] if support.ends else words))
    return "; ".join(sentences)


@pytest.mark.parametrize(("image", "expected"), TAGS)
def test_what_is_said_of_a_tag(image: str, expected: str) -> None:
    assert said(image, TODAY) == expected


@pytest.mark.parametrize(
    ("image", "today", "state"),
    [
        ("debian:bullseye", date(2021, 8, 13), State.UNKNOWN),  # the day before its release
        ("debian:bullseye", date(2021, 8, 14), State.SUPPORTED),
        ("debian:bullseye", date(2024, 5, 15), State.SUPPORTED),  # 91 days before full support ends
        ("debian:bullseye", date(2024, 5, 16), State.ENDING),
        ("debian:bullseye", date(2024, 8, 14), State.ENDING),
        ("debian:bullseye", date(2024, 8, 15), State.LTS_ONLY),
        ("debian:bullseye", date(2026, 8, 31), State.LTS_ONLY),
        ("debian:bullseye", date(2026, 9, 1), State.ENDED),
        ("python:3.9", date(2025, 8, 1), State.SUPPORTED),
        ("python:3.9", date(2025, 8, 2), State.ENDING),
        ("python:3.9", date(2025, 10, 31), State.ENDING),
        ("python:3.9", date(2025, 11, 1), State.ENDED),
        ("alpine:3.21", date(2026, 11, 1), State.ENDING),
        ("alpine:3.21", date(2026, 11, 2), State.ENDED),
        ("ubuntu:20.04", date(2025, 5, 29), State.ENDING),
        ("ubuntu:20.04", date(2025, 5, 30), State.ENDED),
    ],
)
def test_the_last_day_is_supported(image: str, today: date, state: State) -> None:
    reference = Reference.parse(image)
    (support,) = assess(reference.name, reference.tag or "", today=today)
    assert support.state is state


def cycle(support_end: date | None, security_end: date | None, *, product: str = "debian") -> Cycle:
    read = date(2026, 1, 1)
    return Cycle(product, "1", "", date(2020, 1, 1), support_end, security_end, None, "a source", read)


@pytest.mark.parametrize(
    ("support_end", "security_end", "days", "state"),
    [
        # believed for 120 days, whatever the claim
        (None, date(2026, 3, 1), 120, State.ENDED),
        (date(2026, 3, 1), date(2028, 1, 1), 120, State.LTS_ONLY),
        (date(2028, 1, 1), date(2028, 1, 1), 120, State.SUPPORTED),
        (None, None, 120, State.SUPPORTED),
        # then only what was over when it was read
        (None, date(2026, 3, 1), 121, State.UNKNOWN),
        (date(2026, 3, 1), date(2028, 1, 1), 121, State.UNKNOWN),
        (date(2028, 1, 1), date(2028, 1, 1), 121, State.UNKNOWN),
        (None, None, 121, State.UNKNOWN),
        (None, date(2025, 12, 31), 121, State.ENDED),
        (None, date(2026, 1, 1), 5000, State.ENDED),  # the end on the day of reading is no later than the reading
        (None, date(2026, 1, 2), 5000, State.UNKNOWN),
    ],
)
def test_old_facts_are_not_believed(
    support_end: date | None, security_end: date | None, days: int, state: State
) -> None:
    row = cycle(support_end, security_end)
    assert judge(row, row.read + timedelta(days=days))[0] is state


def test_an_unknown_state_names_no_date() -> None:
    assert judge(cycle(None, date(2026, 3, 1)), date(2030, 1, 1)) == (State.UNKNOWN, None)


def test_only_a_handover_to_another_team_is_lts_only() -> None:
    ends = (date(2024, 1, 1), date(2028, 1, 1))
    assert judge(cycle(*ends), date(2026, 1, 1)) == (State.LTS_ONLY, date(2028, 1, 1))
    assert judge(cycle(*ends, product="rockylinux"), date(2026, 1, 1)) == (State.SUPPORTED, date(2028, 1, 1))
    assert judge(cycle(*ends, product="python"), date(2026, 1, 1)) == (State.SUPPORTED, date(2028, 1, 1))


def test_a_table_that_nobody_refreshed_still_knows_what_was_over() -> None:
    later = date(2040, 1, 1)
    assert said("python:3.8-slim-buster", later) == (
        "3.8 = Python 3.8 ended 2024-10-07; buster = Debian 10 (buster) ended 2024-06-30"
    )
    assert said("python:3.14-trixie", later) == "3.14 = Python 3.14 unknown; trixie = Debian 13 (trixie) unknown"


OFFICIAL = st.sampled_from(["python", "node", "debian", "ubuntu", "ros", "php", "openjdk", "none-such"])
PARTS = st.sampled_from(["3.12", "", "slim", "bullseye", "jammy", "alpine3.20", "al2", "lts", "iron", "1..2", "٣", "."])


@given(OFFICIAL, st.lists(PARTS, max_size=5).map("-".join) | st.text(), st.dates())
@example("node", "", TODAY)
@example("node", "lts--slim", TODAY)
def test_any_tag_is_read_and_places_are_in_it(name: str, tag: str, today: date) -> None:
    repository = f"docker.io/library/{name}"
    retired(repository, tag)
    successor(repository, tag, today=today)
    end = 0
    for support in assess(repository, tag, today=today):
        assert end <= support.start < support.end <= len(tag)
        end = support.end
        assert support.component in cycles(support.component.product)
