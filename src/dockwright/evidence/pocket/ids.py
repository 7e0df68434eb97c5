"""Ids of vulnerabilities and advisories, found in texts of distributions."""

from __future__ import annotations

import re
from typing import Final

_ID: Final = re.compile(
    r"(?<![\w-])(?:"
    r"(?P<vulnerability>CVE-[0-9]{4}-[0-9]{4,12}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})"
    r"|(?:DSA|DLA)-[0-9]{1,6}(?:-[0-9]{1,3})?|USN-[0-9]{1,6}(?:-[0-9]{1,3})?"
    r")(?![\w])",
    re.ASCII,
)
_ADVISORY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII)
_CVE: Final = re.compile(r"CVE-([0-9]+)-([0-9]+)", re.ASCII)


def found(text: str) -> tuple[list[str], list[str]]:
    """Return the ids of vulnerabilities (CVE, GHSA) in a text, and those of Debian's and Ubuntu's advisories."""
    vulnerabilities: list[str] = []
    advisories: list[str] = []
    for match in _ID.finditer(text):
        (vulnerabilities if match["vulnerability"] else advisories).append(match[0])
    return vulnerabilities, advisories


def is_advisory(text: str) -> bool:
    """Tell whether a text may be the id of an advisory: `ALSA-2026:1234`, `FEDORA-2026-0a1b2c3d4e`."""
    return _ADVISORY.fullmatch(text) is not None


def newest_first(identifiers: set[str]) -> tuple[str, ...]:
    """Sort ids: CVEs by year and number, the newest first, then others."""
    return tuple(sorted(identifiers, key=_key))


def _key(identifier: str) -> tuple[int, int, str]:
    match = _CVE.fullmatch(identifier)
    return (-int(match[1]), -int(match[2]), "") if match else (1, 0, identifier)
