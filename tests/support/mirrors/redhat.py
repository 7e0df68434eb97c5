"""Repositories of rpm families: `repomd.xml`, and `updateinfo.xml` with advisories."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.mirrors.double import MirrorDouble

MADE = 1795000000
"""When lists were made, in seconds since 1970: 18 November 2026."""


@dataclass(frozen=True)
class Update:
    """An advisory; `packages` are files (`openssl-1:3.0.7-27.el9.x86_64`), and `source` is the one of their source."""

    id: str
    packages: Iterable[str]
    source: str
    type: str = "security"
    severity: str = "Important"
    cves: Iterable[str] = ()
    issued: str = "2026-11-10 00:00:00"
    module: str = ""

    @property
    def xml(self) -> str:
        cves = "".join(f'<reference href="x" id="{each}" type="cve" title="{each}"/>' for each in self.cves)
        packages = "".join(_package(each, self.source) for each in self.packages)
        module = (
            f'<module name="{self.module}" stream="1" version="8" context="c" arch="x86_64"/>' if self.module else ""
        )
        return (
            f'<update from="a@b.invalid" status="final" type="{self.type}" version="3"><id>{self.id}</id>'
            f'<title>T &amp; more</title><issued date="{self.issued}"/><severity>{self.severity}</severity>'
            f'<references>{cves}</references><pkglist><collection short="r"><name>r</name>{module}{packages}'
            "</collection></pkglist></update>"
        )


def _package(file: str, source: str) -> str:
    name, version, rest = file.rsplit("-", 2)
    release, _, arch = rest.rpartition(".")
    epoch, colon, upstream = version.partition(":")
    epoch, upstream = (epoch, upstream) if colon else ("0", version)
    return (
        f'<package name="{name}" version="{upstream}" release="{release}" epoch="{epoch}" arch="{arch}" src="{source}">'
        f"<filename>{file}.rpm</filename></package>"
    )


def put_repository(server: MirrorDouble, folder: str, *updates: Update, made: int = MADE, xml: bytes = b"") -> None:
    """Write a repository to a server; `xml` is another list of advisories than these."""
    text = xml or f'<?xml version="1.0"?>\n<updates>{"".join(each.xml for each in updates)}</updates>'.encode()
    data = gzip.compress(text, mtime=0)
    digest = hashlib.sha256(data).hexdigest()
    path = f"repodata/{digest}-updateinfo.xml.gz"
    server.files[f"{folder}/{path}"] = data
    server.files[f"{folder}/repodata/repomd.xml"] = (
        '<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1</revision>'
        f'<data type="primary"><checksum type="sha256">{"a" * 64}</checksum><location href="repodata/primary.xml.gz"/>'
        f"<timestamp>{made}</timestamp></data>"
        f'<data type="updateinfo"><checksum type="sha256">{digest}</checksum>'
        f'<open-checksum type="sha256">{"b" * 64}</open-checksum><location href="{path}"/>'
        f"<timestamp>{made}</timestamp><size>{len(data)}</size></data></repomd>"
    ).encode()
