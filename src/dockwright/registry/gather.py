"""Many questions at the same time, politely: each host has a few lanes, and a slow host holds up no other."""

from __future__ import annotations

import threading
from collections import deque
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, TypeVar

from dockwright.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Answer = TypeVar("Answer")

_MOST_THREADS: Final = 32

Lane = deque[int]


def gather(
    asks: Sequence[Callable[[], Answer]], hosts: Sequence[str], *, per_host: int
) -> list[Answer | RegistryError]:
    """Call everything, each for its host, and return answers or refusals in the same order.

    Any other exception is raised here when all threads have stopped; what has not begun is not begun then.
    """
    answers: dict[int, Answer | RegistryError] = {}
    failures: list[BaseException] = []
    slots = _slots(hosts, per_host)

    def work() -> None:
        while slots and not failures:
            try:
                lane = slots.popleft()
            except IndexError:  # another thread was quicker
                return
            while lane and not failures:
                _answer_next(asks, lane, answers, failures)

    count = min(len(slots), _MOST_THREADS)
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count - 1)]
    for thread in threads:
        thread.start()
    try:
        work()
    except BaseException as interruption:
        failures.append(interruption)
        raise
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [answers[index] for index in range(len(asks))]


def _slots(hosts: Sequence[str], per_host: int) -> deque[Lane]:
    """Return places for threads to work at, the first of every host before the second of any."""
    lanes: dict[str, Lane] = {}
    for index, host in enumerate(hosts):
        lanes.setdefault(host, deque()).append(index)
    rows = zip_longest(*([lane] * min(len(lane), per_host) for lane in lanes.values()))
    return deque(lane for row in rows for lane in row if lane is not None)


def _answer_next(
    asks: Sequence[Callable[[], Answer]],
    lane: Lane,
    answers: dict[int, Answer | RegistryError],
    failures: list[BaseException],
) -> None:
    try:
        index = lane.popleft()
    except IndexError:  # another thread was quicker
        return
    try:
        answers[index] = asks[index]()
    except RegistryError as refusal:
        answers[index] = refusal
    except Exception as failure:  # noqa: BLE001 - raised again, in the thread that waits
        failures.append(failure)
