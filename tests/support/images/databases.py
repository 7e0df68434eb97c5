"""Package databases, written as their systems write them."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def dpkg_status(*packages: tuple[str, ...]) -> str:
    """Write dpkg's `status`, given (name, version[, source[, architecture]])."""
    return "\n".join(_dpkg_stanza(*package) for package in packages)


def _dpkg_stanza(name: str, version: str, source: str = "", architecture: str = "amd64") -> str:
    origin = f"Source: {source}\n" if source else ""
    return (
        f"Package: {name}\nStatus: install ok installed\nPriority: optional\nInstalled-Size: 10\n"
        f"Maintainer: Nobody <nobody@example.org>\nArchitecture: {architecture}\n{origin}Version: {version}\n"
        f"Depends: libc6 (>= 2.34)\nDescription: {name}\n Package: not a field, as it is indented.\n .\n More.\n"
    )


def apk_installed(*packages: tuple[str, str, str]) -> str:
    """Write apk's `installed`, given (name, version, origin)."""
    return "".join(
        f"C:Q1{'A' * 27}=\nP:{name}\nV:{version}\nA:x86_64\nS:1024\nI:4096\nT:{name} package\nU:https://example.org/\n"
        f"L:MIT\no:{origin}\nm:Nobody <nobody@example.org>\nt:1700000000\nc:{'0' * 40}\nD:so:libc.musl-x86_64.so.1\n"
        f"p:cmd:{name}={version}\nF:usr/bin\nR:{name}\na:0:0:755\nZ:Q1{'B' * 27}=\n\n"
        for name, version, origin in packages
    )


# --- rpm --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rpm:
    """A package of rpm."""

    name: str
    version: str
    release: str
    source: str = ""
    epoch: int | None = None
    architecture: str = "x86_64"
    filler: int = 0


def rpm_header(package: Rpm) -> bytes:
    """Write a package's header, with other tags around those that matter."""
    source = package.source or f"{package.name}-{package.version}-{package.release}.src.rpm"
    tags: list[tuple[int, int, int, bytes]] = [
        (1000, 6, 1, package.name.encode() + b"\0"),
        (1001, 6, 1, package.version.encode() + b"\0"),
        (1002, 6, 1, package.release.encode() + b"\0"),
        (1004, 9, 1, b"Summary\0"),
        (1022, 6, 1, package.architecture.encode() + b"\0"),
        (1044, 6, 1, source.encode() + b"\0"),
        (1117, 8, 2, b"one\0two\0" + bytes(package.filler)),
    ]
    if package.epoch is not None:
        tags.insert(3, (1003, 4, 1, package.epoch.to_bytes(4, "big")))
    index, data = b"", b""
    for tag, kind, count, value in tags:
        data += bytes(-len(data) % 4 if kind == 4 else 0)
        index += struct.pack(">iIiI", tag, kind, len(data), count)
        data += value
    return struct.pack(">II", len(tags), len(data)) + index + data


def sqlite_database(headers: Iterable[bytes]) -> bytes:
    """Write `rpmdb.sqlite`, which says that it has a write-ahead log, as rpm leaves it."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)")
    database.executemany("INSERT INTO Packages (blob) VALUES (?)", ((header,) for header in headers))
    database.commit()
    data = bytearray(database.serialize())
    database.close()
    data[18:20] = b"\2\2"
    return bytes(data)


def ndb_database(headers: Sequence[bytes]) -> bytes:
    """Write `Packages.db` (rpm, lib/backend/ndb/rpmpkg.c), with a free slot and a stale blob before the packages."""
    slots = struct.pack("<4sIII", b"Slot", 0, 0, 0)
    blobs, at = _ndb_blob(99, b"stale" * 20), 4096 // 16
    at += len(blobs) // 16
    for number, header in enumerate(headers, 1):
        blob = _ndb_blob(number, header)
        slots += struct.pack("<4sIII", b"Slot", number, at, len(blob) // 16)
        blobs += blob
        at += len(blob) // 16
    slots += struct.pack("<4sIII", b"Slot", 0, 0, 0) * ((4096 - 32 - len(slots)) // 16)
    return struct.pack("<4sIIII12x", b"RpmP", 0, 7, 1, len(headers) + 1) + slots + blobs


def _ndb_blob(number: int, header: bytes) -> bytes:
    start = struct.pack("<4sIII", b"BlbS", number, 1_700_000_000, len(header)) + header
    start += bytes(-(len(start) + 12) % 16)
    return start + struct.pack("<II4s", zlib.adler32(start), len(header), b"BlbE")


def berkeley_table(headers: Sequence[bytes], *, order: str = "<", page_size: int = 4096) -> bytes:
    """Write `Packages` (Berkeley DB, src/dbinc/db_page.h): one hash page, and overflow pages for what is long."""
    values = [struct.pack(f"{order}I", len(headers)), *headers]
    pages: list[bytes] = []
    items: list[bytes] = []
    for number, value in enumerate(values):
        items.append(b"\1" + struct.pack(f"{order}I", number))
        if len(value) < page_size // 8:
            items.append(b"\1" + value)
        else:
            items.append(struct.pack(f"{order}B3xII", 3, 2 + len(pages), len(value)))
            pages += _overflow_pages(value, 2 + len(pages), order, page_size)
    meta = struct.pack(f"{order}8xIIIIBBBxII", 0, 0x061561, 9, page_size, 0, 8, 0, 0, 1 + len(pages))
    return b"".join([meta.ljust(page_size, b"\0"), _hash_page(items, order, page_size), *pages])


def _hash_page(items: list[bytes], order: str, page_size: int) -> bytes:
    places, end, data = [], page_size, b""
    for item in items:
        end -= len(item)
        places.append(end)
        data = item + data
    header = struct.pack(f"{order}8xIIIHHBB", 1, 0, 0, len(items), end, 0, 13)
    index = struct.pack(f"{order}{len(places)}H", *places)
    return header + index + bytes(page_size - len(header) - len(index) - len(data)) + data


def _overflow_pages(value: bytes, first: int, order: str, page_size: int) -> list[bytes]:
    room = page_size - 26
    parts = [value[at : at + room] for at in range(0, len(value), room)]
    pages = []
    for number, part in enumerate(parts):
        following = first + number + 1 if number + 1 < len(parts) else 0
        header = struct.pack(f"{order}8xIIIHHBB", first + number, 0, following, 1, len(part), 0, 7)
        pages.append((header + part).ljust(page_size, b"\0"))
    return pages
