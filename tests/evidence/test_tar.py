"""The tar walker, against Python's own."""

from __future__ import annotations

import io
import tarfile
from contextlib import suppress
from itertools import repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.layer import clean
from dockwright.evidence.tar import Tar, Type
from dockwright.evidence.unknown import Unreadable
from tests.support.images import Link, tar_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.evidence.tar import Entry

TYPES = {
    tarfile.REGTYPE: Type.FILE,
    tarfile.AREGTYPE: Type.FILE,
    tarfile.CONTTYPE: Type.FILE,
    tarfile.DIRTYPE: Type.DIRECTORY,
    tarfile.SYMTYPE: Type.SYMLINK,
    tarfile.LNKTYPE: Type.HARD_LINK,
    tarfile.CHRTYPE: Type.OTHER,
    tarfile.BLKTYPE: Type.OTHER,
    tarfile.FIFOTYPE: Type.OTHER,
    tarfile.GNUTYPE_SPARSE: Type.SPARSE,
}
LINKS = {Type.SYMLINK, Type.HARD_LINK}


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def walked(data: bytes, *, piece: int = 1000, most: int = 100_000) -> list[Entry]:
    return list(Tar(pieces(data, piece), entries=most))


def walked_with_contents(data: bytes, *, piece: int = 1000) -> list[tuple[bytes, Type, bytes, bytes]]:
    tar = Tar(pieces(data, piece), entries=100_000)
    return [
        (entry.name, entry.type, entry.link, tar.contents(1 << 20) if entry.type is Type.FILE else b"") for entry in tar
    ]


