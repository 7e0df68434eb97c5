"""A package of a distribution, as an image has it."""

from __future__ import annotations

from msgspec import Struct


class Package(Struct, frozen=True, gc=False, order=True):
    """An installed package.

    Attributes:
        name: the binary package's name.
        version: its version, with epoch and revision as the distribution writes them.
        architecture: as the distribution calls it; empty if the database does not say.
        source: the source package that it was built from (apk: the origin); its own name where none is given.
        source_version: the source package's version; for dpkg it may differ (`1.2-3+b1` is built from `1.2-3`).
    """

    name: str
    version: str
    architecture: str
    source: str
    source_version: str
