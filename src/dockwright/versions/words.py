"""The words of tags: small tables of what publishers write, and what it stands for.

What is not here is taken literally, which is the careful side: a word or number that is not understood must stay.
"""

from __future__ import annotations

import re

SYSTEMS = {
    "al": "amazonlinux",
    "alma": "almalinux",
    "almalinux": "almalinux",
    "alpine": "alpine",
    "amazonlinux": "amazonlinux",
    "azurelinux": "",
    "centos": "centos",
    "debian": "debian",
    "el": "",
    "fedora": "fedora",
    "leap": "",
    "mariner": "",
    "ol": "oraclelinux",
    "oraclelinux": "oraclelinux",
    "photon": "",
    "rhel": "",
    "rocky": "rockylinux",
    "rockylinux": "rockylinux",
    "stream": "",
    "ubi": "",
    "ubuntu": "ubuntu",
}
"""What stands before an operating system's version (`alpine3.20`, `debian-12`), with its product in `lifecycle`."""

TOOLCHAINS = frozenset(
    """
    amazoncorretto corretto cuda cudnn dotnet erlang go golang graalvm hadoop hotspot ibmjava java jdk jre jruby kafka
    liberica llvm lua mariadb mysql nanoserver node nodejs openj9 openjdk otp perl pg php postgres postgresql pypy
    python r rocm ruby rust sapmachine scala semeru spark temurin windowsservercore zulu
""".split()
)
"""Words whose number is the version of what the image is built with or on, not its own, wherever it stands.

Windows is among them: its version must be that of the machine that runs the container, which no tag tells.
"""

STAGES = {
    "dev": 0,
    "snapshot": 0,
    "nightly": 0,
    "canary": 0,
    "a": 1,
    "alpha": 1,
    "b": 2,
    "beta": 2,
    "m": 3,
    "milestone": 3,
    "pre": 4,
    "preview": 4,
    "ea": 5,
    "c": 6,
    "cr": 6,
    "rc": 6,
}
"""How near to its release a pre-release is. The order is that of PEP 440, with the words of Java and .NET between."""

FINAL = 9
"""The stage of what is no pre-release."""

_NUMBERED_ONLY = ("dev", "nightly", "canary", "a", "b", "m", "c")  # `3.12-dev` is a kind of image, `1.0-dev.3` is not
_LETTERS = ("a", "b", "c", "m")
_WORDS = "|".join(sorted(STAGES, key=len, reverse=True))
_LONG_WORDS = "|".join(word for word in _WORDS.split("|") if word not in _LETTERS)
STAGE = re.compile(rf"((?i:{_LONG_WORDS})|M)[._]?(\d*(?:\.\d+)*)", re.ASCII)
"""A pre-release in a part of its own. A lone letter other than Java's milestones is none: `-b06` is a build."""
NUMBERED_STAGE = re.compile(rf"((?i:{_LONG_WORDS}))[._]?(\d+(?:\.\d+)*)", re.ASCII)
"""A pre-release behind another word: `18.06.0-ce-rc3`."""
GLUED_STAGE = re.compile(rf"[._]?((?i:{_WORDS}))[._]?(\d*(?:\.\d+)*)", re.ASCII)
"""A pre-release behind the version's last number."""

BUILD = re.compile(r"(b|build|ce|ee|eksbuild|gke|k3s|ls|p|r|rev|rke2r|u|CU|GDR)(\.?)(\d+(?:\.\d+)*)", re.ASCII)
"""A publisher's own count of builds of one release: `-b06` (OpenJDK), `-r14` (Bitnami), `-CU14` (SQL Server)."""

SYSTEM = re.compile(rf"({'|'.join(SYSTEMS)})(\d+(?:\.\d+)*)", re.ASCII)
NUMBER = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\.\d+)*", re.ASCII)
WRITTEN_DATE = re.compile(
    r"((?:[A-Za-z]+\.)?)((?:19|20)\d\d)([-.])(0[1-9]|1[0-2])\3(0[1-9]|[12]\d|3[01])(?:T(\d\d)-(\d\d)-(\d\d)Z)?(?![\d.])",
    re.ASCII,
)
"""A day as ISO 8601 writes it, as far as a tag can: `2024-09-04`, `2024.09.04`, `RELEASE.2024-06-11T03-13-09Z`."""

HEAD = re.compile(r"([A-Za-z]?)(\d+(?:\.\d+)*)(.*)", re.ASCII)
HASH = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,64}", re.ASCII)


def stage_of(word: str, number: str) -> tuple[int, ...] | None:
    """Return a pre-release's rank and numbers, which sort; None where a number is missing that makes it one."""
    name = word.lower()
    if not number and name in _NUMBERED_ONLY:
        return None
    return (STAGES[name], *(int(part) for part in number.split(".") if part))
