"""secdb: which version of which source package fixes which vulnerability, as Alpine, Wolfi and Chainguard publish it.

Format: security.alpinelinux.org, `{"packages": [{"pkg": {"name": ..., "secfixes": {"3.3.2-r0": ["CVE-..."]}}}]}`.
Version `0` means that the package never was vulnerable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from dockwright.evidence.packages.versions import compare_apk
from dockwright.evidence.pocket import ids
from dockwright.evidence.pocket.model import Fixes
from dockwright.evidence.unknown import Unreadable

if TYPE_CHECKING:
    from datetime import date

_IDENTIFIER: Final = re.compile(r"[A-Z][A-Z0-9]{1,15}-[A-Za-z0-9][A-Za-z0-9-]{1,60}", re.ASCII)
_MOST: Final = 1_000  # versions of one package, or ids of one version
_NEVER: Final = "0"


class _Package(Struct):
    name: str
    secfixes: dict[str, list[str]] | None = None


class _Entry(Struct):
    pkg: _Package


class _Database(Struct):
    packages: list[_Entry]


Secdb = dict[str, dict[str, tuple[str, ...]]]
"""Ids, by source package and by the version that fixes them."""


def read_secdb(data: bytes, sources: frozenset[str]) -> Secdb:
    """Read what is known of these source packages.

    Raises:
        Unreadable: it is no such database.
    """
    try:
        database = msgspec.json.decode(data, type=_Database)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("the list of fixed vulnerabilities cannot be read") from None
    found: Secdb = {}
    for entry in database.packages:
        if entry.pkg.name in sources:
            versions = found.setdefault(entry.pkg.name, {})
            for version, texts in list((entry.pkg.secfixes or {}).items())[:_MOST]:
                versions[version] = (*versions.get(version, ()), *_identifiers(texts))
    return found


def _identifiers(texts: list[str]) -> tuple[str, ...]:
    """Return the ids; one text may be several: `CVE-2018-12891 XSA-264`."""
    words = [word for text in texts[:_MOST] for word in text[:1000].split()]
    return tuple(word for word in words if _IDENTIFIER.fullmatch(word))


def fixes_between(secdb: Secdb, source: str, old: str, new: str, *, since: date | None) -> Fixes:
    """Say what versions above `old`, up to and with `new`, fix; `since` is when `new` was built."""
    between = {
        identifier
        for version, identifiers in secdb.get(source, {}).items()
        if version != _NEVER and compare_apk(old, version) < 0 <= compare_apk(new, version)
        for identifier in identifiers
    }
    vulnerabilities = {each for each in between if each.startswith(("CVE-", "GHSA-"))}
    advisories = tuple(sorted(between - vulnerabilities))
    return Fixes(source, old, new, "secdb", ids.newest_first(vulnerabilities), advisories, since=since)
