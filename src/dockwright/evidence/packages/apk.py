"""The database of apk-tools (Alpine, Wolfi, Chainguard): `lib/apk/db/installed`.

Records of lines `letter:value`, an empty line between them (apk-package(5); apk-tools, src/database.c). Letters have a
case: `P` is the name of a package, `p` what it provides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.evidence.packages.model import Package

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(data: bytes) -> Iterator[Package]:
    """Yield the installed packages; a record that names no package or version is left out."""
    fields: dict[bytes, str] = {}
    for line in [*data.split(b"\n"), b""]:
        if line[:2] in {b"P:", b"V:", b"A:", b"o:"}:
            fields[line[:1]] = line[2:].decode("utf-8", "replace").strip()
        elif not line.strip():
            name, version = fields.get(b"P", ""), fields.get(b"V", "")
            if name and version:
                yield Package(name, version, fields.get(b"A", ""), fields.get(b"o") or name, version)
            fields = {}
