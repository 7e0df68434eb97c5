"""What a tag may move to: read tags, index a repository's, and decide by policy. No network and no clock.

A tag is read into release, build, pre-release and variants. What an update may move is replaced by placeholders, and
the rest must be equal: words, precision, whether there is a date, the version of a toolchain, an architecture.
"""

from __future__ import annotations

from dockwright.versions.catalog import Catalog
from dockwright.versions.decide import Candidate, Decision
from dockwright.versions.parts import Variant
from dockwright.versions.policy import TagPolicy, VariantMoves, matches_glob, read_allowed
from dockwright.versions.tag import Tag, read_tag

__all__ = [
    "Candidate",
    "Catalog",
    "Decision",
    "Tag",
    "TagPolicy",
    "Variant",
    "VariantMoves",
    "matches_glob",
    "read_allowed",
    "read_tag",
]
