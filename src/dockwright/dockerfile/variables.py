"""The values of variables: which a scope's instructions see, and why there is none where there is none.

Source: Dockerfile reference, "Scope" and "Automatic platform ARGs in the global scope". In BuildKit ARG and ENV of a
stage share one environment, so the later declaration wins; a stage that builds upon it inherits both, ENV before ARG,
because the image's own environment is put on top (convert.go, dispatchStages).
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

FARTHEST_ANCESTOR = 64
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

    __slots__ = ("environment", "fallback", "inherited", "parent", "since", "values")

    def __init__(self, parent: Variables | None, fallback: Missing) -> None:
        self.since: dict[str, list[int]] = {}
        self.values: dict[str, list[Value]] = {}
        self.environment: dict[str, Value] = {}
        self.inherited: dict[str, Value | None] = {}
        self.fallback = fallback
        # A scope without variables of its own is skipped, so that a long chain of stages stays cheap.
        self.parent: Variables | None = parent if parent is None or parent.values else parent.parent

    def set(self, name: str, value: Value, index: int, *, env: bool = False) -> None:
        """Give a name a value for the instructions after `index`; `env` tells ENV from ARG."""
        if env:
            self.environment[name] = value
        self.since.setdefault(name, []).append(index)
        self.values.setdefault(name, []).append(value)

    def get(self, name: str, index: int | None = None) -> Value:
        """Return the value that an instruction sees; at the end of the scope without an index."""
        found = self.find(name, index)
        if found is not None:
            return found
        return self.fallback if _is_name(name) else Missing.ABSENT

    def find(self, name: str, index: int | None = None) -> Value | None:
        """Return the same if something in the file declares it."""
        since = self.since.get(name)
        if since:
            position = len(since) if index is None else bisect_left(since, index)
            if position:
                return self.values[name][position - 1]
        if self.parent is None:
            return None
        if name not in self.inherited:
            self.inherited[name] = self._from_ancestors(name)
        return self.inherited[name]

    def _from_ancestors(self, name: str) -> Value | None:
        argument: Value | None = None
        scope = self.parent
        for _ in range(FARTHEST_ANCESTOR):
            if scope is None:
                return argument
            if name in scope.environment:
                return scope.environment[name]
            if argument is None and name in scope.values:
                argument = scope.values[name][-1]
            scope = scope.parent
        return Missing.UNKNOWN


def _is_name(name: str) -> bool:
    return not name[:1].isdecimal() and name.replace("_", "a").isalnum()