# --- the oracle -------------------------------------------------------------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120).map(
    lambda name: name.strip("/") or "x"
) | st.integers(90, 400).map(lambda length: "/".join(["d" * 9] * (length // 10)) + "/é")


def contents_of(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(info) if info.isreg() else None
    return file.read() if file else b""


@st.composite
def infos(draw: st.DrawFn) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(draw(NAMES))
    # AREGTYPE: Python takes a file for a directory if its name happens to be cut behind a slash.
    info.type = draw(st.sampled_from(sorted(TYPES.keys() - {tarfile.GNUTYPE_SPARSE, tarfile.AREGTYPE})))
    info.mtime = draw(st.integers(-(2**40), 2**40) | st.floats(0, 2**33))
    info.mode, info.uid = draw(st.integers(0, 0o7777)), draw(st.integers(0, 2**40))
    data = b""
    if info.isreg():
        data = draw(st.binary(max_size=1200))
        info.size = len(data)
    elif info.issym() or info.islnk():
        info.linkname = draw(NAMES)
    return info, data


@given(
    st.lists(infos(), max_size=8),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    st.integers(1, 3000) | st.just(1 << 20),
    st.booleans(),
)
def test_as_python_reads_it(
    entries: list[tuple[tarfile.TarInfo, bytes]],
    format_: int,
    piece: int,
    ended: bool,  # noqa: FBT001 - Hypothesis fills them
) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format_, encoding="utf-8") as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
        end = archive.offset
    written = buffer.getvalue() if ended else buffer.getvalue()[:end]
    with tarfile.open(fileobj=io.BytesIO(buffer.getvalue()), encoding="utf-8") as archive:
        told = [
            (
                clean(info.name.encode("utf-8", "surrogateescape")),
                TYPES[info.type],
                info.linkname.encode("utf-8", "surrogateescape") if TYPES[info.type] in LINKS else b"",
                contents_of(archive, info),
            )
            for info in archive
        ]
    assert [(clean(name), *rest) for name, *rest in walked_with_contents(written, piece=piece)] == told


def test_ustar_names_in_two_fields() -> None:
    name = "/".join(["folder"] * 30)
    assert walked(tar_of({name: "x"}, format_=tarfile.USTAR_FORMAT))[0].name == name.encode()


# --- what Python does not write ---------------------------------------------------------------------------------------


def header(
    name: bytes = b"a", size: bytes = b"0", kind: bytes = b"0", magic: bytes = b"ustar\x0000", **at: bytes
) -> bytes:
    """Write a header; further keywords are `at_OFFSET=bytes`."""
    block = bytearray(512)
    for offset, value in {0: name, 124: size, 156: kind, 257: magic, 148: b" " * 8}.items():
        block[offset : offset + len(value)] = value
    for key, value in at.items():
        offset = int(key.removeprefix("at_"))
        block[offset : offset + len(value)] = value
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def pax(*records: bytes, kind: bytes = b"x") -> bytes:
    data = b""
    for record in records:
        length = len(record) + 2
        while len(b"%d %s\n" % (length, record)) != length:
            length += 1
        data += b"%d %s\n" % (length, record)
    return header(b"pax", b"%o" % len(data), kind) + padded(data)


END = bytes(1024)
LARGE = (1 << 33).to_bytes(12, "big")


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"", []),
        (END, []),
        (END + b"what follows the end is not looked at", []),
        (header(b"a") + bytes(512), [b"a"]),
        (header(b"a", b"5") + b"12345", [b"a"]),
        (header(b"./a") + header(b"/b") + END, [b"./a", b"/b"]),
        # Sizes of what has no contents mean nothing.
        (header(b"d/", b"1000", b"5") + header(b"l", b"1000", b"2") + header(b"b") + END, [b"d/", b"l", b"b"]),
        (header(b"old/", b"1000", b"\0") + header(b"b") + END, [b"old/", b"b"]),
        # GNU's headers have other things where ustar has the prefix.
        (header(b"a", magic=b"ustar  \0", at_345=b"14000000000") + END, [b"a"]),
        (header(b"a", at_345=b"p") + END, [b"p/a"]),
        (pax(b"path=long") + header(b"a") + header(b"b") + END, [b"long", b"b"]),
        (pax(b"path=for all", kind=b"g") + header(b"a") + END, [b"a"]),
        (pax(b"size=3") + header(b"a", b"1000") + padded(b"xyz") + header(b"b") + END, [b"a", b"b"]),
        (header(b"L", b"5", b"L") + padded(b"longa") + header(b"a") + END, [b"longa"]),
        (header(b"c", b"3", b"9") + padded(b"xyz") + header(b"b") + END, [b"c", b"b"]),
        (header(b"a", bytes([0x80]) + (3).to_bytes(11, "big")) + padded(b"xyz") + header(b"b") + END, [b"a", b"b"]),
    ],
)
def test_names(data: bytes, names: list[bytes]) -> None:
    for piece in (1, 511, 512, 513, 1 << 20):
        assert [entry.name for entry in walked(data, piece=piece)] == names


def test_sparse_files() -> None:
    more = bytearray(512)
    more[504] = 1
    old = header(b"old", b"3", b"S", at_482=b"\1") + bytes(more) + bytes(512) + padded(b"xyz")
    new = pax(b"GNU.sparse.major=1", b"GNU.sparse.name=new", b"path=GNUSparseFile.0/new") + header(b"a", b"3")
    found = walked(old + new + padded(b"xyz") + header(b"b") + END)
    assert [(entry.name, entry.type) for entry in found] == [
        (b"old", Type.SPARSE),
        (b"new", Type.SPARSE),
        (b"b", Type.FILE),
    ]


