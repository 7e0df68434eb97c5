"""Repositories of Alpine, and what Wolfi and Chainguard publish in the same way."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT = 1795000000
"""When packages were built, in seconds since 1970: 18 November 2026."""


def apkindex(*packages: tuple[str, str, str], built: int | None = BUILT) -> bytes:
    """Make an index of packages: name, version, origin. It is two gzip members, as apk's own (apk-package(5))."""
    date = "" if built is None else f"t:{built}\n"
    records = [
        f"C:Q1abc=\nP:{name}\nV:{version}\nA:x86_64\nS:10\nT:P:{name}\nL:MIT\no:{origin}\nm:A B <a@b.invalid>\n{date}"
        for name, version, origin in packages
    ]
    return _member(".SIGN.RSA.test.rsa.pub", b"signature", whole=False) + _member(
        "APKINDEX", "\n".join([*records, ""]).encode(), whole=True
    )


def _member(name: str, data: bytes, *, whole: bool) -> bytes:
    """Make a gzip member with a tar archive; one that is not whole lacks the blocks that end an archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    blocks = 512 + (len(data) + 511) // 512 * 512
    return gzip.compress(stream.getvalue() if whole else stream.getvalue()[:blocks], mtime=0)


def secdb(packages: Mapping[str, Mapping[str, list[str]]]) -> bytes:
    """Make a database of fixed vulnerabilities."""
    found = [{"pkg": {"name": name, "secfixes": fixes}} for name, fixes in packages.items()]
    return json.dumps(
        {"apkurl": "{{urlprefix}}/x", "archs": ["x86_64"], "reponame": "main", "packages": found}
    ).encode()
