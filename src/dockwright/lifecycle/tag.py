"""Which releases an image's tag names: the part for the language or server, and the part for the distribution.

The grammar is that of the Docker official images' repositories (`library/*` in docker-library/official-images) and
of the few publishers that document the same one: `<version>[-<variant>...][-<distribution>]` in any order, where a
distribution is a codename (`bookworm`, `jammy`) or a name with its version (`alpine3.20`, `ubuntu22.04`). A tag
that names no distribution moves from one to the next, so none is guessed.
"""

from __future__ import annotations

import re

from msgspec import Struct

from dockwright.lifecycle.table import DISTRIBUTIONS, Cycle, codenames, cycles, find

# The official images, the namespaces in which docker-library publishes them for one architecture, and two mirrors.
_OFFICIAL = frozenset({
    "docker.io/amd64", "docker.io/arm32v5", "docker.io/arm32v6", "docker.io/arm32v7", "docker.io/arm64v8",
    "docker.io/i386", "docker.io/library", "docker.io/mips64le", "docker.io/ppc64le", "docker.io/riscv64",
    "docker.io/s390x", "mirror.gcr.io/library", "public.ecr.aws/docker/library",
})  # fmt: skip
PRODUCTS = {
    "almalinux": "almalinux",
    "alpine": "alpine",
    "amazoncorretto": "amazoncorretto",
    "amazonlinux": "amazonlinux",
    "buildpack-deps": "ubuntu",  # its tags with a number are Ubuntu's, those of Debian are codenames
    "centos": "centos",
    "debian": "debian",
    "eclipse-temurin": "eclipse-temurin",
    "fedora": "fedora",
    "golang": "go",
    "mariadb": "mariadb",
    "mongo": "mongodb",
    "mysql": "mysql",
    "nginx": "nginx",
    "node": "node",
    "oraclelinux": "oraclelinux",
    "php": "php",
    "postgres": "postgresql",
    "python": "python",
    "redis": "redis",
    "rockylinux": "rockylinux",
    "ruby": "ruby",
    "ubuntu": "ubuntu",
}
_DOTNET = ("mcr.microsoft.com/dotnet", "mcr.microsoft.com/dotnet/core", "mcr.microsoft.com/dotnet/nightly")
_DOTNET_IMAGES = ("aspnet", "runtime", "runtime-deps", "sdk")
_CUDA = ("docker.io/nvidia/cuda", "nvcr.io/nvidia/cuda")
_DISTROLESS = "gcr.io/distroless/"  # the name says it, as in `python3-debian12`

# What stands before the number in a part such as `alpine3.20`; `al2023` is in the tags of Amazon's own images.
_NUMBERED = {name: name for name in DISTRIBUTIONS | {"php", "python"}} | {"al": "amazonlinux"}
VERSION = re.compile(r"\d+(?:\.\d+)*")


class Named(Struct, frozen=True, gc=False):
    """A release that a tag names, and where: `tag[start:end]`, empty if the repository's name says it."""

    cycle: Cycle
    start: int
    end: int


def official_name(repository: str) -> str | None:
    """Return the short name of an official image (`python`), from its canonical name or a mirror's; None for others."""
    namespace, _, name = repository.rpartition("/")
    return name if namespace in _OFFICIAL else None


def named_releases(repository: str, tag: str) -> tuple[Named, ...]:
    """Return the releases that a tag names, in the order in which it names them."""
    namespace, _, name = repository.rpartition("/")
    if namespace in _OFFICIAL:
        return tuple(_of_tag(tag, PRODUCTS.get(name, ""), skip_first=name == "ros"))
    if namespace in _DOTNET and name in _DOTNET_IMAGES:
        return tuple(_of_tag(tag, "dotnet"))
    if repository in _CUDA:
        return tuple(_of_tag(tag, ""))
    if repository.startswith(_DISTROLESS):
        cycle = find("debian", name.rpartition("-debian")[2])
        return () if cycle is None else (Named(cycle, 0, 0),)
    return ()


def _of_tag(tag: str, product: str, *, skip_first: bool = False) -> list[Named]:
    """Read a tag's parts; `skip_first` is for ROS, whose own releases are called `lunar` and `kinetic`, as Ubuntu's."""
    found = []
    start = 0
    for number, part in enumerate(tag.split("-")):
        length = len(part)
        cycle = None if number == 0 and skip_first else _of_part(part, product)
        if cycle is None and number == 0 and product and (version := VERSION.match(part)):
            cycle, length = find(product, version[0]), version.end()
        if cycle is not None:
            found.append(Named(cycle, start, start + length))
        start += len(part) + 1
    return found


def _of_part(part: str, product: str) -> Cycle | None:
    name = part.rstrip("0123456789.")
    if name == part:
        return _of_codename(part, product)
    return find(_NUMBERED[name], part.removeprefix(name)) if name in _NUMBERED else None


def _of_codename(word: str, product: str) -> Cycle | None:
    if (distribution := codenames().get(word)) is not None:
        return distribution
    if product != "node" or not word:
        return None
    return next((cycle for cycle in cycles("node") if cycle.codename == word), None)
