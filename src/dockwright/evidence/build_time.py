"""When an image was built, as far as it says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

_OLDEST: Final = datetime(2013, 3, 1, tzinfo=UTC)  # no image is older; reproducible builds say 1970 or 1980


def build_time(text: str) -> datetime | None:
    """Read the time that a configuration says; None if it says nothing, or what reproducible builds say."""
    try:
        found = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return found if found.tzinfo is not None and found >= _OLDEST else None
