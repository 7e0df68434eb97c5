"""Suites of Debian and Ubuntu, and packages with changelogs, small but in the formats that their servers have."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import tarfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.mirrors.double import MirrorDouble


@dataclass(frozen=True)
class Deb:
    """A package that a suite offers; `source` as the field is written, `changelog` as it is in the package."""

    name: str
    version: str
    architecture: str = "amd64"
    source: str = ""
    changelog: str | None = None
    native: bool = False

    @property
    def path(self) -> str:
        return f"pool/main/{self.name}_{self.version.rpartition(':')[2]}_{self.architecture}.deb"

    @property
    def data(self) -> bytes:
        return deb(self.name, self.changelog, native=self.native)

    @property
    def stanza(self) -> str:
        source = f"Source: {self.source}\n" if self.source else ""
        return (
            f"Package: {self.name}\n{source}Version: {self.version}\nArchitecture: {self.architecture}\n"
            f"Description: one\n more: Version: 9\nFilename: {self.path}\nSize: {len(self.data)}\n"
            f"SHA256: {hashlib.sha256(self.data).hexdigest()}\n"
        )


@dataclass(frozen=True)
class Suite:
    """A suite, and what its `InRelease` says; a field that is empty is left out."""

    name: str = "bookworm-security"
    packages: Iterable[Deb] = ()
    suite: str = "oldstable-security"
    codename: str = "bookworm-security"
    date: str = "Sat, 21 Nov 2026 00:53:02 UTC"
    valid_until: str = "Sat, 28 Nov 2026 00:53:02 UTC"
    architectures: str = "amd64 arm64"
    components: str = "updates/main updates/contrib"
    by_hash: str = "yes"
    indexes: dict[str, bytes] = field(default_factory=dict)

    def put(self, server: MirrorDouble, mirror: str, **changes: str) -> None:
        """Write the suite to a server; `changes` are other values of the attributes above."""
        suite = replace(self, **changes)  # type: ignore[arg-type] # only texts are changed
        folder = f"{mirror}/dists/{suite.name}"
        for each in suite.packages:
            server.files[f"{mirror}/{each.path}"] = each.data
        files = {f"{path}/Packages.xz": lzma.compress(data) for path, data in suite.listed().items()} | suite.indexes
        server.files[f"{folder}/InRelease"] = suite.release(files).encode()
        for path, data in files.items():
            server.files[f"{folder}/{path}"] = data
            hashed = f"{path.rpartition('/')[0]}/by-hash/SHA256/{hashlib.sha256(data).hexdigest()}"
            server.files[f"{folder}/{hashed}"] = data

    def listed(self) -> dict[str, bytes]:
        found = {}
        for component in self.components.split():
            for architecture in self.architectures.split():
                wanted = [each for each in self.packages if each.architecture in {architecture, "all"}]
                stanzas = [each.stanza for each in wanted] if component.endswith("main") else []
                found[f"{component.rpartition('/')[2]}/binary-{architecture}"] = "\n".join(stanzas).encode()
        return found

    def release(self, files: dict[str, bytes]) -> str:
        lines = [
            f"{name}: {value}"
            for name, value in (
                ("Origin", "Debian"),
                ("Suite", self.suite),
                ("Codename", self.codename),
                ("Date", self.date),
                ("Valid-Until", self.valid_until),
                ("Acquire-By-Hash", self.by_hash),
                ("Architectures", self.architectures),
                ("Components", self.components),
            )
            if value
        ]
        sums = [f" {hashlib.sha256(data).hexdigest()} {len(data):8} {path}" for path, data in files.items()]
        body = "\n".join([*lines, "SHA256:", *sums])
        return (
            f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{body}\n"
            "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"
        )


def deb(name: str, changelog: str | None, *, native: bool = False, packing: str = "xz") -> bytes:
    """Make a package (deb(5)) that has this changelog, or a link in its place."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for folder in ("./", "./usr/", "./usr/share/", "./usr/share/doc/"):
            entry = tarfile.TarInfo(folder)
            entry.type = tarfile.DIRTYPE
            tar.addfile(entry)
        if changelog is None:
            entry = tarfile.TarInfo(f"./usr/share/doc/{name}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "another"
            tar.addfile(entry)
        else:
            files = {"copyright": b"free", "changelog.gz" if native else "changelog.Debian.gz": changelog.encode()}
            for file, text in files.items():
                data = _gzip(text) if file.endswith(".gz") else text
                entry = tarfile.TarInfo(f"./usr/share/doc/{name}/{file}")
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    packers: dict[str, Callable[[bytes], bytes]] = {"xz": lzma.compress, "gz": _gzip, "": bytes}
    data = packers[packing](stream.getvalue())
    suffix = f".{packing}" if packing else ""
    members = {"debian-binary": b"2.0\n", "control.tar.xz": lzma.compress(b"\0" * 1024), f"data.tar{suffix}": data}
    return b"!<arch>\n" + b"".join(_member(member, content) for member, content in members.items())


def _gzip(data: bytes) -> bytes:
    """Pack without the time, so that a package that is made twice has one digest."""
    return gzip.compress(data, mtime=0)


def _member(name: str, data: bytes) -> bytes:
    header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
    return header + data + b"\n" * (len(data) % 2)
