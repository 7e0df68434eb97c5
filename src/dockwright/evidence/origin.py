"""Why an image was built again, as the annotations say that Docker Official Images have on every index.

The index is read anyway, so this costs no request (docker-library/meta-scripts, meta.jq). `base.digest` there is the
digest of the base's manifest for the platform, and not that of its index.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = "org.opencontainers.image."
_COMMIT: Final = re.compile(r"[0-9a-f]{40}", re.ASCII)
_GITHUB: Final = re.compile(
    r"https://github\.com/([A-Za-z0-9][\w-]{0,38}/[\w.-]{1,100}?)(?:\.git)?(?:#[^\s]{0,300})?", re.ASCII
)


class Reason(Enum):
    """Why an image was built again, by what its makers say."""

    BASE_MOVED = "base-moved"
    """From the same Dockerfile, on another base image."""
    REBUILT = "rebuilt"
    """From the same Dockerfile, on the same base image: what it installs may have moved."""
    SOURCE_CHANGED = "source-changed"
    """From another revision of its sources."""


class Origin(Struct, frozen=True):
    """Where a rebuilt image comes from.

    Attributes:
        reason: why it was built again.
        base: the name of its base image, as its makers write it; empty if they do not.
        base_moved: whether the base is another one; None if they do not say.
        old_revision: the commit that the old image was built from. `new_revision` likewise.
        compare_url: where the difference between the two can be read, on GitHub; empty elsewhere.
    """

    reason: Reason
    base: str
    base_moved: bool | None
    old_revision: str
    new_revision: str
    compare_url: str = ""


def origin(old: Mapping[str, str], new: Mapping[str, str]) -> Origin | None:
    """Return why an image was built again, given the annotations of both; None if they do not say.

    The annotations are those of one platform: `Entry.annotations`, or `Image.annotations`.
    """
    before, after = (annotations.get(f"{_PREFIX}revision", "") for annotations in (old, new))
    if not (_COMMIT.fullmatch(before) and _COMMIT.fullmatch(after)):
        return None
    old_base, new_base = (annotations.get(f"{_PREFIX}base.digest") for annotations in (old, new))
    moved = old_base != new_base if old_base and new_base else None
    rebuilt = Reason.BASE_MOVED if moved else Reason.REBUILT
    reason = rebuilt if before == after else Reason.SOURCE_CHANGED
    base = new.get(f"{_PREFIX}base.name", "")
    return Origin(reason, base, moved, before, after, _compare_url(old, new, before, after))


def _compare_url(old: Mapping[str, str], new: Mapping[str, str], before: str, after: str) -> str:
    """Return the page that compares two commits, if both are of one repository on GitHub."""
    repositories = {
        match[1] if (match := _GITHUB.fullmatch(annotations.get(f"{_PREFIX}source", ""))) else ""
        for annotations in (old, new)
    }
    if before == after or len(repositories) != 1 or "" in repositories:
        return ""
    return f"https://github.com/{repositories.pop()}/compare/{before}...{after}"
