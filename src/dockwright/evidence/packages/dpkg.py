"""dpkg's databases: one file of stanzas (`status`), or, in distroless images, a file for each package (`status.d/*`).

The format is that of deb-control(5); which states mean that a package is there is in dpkg(1), "Package states".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dockwright.evidence.packages.model import Package

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD: Final = re.compile(rb"^(Package|Status|Architecture|Source|Version):(.*)$", re.MULTILINE | re.IGNORECASE)
_STANZA: Final = re.compile(rb"\n(?:[ \t\r]*\n)+")
_NOT_THERE: Final = frozenset({"not-installed", "config-files", "half-installed"})


def read(data: bytes) -> Iterator[Package]:
    """Yield the packages that are unpacked or installed; a stanza that names no package or version is left out."""
    for stanza in _stanzas(data):
        fields = {name.lower(): value.strip().decode("utf-8", "replace") for name, value in _FIELD.findall(stanza)}
        name, version = fields.get(b"package", ""), fields.get(b"version", "")
        if name and version and fields.get(b"status", "").rpartition(" ")[2] not in _NOT_THERE:
            yield _package(name, version, fields)


def _stanzas(data: bytes) -> Iterator[bytes]:
    start = 0
    for gap in _STANZA.finditer(data):
        yield data[start : gap.start()]
        start = gap.end()
    yield data[start:]


def _package(name: str, version: str, fields: dict[bytes, str]) -> Package:
    """Make a package; `Source: glibc (2.36-9)` is there only where name or version differ."""
    source, opened, rest = fields.get(b"source", "").partition(" (")
    source_version = rest.rstrip(") ") if opened else version
    return Package(name, version, fields.get(b"architecture", ""), source.strip() or name, source_version)
