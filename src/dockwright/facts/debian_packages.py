"""Packages of Debian that only some of its releases have, because their name holds a version or they were given up.

By the archive's own lists, read 2026-11. Only such names are listed as people install and whose
releases are certain; a name that the archive carries on under another one (`libssl3`, `libpng16-16`) is not.
"""

from __future__ import annotations

import re
from functools import cache

_RELEASES = ("9", "10", "11", "12", "13")

# A pattern for a whole name, and the releases that have it.
_ONLY = (
    (r"openjdk-8-.+", "9"),
    (r"openjdk-11-.+", "10 11"),
    (r"openjdk-17-.+", "11 12"),
    (r"openjdk-2[15]-.+", "13"),
    (r"(?:postgresql|postgresql-client|postgresql-server-dev)-11", "10"),
    (r"(?:postgresql|postgresql-client|postgresql-server-dev)-13", "11"),
    (r"(?:postgresql|postgresql-client|postgresql-server-dev)-15", "12"),
    (r"(?:postgresql|postgresql-client|postgresql-server-dev)-17", "13"),
    (r"php7\.3(?:-.+)?", "10"),
    (r"php7\.4(?:-.+)?", "11"),
    (r"php8\.2(?:-.+)?", "12"),
    (r"php8\.4(?:-.+)?", "13"),
    (r"(?:lib)?python3\.7(?:-.+)?", "10"),
    (r"(?:lib)?python3\.9(?:-.+)?", "11"),
    (r"(?:lib)?python3\.11(?:-.+)?", "12"),
    (r"(?:lib)?python3\.13(?:-.+)?", "13"),
    (r"libssl1\.1", "9 10 11"),
    (r"libicu57", "9"),
    (r"libicu63", "10"),
    (r"libicu67", "11"),
    (r"libicu72", "12"),
    (r"libicu76", "13"),
    (r"libffi6", "9 10"),
    (r"libffi7", "11"),
    (r"libtiff5", "9 10 11"),
    (r"libwebp6", "9 10 11"),
    (r"libldap-2\.4-2", "9 10 11"),
    (r"libldap-2\.5-0", "12"),
    (r"libprotobuf17", "10"),
    (r"libprotobuf23", "11"),
    (r"libprotobuf32", "12"),
    (r"libavcodec58", "10 11"),
    (r"libavcodec59", "12"),
    (r"libavcodec61", "13"),
    (r"libgdal28", "11"),
    (r"libgdal32", "12"),
    (r"libgdal36", "13"),
    (r"libboost-.+1\.67\.0", "10"),
    (r"libboost-.+1\.74\.0", "11 12"),
    (r"libboost-.+1\.83\.0", "13"),
    (r"(?:clang|llvm)-1[45]", "12"),
    (r"(?:clang|llvm)-1[78]", "13"),
    (r"libgl1-mesa-glx", "9 10 11 12"),
    (r"software-properties-common", "9 10 11 12"),
    (r"python3-distutils", "10 11 12"),
)


@cache
def releases_with(package: str) -> tuple[str, ...] | None:
    """Return the releases of Debian (`11`, `12`) that have a package; None if it is not one that is listed."""
    for pattern, releases in _ONLY:
        if re.fullmatch(pattern, package):
            return tuple(each for each in _RELEASES if each in releases.split())
    return None
