"""Images of every format, made in memory: archives, packings, package databases, and how they lie upon each other.

    image = made_image([{"var/lib/dpkg/status": dpkg_status(("libssl3", "3.0.1-1", "openssl"))}], pack=gzipped)
    digest = registry.push_image("library/debian", "12", image=image)       # of tests.support.registry

A layer is a mapping of paths to contents: text or bytes for a file, None for a directory, `Link("symlink", target)`.
Bytes instead of the mapping are an archive as it is. `layers.py` has the packings, `databases.py` the databases.
"""

from __future__ import annotations

from tests.support.images.databases import (
    Rpm,
    apk_installed,
    berkeley_table,
    dpkg_status,
    ndb_database,
    rpm_header,
    sqlite_database,
)
from tests.support.images.layers import (
    Link,
    as_is,
    gzipped,
    gzipped_members,
    made_image,
    made_index,
    tar_of,
    zstd_chunked,
    zstd_frames,
)

__all__ = [
    "Link",
    "Rpm",
    "apk_installed",
    "as_is",
    "berkeley_table",
    "dpkg_status",
    "gzipped",
    "gzipped_members",
    "made_image",
    "made_index",
    "ndb_database",
    "rpm_header",
    "sqlite_database",
    "tar_of",
    "zstd_chunked",
    "zstd_frames",
]
