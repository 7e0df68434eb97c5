"""Who wants to know how far long work is."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    """Somebody who wants to know how far a run is; `dockwright.console.Progress` is one."""

    def expect(self, count: int) -> None:
        """Hear that so much more is to be done."""

    def step(self) -> None:
        """Hear that one of it is done; called by any thread."""
