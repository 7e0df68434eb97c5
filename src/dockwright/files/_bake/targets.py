"""Targets with what they inherit, merged as bake merges (docker/buildx, bake/bake.go: target, Merge, normalize)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._hcl.values import Items, Members, Null, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockwright.files._bake.world import BakeWorld, Instance
    from dockwright.files._hcl.values import Value

_BY_KEY = frozenset(("args", "contexts", "labels", "extra-hosts"))
_APPENDED = frozenset(
    ("annotations", "attest", "cache-from", "entitlements", "no-cache-filter", "policy", "secret", "ssh", "ulimits")
)
_DROPPED_WHEN_EMPTY = ("cache-to", "output")
_NOT_SET = frozenset(("inherits", "matrix", "name"))
_DEEPEST = 50
_MOST_MERGED = 500_000


class Settings:
    """The attributes of a target by name; `open` names those of which more is set than is known here."""

    __slots__ = ("open", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.open: set[str] = set()

    def set(self, name: str, value: Value) -> None:
        """Merge an attribute in, as the later one."""
        old = self.values.get(name)
        match value:
            case Null():
                return
            case Unknown():
                self.open.add(name)
                if name not in _BY_KEY and name not in _APPENDED:
                    self.values[name] = value
            case Members() if name in _BY_KEY and isinstance(old, Members):
                self.values[name] = Members({**old.members, **_not_null(value)}, value.span)
            case Members() if name in _BY_KEY:
                self.values[name] = Members(_not_null(value), value.span)
            case Items() if name in _APPENDED and isinstance(old, Items):
                self.values[name] = Items(old.items + value.items, value.span)
            case _:
                self.values[name] = value
                if name not in _BY_KEY and name not in _APPENDED:
                    self.open.discard(name)

    @property
    def size(self) -> int:
        """How much there is to merge."""
        return sum(
            len(value.members) if isinstance(value, Members) else len(value.items) if isinstance(value, Items) else 1
            for value in self.values.values()
        )


def _not_null(value: Members) -> dict[str, Value]:
    return {key: item for key, item in value.members.items() if not isinstance(item, Null)}


class Resolver:
    """Puts together what the blocks of each target say, and what the targets that it inherits from say.

    Attributes:
        inherited: the targets that those resolved so far inherit from.
    """

    def __init__(self, world: BakeWorld, instances: Iterable[Instance]) -> None:
        self._world = world
        self._instances: dict[str, list[Instance]] = {}
        for instance in instances:
            self._instances.setdefault(instance.name, []).append(instance)
        self._resolved: dict[str, Settings | None] = {}
        self._merged = 0
        self.inherited: set[str] = set()

    @property
    def names(self) -> Iterable[str]:
        """The targets, in the order of the files."""
        return self._instances

    def instances(self, name: str) -> list[Instance]:
        """Return what gives a target."""
        return self._instances[name]

    def settings(self, name: str, depth: int = 0) -> Settings | None:
        """Return a target's attributes; None for one that inherits from itself, while that is found out."""
        if name in self._resolved:
            return self._resolved[name]
        self._resolved[name] = None
        settings = Settings()
        own: list[Mapping[str, Value]] = [self._own(instance) for instance in self._instances[name]]
        for parent in self._parents(own, settings):
            inherited = self.settings(parent, depth + 1) if depth < _DEEPEST else None
            if parent in self._instances and inherited is None and depth >= _DEEPEST:
                settings.open.add("inherits")
            if inherited is not None:
                self._merge(settings, inherited)
        for values in own:
            for key, value in values.items():
                if key not in _NOT_SET:
                    settings.set(key, value)
        for key in _DROPPED_WHEN_EMPTY:
            last = settings.values.get(key)
            if isinstance(last, Items) and not last.items:
                del settings.values[key]
        self._resolved[name] = settings
        return settings

    def _own(self, instance: Instance) -> dict[str, Value]:
        return {
            name: self._world.value(attribute.expression, instance.scope)
            for name, attribute in instance.block.body.attributes.items()
            if name not in {"matrix", "name"}
        }

    def _parents(self, own: Iterable[Mapping[str, Value]], settings: Settings) -> list[str]:
        from dockwright.files._bake.entries import texts_of

        found: list[str] = []
        for values in own:
            inherits = values.get("inherits")
            names = [text.text for text in texts_of(inherits)]
            found += [name for name in names if name in self._instances]
            self.inherited.update(name for name in names if name is not None)
            if isinstance(inherits, Unknown) or any(name not in self._instances for name in names):
                settings.open.add("inherits")
        return found

    def _merge(self, settings: Settings, inherited: Settings) -> None:
        self._merged += settings.size + inherited.size
        if self._merged > _MOST_MERGED:
            settings.open.add("inherits")
            return
        for name, value in inherited.values.items():
            settings.set(name, value)
        settings.open |= inherited.open
