"""Asking each thing once in a run, even when threads ask for it at the same time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from dockwright.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class _Cell(Generic[Value]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answer: list[Value] = []
        self.refusal: RegistryError | None = None


class Once(Generic[Value]):
    """Remembers answers, and refusals, by what was asked."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = threading.Lock()
        self._cells: dict[Hashable, _Cell[Value]] = {}

    def get(self, key: Hashable, ask: Callable[[], Value]) -> Value:
        """Return the answer for a key, asking if nobody has; who comes meanwhile waits for it."""
        with self._lock:
            cell = self._cells.setdefault(key, _Cell())
        with cell.lock:
            if not cell.answer and cell.refusal is None:
                try:
                    cell.answer.append(ask())
                except RegistryError as refusal:
                    cell.refusal = refusal
        if cell.refusal is not None:
            raise cell.refusal
        return cell.answer[0]

    def known(self, key: Hashable) -> Value | None:
        """Return the answer for a key if there is one already."""
        cell = self._cells.get(key)
        return cell.answer[0] if cell is not None and cell.answer else None
