"""The files that distributions publish, whatever somebody makes of them: packed, archived, cut off, endless."""

from __future__ import annotations

import gzip
import lzma
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.evidence.packages.versions import compare_dpkg
from dockwright.evidence.pocket import ids
from dockwright.evidence.pocket.changelog import fixes_between, read_changelog
from dockwright.evidence.pocket.deb import changelog_of
from dockwright.evidence.pocket.packed import pieces_of
from dockwright.evidence.pocket.release import read_release
from dockwright.evidence.pocket.secdb import read_secdb
from dockwright.evidence.pocket.stanzas import read_stanzas
from dockwright.evidence.unknown import Unreadable
from tests.support.mirrors.debian import deb

_MIB = 1024 * 1024


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
@given(data=st.binary(max_size=2000), times=st.integers(1, 300))
def test_whatever_is_packed_comes_out(pack: type[bytes], data: bytes, times: int) -> None:
    text = b"A" + data * times
    assert b"".join(pieces_of(pack(text), largest=len(text))) == text


def test_streams_of_xz_one_after_the_other() -> None:
    packed = lzma.compress(b"one ") + b"\0" * 8 + lzma.compress(b"two")
    assert b"".join(pieces_of(packed, largest=100)) == b"one two"


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_bombs_end_early(pack: type[bytes]) -> None:
    taken: list[int] = []
    pieces = pieces_of(pack(bytes(64 * _MIB)), largest=_MIB)
    with pytest.raises(Unreadable, match=r"it unpacks to more than 1,048,576 bytes"):
        taken.extend(len(piece) for piece in pieces)
    assert sum(taken) <= _MIB


def test_an_xz_that_wants_too_much_memory() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 512 * _MIB}]
    # A compressor for such a dictionary would take the memory itself, so the size in the header is changed:
    packed = bytearray(lzma.compress(b"x", filters=[{**filters[0], "dict_size": 4096}]))
    packed[12 + 4] = 34  # 512 MiB (The .xz File Format, 5.3.1)
    header = bytes(packed[12:20])
    packed[20:24] = _crc32(header)
    with pytest.raises(Unreadable, match="it is no valid xz"):
        list(pieces_of(bytes(packed), largest=100))


