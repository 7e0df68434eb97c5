"""Images that their publisher does not build any more, although no support date says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.lifecycle import State, assess, dropped, official_name, retired

if TYPE_CHECKING:
    from datetime import date

    from dockwright.image import Reference
    from dockwright.lifecycle import Dropped, Support

_DAY = r"-\d{8}(?:\.\d+)?(?=-|$)"
_BUILD = r"^_\d+(?=-|$)"  # as Eclipse Temurin's `17.0.8_7-jre`
_REPORTED = frozenset({State.ENDED, State.LTS_ONLY, State.ENDING})
"""What end-of-life-base speaks about."""


def dropped_tag(reference: Reference, today: date) -> Dropped | None:
    """Return what the official images' list has dropped of an image's tag; None for what other rules report.

    Those are releases that have ended, images that are given up as a whole, and a single patch version of a release
    that goes on. Its places are in the tag that `release_of` returns.
    """
    if official_name(reference.name) is None or (reference.tag is None and reference.digest is not None):
        return None
    tag = reference.tag or "latest"
    gone = dropped(reference.name, release_of(reference, today))
    if gone is None or retired(reference.name, tag) is not None:
        return None
    supports = assess(reference.name, tag, today=today)
    return None if any(each.state in _REPORTED for each in supports) else gone


def release_of(reference: Reference, today: date) -> str:
    """Return an image's tag without a single patch version and day: `3.12-slim` for `3.12.4-slim`."""
    tag = reference.tag or "latest"
    for each in reversed(assess(reference.name, tag, today=today)):
        if patch_of(tag, each):
            tag = tag[: each.start] + each.component.cycle + re.sub(_BUILD, "", tag[each.end :])
    return re.sub(_DAY, "", tag)


def is_of_one_day(tag: str) -> bool:
    """Tell whether a tag has a day in it: `trixie-20260803-slim`."""
    return re.search(_DAY, tag) is not None


def patch_of(tag: str, support: Support) -> str | None:
    """Return the version that a tag names, if that is a single one of its release: `3.12.4` of Python 3.12."""
    written = tag[support.start : support.end]
    return written if written.startswith(f"{support.component.cycle}.") else None
