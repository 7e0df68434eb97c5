"""Distributions' servers on loopback, with small repositories in their true formats.

double.py   the server: files by path, and a record of what was asked
debian.py   suites (`InRelease`, `Packages.xz`) and packages with changelogs
alpine.py   `APKINDEX.tar.gz` and secdb
redhat.py   `repomd.xml` and `updateinfo.xml`
"""

from __future__ import annotations

from tests.support.mirrors.double import MirrorDouble, mirror_double

__all__ = ["MirrorDouble", "mirror_double"]
