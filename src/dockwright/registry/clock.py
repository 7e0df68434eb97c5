"""When what a thread waits for has to be over."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock(threading.local):
    """A deadline, for each thread its own.

    The socket's own time-out begins anew with every byte; this one does not.
    """

    deadline = inf

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Let everything that is read inside be over at a time of `monotonic`."""
        before, self.deadline = self.deadline, deadline
        try:
            yield
        finally:
            self.deadline = before

    def left(self, longest: float) -> float:
        """Return how many seconds are left, `longest` at most.

        Raises:
            TimeoutError: none are.
        """
        seconds = min(self.deadline - monotonic(), longest)
        if seconds <= 0:
            raise TimeoutError("the answer takes too long")
        return seconds
