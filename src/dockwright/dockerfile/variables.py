"""The values of variables: which a scope's instructions see, and why there is none where there is none.

Source: Dockerfile reference, "Scope" and "Automatic platform ARGs in the global scope"; in BuildKit ARG and ENV share
one environment, so the later declaration wins, and a stage inherits it whole from the stage that it builds upon.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from dockwright.traced import Traced

    Value: TypeAlias = "Traced | Missing"
    Lookup: TypeAlias = Callable[[str], Value]

PLATFORM_ARGUMENTS = frozenset(
    [f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")]
    + ["TARGETSTAGE"]
)
"""What BuildKit defines for FROM by itself, and for a stage that declares it."""

FARTHEST_ANCESTOR = 256
"""How many stages with variables of their own are asked for a value before it counts as unknown."""


class Missing(Enum):
    """Why a variable has no value that the file tells.

    `ABSENT`: nothing declares it and nothing can set it, so it expands to nothing.
    `UNSET`: an ARG without default; empty unless `--build-arg` gives it, so `${X:-y}` is taken as `y`, `$X` as unknown.
    `UNKNOWN`: the builder or the base image sets it.
    """

    ABSENT = "absent"
    UNSET = "unset"
    UNKNOWN = "unknown"


class UnknownValue(Exception):
    """The text depends on a value that only the build knows."""


class Variables:
    """The variables of one scope over its instructions: the values of each name, and since which instruction."""

    __slots__ = ("fallback", "parent", "since", "values")

    def __init__(self, parent: Variables | None, fallback: Missing) -> None:
        self.since: dict[str, list[int]] = {}
        self.values: dict[str, list[Value]] = {}
        self.fallback = fallback
        # A scope without variables of its own is skipped, so that a long chain of stages stays cheap.
        self.parent: Variables | None = parent if parent is None or parent.values else parent.parent

    def set(self, name: str, value: Value, index: int) -> None:
        """Give a name a value for the instructions after `index`."""
        self.since.setdefault(name, []).append(index)
        self.values.setdefault(name, []).append(value)

    def get(self, name: str, index: int | None = None) -> Value:
        """Return the value that an instruction sees; at the end of the scope without an index."""
        scope: Variables | None = self
        for _ in range(FARTHEST_ANCESTOR):
            if scope is None:
                return self.fallback if _is_name(name) else Missing.ABSENT
            since = scope.since.get(name)
            position = len(since) if since and index is None else bisect_left(since, index) if since and index else 0
            if since and position:
                return scope.values[name][position - 1]
            scope, index = scope.parent, None
        return Missing.UNKNOWN


def _is_name(name: str) -> bool:
    return not name[:1].isdecimal() and name.replace("_", "a").isalnum()