WRONG = bytes([header()[148] ^ 1])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no archive at all", "no valid tar"),
        (b"x" * 4096, "no valid tar"),
        (header()[:148] + WRONG + header()[149:] + END, "no valid tar"),
        (header()[:300], "no valid tar"),
        (bytes(512) + header(), "no valid tar"),
        (header(b"a", b"12x"), "no valid tar"),
        (header(b"a", b"0o7"), "no valid tar"),
        (header(b"a", b"1_0"), "no valid tar"),
        (header(b"a", b"-1"), "no valid tar"),
        (header(b"a", b"9"), "no valid tar"),
        (header(b"a", b"\xff" * 12), "no valid tar"),
        (header(b"a", b"\x80" + b"\x7f" * 11), "no valid tar"),
        (pax(b"size=-1") + header() + END, "no valid tar"),
        (pax(b"size=1e3") + header() + END, "no valid tar"),
        (header(b"p", b"4", b"x") + padded(b"99 a") + header(), "no valid tar"),
        (header(b"p", b"4", b"x") + padded(b"0 a=") + header(), "no valid tar"),
        (header(b"p", b"4", b"x") + padded(b"2 =\n") + header(), "no valid tar"),
        (header(b"a", b"7777") + b"short", "breaks off"),
        (header(b"a", bytes([0x80]) + LARGE[1:]) + b"short", "breaks off"),
        (header(b"a", b"777", b"L") + b"short", "breaks off"),
        (header(b"a", b"0", b"S", at_482=b"\1"), "breaks off"),
        (header(b"a", b"77777777777", b"L"), "too long to be meant"),
        (header(b"a", b"77777777777", b"x"), "too long to be meant"),
        (header(b"a", b"77777777777", b"g"), "too long to be meant"),
    ],
)
def test_broken_archives(data: bytes, reason: str) -> None:
    for piece in (1, 512, 1 << 20):
        with pytest.raises(Unreadable, match=reason):
            walked(data, piece=piece)


def test_an_archive_without_end_of_headers() -> None:
    """Headers that only announce another count, too: these never come to a file."""
    for block in (header(), header(b"g", b"0", b"g"), header(b"L", b"0", b"L")):
        endless = repeat(block)
        with pytest.raises(Unreadable, match="more than 50 files"):
            list(Tar(endless, entries=50))


def test_contents_are_given_once_and_only_if_they_are_not_too_large() -> None:
    tar = Tar(iter([tar_of({"a": "12345", "b": "67"})]), entries=10)
    entries = iter(tar)
    next(entries)
    with pytest.raises(Unreadable, match="more than 4 bytes"):
        tar.contents(4)
    assert tar.contents(5) == b"12345"
    assert tar.contents(5) == b""
    assert next(entries).name == b"b"


def test_links_and_devices() -> None:
    files = {"s": Link("symlink", "../t"), "h": Link("hard link", "s"), "d": Link("device"), "p": Link("pipe")}
    found = [(entry.name, entry.type, entry.link) for entry in walked(tar_of(files))]
    assert found == [
        (b"s", Type.SYMLINK, b"../t"),
        (b"h", Type.HARD_LINK, b"s"),
        (b"d", Type.OTHER, b""),
        (b"p", Type.OTHER, b""),
    ]


@given(st.binary(max_size=2000), st.integers(1, 600))
def test_anything_is_read_or_refused(data: bytes, piece: int) -> None:
    for whole in (data, header(b"a", b"0", b"x") + data, padded(tar_of({"a": "b"})[:1024]) + data):
        with suppress(Unreadable):
            assert len(walked(whole, piece=piece)) <= len(whole) // 512


# --- where an entry is unpacked to ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"a/b", "a/b"),
        (b"a/b/", "a/b"),
        (b"./a/b", "a/b"),
        (b"/a/b", "a/b"),
        (b"//a//b", "a/b"),
        (b"a/./b", "a/b"),
        (b"a/../b", "b"),
        (b"../../a", "a"),
        (b"a/b/../../../c", "c"),
        (b"./", ""),
        (b"", ""),
        (b"a/.wh.b", "a/.wh.b"),
        (b".wh.b", ".wh.b"),
        (b"a/..b", "a/..b"),
        (b"\xff", "\udcff"),
    ],
)
def test_clean(name: bytes, path: str) -> None:
    assert clean(name) == path