def _crc32(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")


@pytest.mark.parametrize("packing", ["xz", "gz", ""])
@pytest.mark.parametrize("native", [False, True])
def test_changelogs_in_packages(packing: str, native: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert changelog_of(deb("bash", "a changelog", native=native, packing=packing)) == "a changelog"


def test_a_package_without_one() -> None:
    assert changelog_of(deb("bash", None)) is None


@pytest.mark.parametrize("cut", [0, 4, 8, 30, 70, 200, -2])
def test_packages_that_break_off(cut: int) -> None:
    with pytest.raises(Unreadable):
        changelog_of(deb("bash", "text", packing="gz")[:cut])


@given(st.binary(max_size=300))
def test_anything_may_be_a_package(data: bytes) -> None:
    for start in (b"", b"!<arch>\n"):
        with pytest.raises(Unreadable):
            changelog_of(start + data)


@given(st.binary(max_size=500))
def test_anything_may_be_an_index(data: bytes) -> None:
    for start in (b"", b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"Date: Sat, 21 Nov 2026 00:53:02 UTC\nSHA256:\n"):
        with pytest.raises(Unreadable):
            read_release(start + data)
    with pytest.raises(Unreadable):
        read_secdb(data, frozenset())
    list(read_stanzas(iter((b"Package: a\n" + data,)), "x", names=frozenset("a"), sources=frozenset()))


def test_a_stanza_without_end() -> None:
    pieces = iter([b"Package: a\n"] + [b"x" * _MIB] * 3)
    with pytest.raises(Unreadable, match="it has a package with too long a description"):
        list(read_stanzas(pieces, "x", names=frozenset("a"), sources=frozenset()))


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_stanzas_are_the_same_wherever_they_are_cut(size: int) -> None:
    text = b"Package: a\nVersion: 1\n\nPackage: b\nSource: a\nVersion: 2\n\nPackage: c\nVersion: 3\n"
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    found = read_stanzas(pieces, "x", names=frozenset("a"), sources=frozenset("a"))
    assert [(each.name, each.version, each.source) for each in found] == [("a", "1", "a"), ("b", "2", "a")]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a//b", "pool/a b", "pool/a?b", "pool/./a", "a#b"])
def test_paths_that_are_none_are_left_out(path: str) -> None:
    text = f"Package: a\nVersion: 1\nFilename: {path}\nSize: 1\nSHA256: {'a' * 64}\n".encode()
    assert [each.path for each in read_stanzas(iter((text,)), "x", names=frozenset("a"), sources=frozenset())] == [""]


# --- changelogs -----------------------------------------------------------------------------------------------------


def entry(version: str, suites: str = "bookworm-security", more: str = "", urgency: str = "urgency=low") -> str:
    return (
        f"a ({version}) {suites}; {urgency}\n\n  * {more}\n\n -- A <a@b.invalid>  Sat, 21 Nov 2026 00:53:02 +0000\n\n"
    )


@given(
    st.lists(st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2})?(~rc1|\+deb12u[0-9])?", fullmatch=True), max_size=12, unique=True)
)
def test_what_is_between_two_versions(versions: list[str]) -> None:
    text = "".join(entry(version, more=f"CVE-2026-{1000 + number}") for number, version in enumerate(versions))
    entries = read_changelog(text)
    assert [each.version for each in entries] == versions
    for old in versions:
        for new in versions:
            wanted = {
                f"CVE-2026-{1000 + number}"
                for number, version in enumerate(versions)
                if compare_dpkg(old, version) < 0 and compare_dpkg(version, new) <= 0
            }
            assert set(fixes_between(entries, "a", old, new).identifiers) == wanted


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("", []),
        ("no changelog", []),
        (entry("1")[:-60], []),
        ("Old text at the end\n" + entry("1"), ["1"]),
        (entry("1") + "Local variables:\nmode: debian-changelog\n", ["1"]),
        (entry("1", urgency="urgency=HIGH, binary-only=yes"), ["1"]),
        (entry("1", suites="bookworm bookworm-security"), ["1"]),
        (entry("1 2"), []),
    ],
)
def test_changelogs_as_they_are(text: str, versions: list[str]) -> None:
    assert [each.version for each in read_changelog(text)] == versions


def test_urgency_and_suites() -> None:
    (found,) = read_changelog(entry("1", "bookworm bookworm-security", urgency="urgency=HIGH (x), binary-only=yes"))
    assert (found.urgency, found.suites) == ("high", ("bookworm", "bookworm-security"))
    (found,) = read_changelog(entry("1", urgency="urgency=extreme"))
    assert found.urgency == ""


@pytest.mark.parametrize(
    "text",
    [
        "a (" * 300_000,
        "a (1)" + " a" * 500_000,
        "a (1) a;" + "urgency=" * 100_000,
        "CVE-2026-" * 100_000,
        " -- >  " * 200_000,
    ],
)
def test_reading_takes_time_in_proportion(text: str) -> None:
    # What is quadratic would take hours here.
    assert len(read_changelog(f"{entry('1', more=text)}{text}\n{text}")) == 1
    assert ids.found(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CVE-2026-1234 (CVE-2026-12345678)", (["CVE-2026-1234", "CVE-2026-12345678"], [])),
        ("XCVE-2026-1234 CVE-2026-123 CVE-2026-1234x", ([], [])),
        ("GHSA-5qpq-xqfv-j9pg GHSA-aaaa-bbbb-cccc", (["GHSA-5qpq-xqfv-j9pg"], [])),
        ("DSA-5432-1, DLA-12-2 and USN-7000-1.", ([], ["DSA-5432-1", "DLA-12-2", "USN-7000-1"])),
    ],
)
def test_ids(text: str, found: tuple[list[str], list[str]]) -> None:
    assert ids.found(text) == found


def test_the_newest_ids_come_first() -> None:
    assert ids.newest_first({"CVE-2025-99999", "CVE-2026-2", "GHSA-x", "CVE-2026-10"}) == (
        "CVE-2026-10",
        "CVE-2026-2",
        "CVE-2025-99999",
        "GHSA-x",
    )
