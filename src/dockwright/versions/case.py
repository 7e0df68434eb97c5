"""One tag to decide on: which operating systems are alive, and whether this kind of tag goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.lifecycle import DISTRIBUTIONS, State, assess
from dockwright.versions.policy import VariantMoves
from dockwright.versions.series import has_ended, is_long_term, is_out

if TYPE_CHECKING:
    from datetime import date

    from dockwright.versions.catalog import Catalog
    from dockwright.versions.family import Alive, Family, System
    from dockwright.versions.policy import TagPolicy
    from dockwright.versions.series import Series
    from dockwright.versions.tag import Tag


class Case(Struct, frozen=True):
    """One tag to decide on, with what is asked and known.

    `evidence` is the family that tells what is still built: the tags of the same kind that count builds, if there are
    any, since `17-jre-focal` does not tell where it has stopped, but `17.0.15_6-jre-focal` does.
    """

    catalog: Catalog
    family: Family
    evidence: Family
    current: Tag
    series: Series
    product: str
    policy: TagPolicy
    today: date

    def alive(self, series: Series) -> Alive:
        """Return what is known of the systems of a series."""
        if self.current.release or self.current.build:
            return self.evidence.alive(series, self.catalog.pushed)
        versioned = self.catalog.versioned(self.current.shape)
        return (versioned if versioned.tags else self.family).alive((), self.catalog.pushed)

    @property
    def ended(self) -> bool:
        """Whether the tag's own series is known to get no security updates any more."""
        if has_ended(self.product, self.series, self.today, complete=self.catalog.scheme.is_official):
            return True
        found = assess(self.catalog.name, self.current.text, today=self.today)
        return any(s.state is State.ENDED and s.component.product not in DISTRIBUTIONS for s in found)

    def left_behind(self, series: Series) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Return where this kind of tag has stopped in a series, and where plainer kinds are; None if it goes on.

        Plainer is what says less: `1.12.17-windowsservercore` goes on where `1.12.3-windowsservercore-1709` stopped.
        """
        finest = self.evidence.finest(series)
        newest = max(self.evidence.alive(series, self.catalog.pushed).newest.values(), default=None)
        plain, dash, _ = self.evidence.shape.rpartition("-")
        while dash and newest and series and "#" in plain:
            base = self.catalog.family(plain)
            found = base.alive(series, self.catalog.pushed).newest if base.finest(series) == finest else {}
            if found and max(found.values()) > newest:
                return newest, max(found.values())
            plain, dash, _ = plain.rpartition("-")
        return None

    def living(self, series: Series) -> list[System]:
        """Return the systems that a series is still built on, and that are supported themselves; newest first."""
        found = self.alive(series)
        return [
            system
            for system in sorted(found.newest, reverse=True)
            if not found.stopped(system, self.today, self.catalog.pushed)
            and not has_ended(self.current.distribution, system, self.today)
            and is_out(self.current.distribution, system, self.today)
        ]

    def systems(self, series: Series) -> list[System]:
        """Return the systems on which a proposal of a series may be, best first."""
        own = self.current.system
        if not own or self.policy.move_variants is VariantMoves.NEVER:
            return [own]
        present = {tag.system for tag in self.family.lines(self.current.precision).get(series, ())}
        living = [system for system in self.living(series) if system >= own and system in present]
        if own in living and self.policy.move_variants is VariantMoves.DEAD_ONLY:
            return [own]
        return self._as_long_supported(living) or [own]

    def _as_long_supported(self, living: list[System]) -> list[System]:
        """Leave out what is supported for months, where the present one is (or was) supported for years."""
        product = self.current.distribution
        if not is_long_term(product, self.current.system, self.today):
            return living
        return [system for system in living if is_long_term(product, system, self.today)] or living
