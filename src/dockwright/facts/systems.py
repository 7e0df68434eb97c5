"""What a stage's programs run on: which C library, which release of Debian or Ubuntu, which Python.

The versions of glibc and Python are those of the releases' own packages (Debian and Ubuntu).
What is compiled against a newer glibc does not start on an older one.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.bases import Family, family_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import levels, roots
from dockwright.lifecycle import Cycle, assess, cycles, find, official_name

if TYPE_CHECKING:
    from datetime import date

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.image import Reference

_GLIBC = {
    "debian": {"8": 19, "9": 24, "10": 28, "11": 31, "12": 36, "13": 41},
    "ubuntu": {"14.04": 19, "16.04": 23, "18.04": 27, "20.04": 31, "22.04": 35, "24.04": 39},
}
"""The minor version of glibc 2 in each release."""
_PYTHON = {
    "debian": {"9": "3.5", "10": "3.7", "11": "3.9", "12": "3.11", "13": "3.13"},
    "ubuntu": {"18.04": "3.6", "20.04": "3.8", "22.04": "3.10", "24.04": "3.12"},
}
"""The version of the package `python3` in each release."""
_GLIBC_SYSTEMS = frozenset("almalinux amazonlinux centos fedora oraclelinux rockylinux".split())
_DISTROLESS = r"gcr\.io/distroless/([a-z0-9]+)(?:-(?!debian)[a-z0-9-]*?)?(?:-debian(\d+))?"


class Libc(Enum):
    """A C library; what is linked to one does not start on another."""

    GLIBC = "glibc"
    MUSL = "musl"
    NONE = "none"


class System(Struct, frozen=True):
    """What programs find in a stage.

    Attributes:
        name: the base, for people: `Alpine`, `Debian 12 (bookworm)`, `scratch`.
        libc: its C library.
        release: the release of Debian or Ubuntu, if it is known.
        python: the minor version of CPython that it has (`3.12`); None if it has none or that is not known.
    """

    name: str
    libc: Libc
    release: Cycle | None = None
    python: str | None = None

    @property
    def has_libc(self) -> bool:
        """Whether there is any C library."""
        return self.libc is not Libc.NONE

    @property
    def is_glibc(self) -> bool:
        """Whether its C library is glibc."""
        return self.libc is Libc.GLIBC

    @property
    def glibc(self) -> int | None:
        """The minor version of glibc 2, if it is known."""
        return None if self.release is None else _GLIBC.get(self.release.product, {}).get(self.release.cycle)


def system_of(dockerfile: Dockerfile, stage: Stage, today: date) -> System | None:
    """Return what a stage stands on; None if its image is not known."""
    root = roots(dockerfile)[stage.index]
    if root.scratch:
        return System("scratch", Libc.NONE)
    if root.image is None or root.image.reference is None:
        return None
    system = system_of_image(root.image.reference, today)
    if system is None or system.python is not None or system.release is None:
        return system
    if not _installs_python(dockerfile, stage):
        return system
    python = _PYTHON.get(system.release.product, {}).get(system.release.cycle)
    return System(system.name, system.libc, system.release, python)


def system_of_image(reference: Reference, today: date) -> System | None:
    """Return what an image is; None if its name and tag do not tell."""
    name, tag = official_name(reference.name), reference.tag or ""
    if "/distroless/" in reference.name:
        return _distroless(reference.name)
    python = _python_of(tag, today) if name == "python" else None
    match family_of(reference):
        case Family.ALPINE:
            return System("Alpine", Libc.MUSL, python=python)
        case Family.DEBIAN:
            found = [each.component for each in assess(reference.name, tag, today=today)]
            release = next((each for each in found if each.product in _GLIBC), None)
            return System(release.title if release else "Debian", Libc.GLIBC, release, python)
        case _:
            return System(name, Libc.GLIBC) if name in _GLIBC_SYSTEMS else None


def _python_of(tag: str, today: date) -> str | None:
    """Return the minor version of a `python` tag; a tag that names none means the newest."""
    minor = re.match(r"3\.\d+", tag)
    if minor is not None or (tag[:1].isdecimal() and tag.partition("-")[0] != "3"):
        return minor[0] if minor is not None else None
    released = [each for each in cycles("python") if each.release is not None and each.release <= today]
    return released[-1].cycle if released else None


def _distroless(repository: str) -> System | None:
    match = re.fullmatch(_DISTROLESS, repository)
    if match is None:
        return None
    if match[1] == "static":
        return System("distroless/static", Libc.NONE)
    release = find("debian", match[2]) if match[2] else None
    python = _PYTHON["debian"].get(match[2] or "") if match[1] == "python3" else None
    return System(repository.removeprefix("gcr.io/"), Libc.GLIBC, release, python)


def _installs_python(dockerfile: Dockerfile, stage: Stage) -> bool:
    return any(
        word.text in {"python3", "python3-pip", "python3-minimal"}
        for level in levels(dockerfile, stage)
        for run in dockerfile.instructions("RUN", stage=level)
        if "python3" in run.span.text
        for step in steps_of(dockerfile, run)
        if step.is_system and step.action is Action.INSTALL
        for word in step.operands
    )
