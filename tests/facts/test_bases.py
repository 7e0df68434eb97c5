from __future__ import annotations

import pytest

from dockwright.facts.bases import Family, Starts, base_of, family_of, is_windows
from dockwright.image import Reference

DIGEST = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("name", "starts", "account"),
    [
        ("debian", Starts.ROOT, None),
        ("debian:trixie-slim", Starts.ROOT, None),
        ("docker.io/library/debian", Starts.ROOT, None),
        ("public.ecr.aws/docker/library/debian:trixie", Starts.ROOT, None),
        ("arm64v8/debian", Starts.ROOT, None),
        ("node:24-alpine", Starts.ROOT, "node"),
        (f"node{DIGEST}", Starts.ROOT, "node"),
        ("nginx:1.29-alpine", Starts.WORKERS, None),
        ("php:8.5-cli", Starts.ROOT, None),
        ("php:8.5-apache", Starts.WORKERS, "www-data"),
        ("php:8.5-fpm-alpine", Starts.WORKERS, "www-data"),
        ("wordpress:php8.4-fpm", Starts.WORKERS, None),
        ("wordpress:cli", Starts.NON_ROOT, "www-data"),
        ("postgres:18", Starts.STEPS_DOWN, None),
        ("docker:29-dind", Starts.INIT, None),
        ("docker:29-dind-rootless", Starts.NON_ROOT, "rootless"),
        ("gcr.io/distroless/static-debian12", Starts.ROOT, "65532"),
        ("gcr.io/distroless/static-debian12:debug-nonroot", Starts.NON_ROOT, "65532"),
        (f"gcr.io/distroless/static-debian12:nonroot{DIGEST}", Starts.NON_ROOT, "65532"),
        ("mcr.microsoft.com/dotnet/aspnet:10.0", Starts.ROOT, "$APP_UID"),
        ("mcr.microsoft.com/dotnet/aspnet:6.0-alpine", Starts.ROOT, None),
        ("mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled-extra", Starts.NON_ROOT, "$APP_UID"),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.6", Starts.ROOT, None),
        ("registry.access.redhat.com/ubi9/python-312", Starts.NON_ROOT, "1001"),
        ("cgr.dev/chainguard/wolfi-base", Starts.ROOT, None),
        ("cgr.dev/chainguard/python:latest", Starts.NON_ROOT, "65532"),
        ("public.ecr.aws/lambda/python:3.14", Starts.PLATFORM, None),
        ("phusion/baseimage:noble-1.0.2", Starts.INIT, None),
    ],
)
def test_as_whom_an_image_starts(name: str, starts: Starts, account: str | None) -> None:
    base = base_of(Reference.parse(name))
    assert base is not None
    assert (base.starts, base.account) == (starts, account)


@pytest.mark.parametrize(
    "name",
    [
        "acme/debian",
        "registry.acme.dev/debian",
        "registry.acme.dev/library/debian",
        "ghcr.io/acme/shop:1",
        f"gcr.io/distroless/static-debian12{DIGEST}",
        f"mcr.microsoft.com/dotnet/aspnet{DIGEST}",
        "cgr.dev/acme/python",
    ],
)
def test_what_is_not_listed_is_not_known(name: str) -> None:
    assert base_of(Reference.parse(name)) is None


@pytest.mark.parametrize(
    ("name", "serves"),
    [("python:3.14", False), ("alpine", False), ("tomcat:11", True), ("nginx", True), ("jenkins/jenkins", True)],
)
def test_whether_it_starts_a_service_without_any_cmd(name: str, serves: bool) -> None:  # noqa: FBT001
    base = base_of(Reference.parse(name))
    assert base is not None
    assert base.serves is serves


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("debian", Family.DEBIAN),
        ("ubuntu:24.04", Family.DEBIAN),
        ("python:3.14-slim", Family.DEBIAN),
        ("golang", Family.DEBIAN),
        ("eclipse-temurin:21-jre-noble", Family.DEBIAN),
        ("alpine:3.24", Family.ALPINE),
        ("python:3.14-alpine3.24", Family.ALPINE),
        ("arm32v7/alpine", Family.ALPINE),
        ("eclipse-temurin:21", None),
        ("openjdk:17", None),
        ("python:3.14-windowsservercore", None),
        (f"python{DIGEST}", None),
        (f"python:3.14-slim{DIGEST}", Family.DEBIAN),
        ("centos:7", None),
        ("acme/alpine", None),
    ],
)
def test_the_family_of_an_image(name: str, family: Family | None) -> None:
    assert family_of(Reference.parse(name)) is family


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mcr.microsoft.com/windows/servercore:ltsc2025", True),
        ("mcr.microsoft.com/dotnet/aspnet:10.0-nanoserver-ltsc2025", True),
        ("mcr.microsoft.com/dotnet/framework/aspnet:4.8", True),
        ("golang:1.27-windowsservercore", True),
        ("golang:1.27", False),
        ("acme/windows", False),
    ],
)
def test_images_for_windows(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_windows(Reference.parse(name)) is expected
