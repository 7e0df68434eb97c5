"""What is done with updates of which is known what they change: at once, with a label, later, or not at all.

    pinned image lacks security updates, the tag has them     at once, labelled; what the tag lacks still is listed
    the tag has no security update, and no other version      waits until the pinned image is some days old
    the tag has the same files and settings                   not proposed
    the pinned image is the tag's, and lacks updates          a notice: its publisher has not rebuilt it
    anything of this is unknown                               as without evidence

What waits stays in its plan: a pull request that is open is kept true.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dockwright.bump import Planned, Skipped, UpdateType
from dockwright.config.updates import Urgency
from dockwright.errors import RegistryError
from dockwright.evidence.changes import Changes
from dockwright.evidence.origin import Reason
from dockwright.image import DOCKER_HUB
from dockwright.update.evidence import brings
from dockwright.update.images import Image, place
from dockwright.update.lag import lagging

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from dockwright.bump import Plan, Update
    from dockwright.config.updates import Updates
    from dockwright.evidence.comparison import Comparison, PlatformComparison
    from dockwright.update.evidence import Evidence
    from dockwright.update.lookup import Registries

_PURE = frozenset({Reason.BASE_MOVED, Reason.REBUILT})


class Weighing:
    """Decides about what is planned, by what is learnt of it."""

    def __init__(self, evidence: Evidence, registries: Registries, updates: Updates, today: date) -> None:
        """Take who is asked, and what is wanted."""
        self._evidence = evidence
        self._registries = registries
        self._updates = updates
        self._today = today

    def weighed(self, planned: Planned, newest: Sequence[Image]) -> Planned:
        """Return the plans as they are to be; `newest` are pinned images whose tag is the same today."""
        updates = [update for plan in planned.plans for update in plan.updates]
        pairs = [(update, self._image(update)) for update in updates]
        compared = {id(update): found for update, found in zip(updates, self._evidence.of_all(pairs), strict=True)}
        plans: list[Plan] = []
        skipped = list(planned.skipped)
        found: dict[Update, Comparison] = {}
        for plan in planned.plans:
            kept, left = self._split(plan, compared)
            skipped += left
            if kept:
                pair = [(_known(update, compared[id(update)]), compared[id(update)]) for update in kept]
                found |= {update: comparison for update, comparison in pair if comparison is not None}
                plans.append(self._timed(replace(plan, updates=tuple(update for update, _ in pair)), found))
        self._evidence.found = found
        lags = dict(zip((image.reference for image in newest), self._evidence.lacking(newest), strict=True))
        told = [
            each if each.current is None else lagging(each, lags.get(each.current), self._registries)
            for each in sorted(skipped, key=lambda each: place(each.uses[0]))
        ]
        return Planned(tuple(plans), tuple(told), planned.images)

    def _image(self, update: Update) -> Image:
        return Image(update.current, update.uses, self._updates.policy_of(update.current))

    # --- what changes nothing -------------------------------------------------------------------------------------

    def _split(self, plan: Plan, compared: Mapping[int, Comparison | None]) -> tuple[list[Update], list[Skipped]]:
        """Leave out refreshes that change nothing; updates that share an edit stay or go together."""
        gone: set[int] = set()
        for unit in _units(plan.updates):
            if all(self._is_metadata(update, compared[id(update)]) for update in unit):
                gone |= {id(update) for update in unit}
        return (
            [update for update in plan.updates if id(update) not in gone],
            [_unchanged(update) for update in plan.updates if id(update) in gone],
        )

    def _is_metadata(self, update: Update, comparison: Comparison | None) -> bool:
        is_refresh = update.type is UpdateType.REFRESH
        return is_refresh and comparison is not None and self._evidence.is_metadata(comparison)

    # --- when -----------------------------------------------------------------------------------------------------

    def _timed(self, plan: Plan, found: Mapping[Update, Comparison]) -> Plan:
        """Say when a plan may be proposed, and that it is for security."""
        urgent = [update for update in plan.updates if update.brings is not None and update.brings.sources]
        if urgent:
            policies = [self._updates.policy_of(update.current) for update in urgent]
            labels = tuple(policy.security_label for policy in policies if policy.security_label)
            at_once = any(policy.security is Urgency.AT_ONCE for policy in policies)
            labels = tuple(dict.fromkeys(label for label in labels if label not in plan.labels))
            return replace(plan, opens=plan.opens or at_once, urgent=at_once, security_labels=labels)
        waiting = [self._waits(update, found.get(update)) for update in plan.updates]
        return replace(plan, opens=False, waits=waiting[0]) if plan.opens and all(waiting) else plan

    def _waits(self, update: Update, comparison: Comparison | None) -> str:
        """Say why an update waits; nothing if it does not."""
        days = self._updates.policy_of(update.current).routine_refresh
        if not days or comparison is None or not is_routine(update, comparison):
            return ""
        pinned = self._registries.resolve(update.current.name, update.current.digest or "")
        made = None if isinstance(pinned, RegistryError) else self._registries.met(pinned)
        if made is None or self._today - made >= timedelta(days):
            return ""
        return (
            f"it brings no security update and no other version, and waits until the pinned image is {days} days old"
            " (`routine-refresh`)"
        )


def is_routine(update: Update, comparison: Comparison) -> bool:
    """Tell whether a refresh is known to bring neither a security update nor another version of what is inside.

    That is known of a pure rebuild, and of a distribution's own image, which is nothing but its packages.
    """
    if update.type is not UpdateType.REFRESH or update.brings is None:
        return False
    quiet = not update.brings.unknown and not update.brings.sources and comparison.complete and not comparison.lost
    return quiet and all(each.same or _is_pure(update, each) for each in comparison.platforms)


def _is_pure(update: Update, platform: PlatformComparison) -> bool:
    if platform.origin is not None and platform.origin.reason in _PURE:
        return True
    packages = platform.packages
    own = isinstance(packages, Changes) and update.current.repository == f"library/{packages.new.id}"
    return own and update.current.registry == DOCKER_HUB


def _known(update: Update, comparison: Comparison | None) -> Update:
    return update if comparison is None else replace(update, brings=brings(comparison))


def _unchanged(update: Update) -> Skipped:
    tag = update.current.tag or "latest"
    return Skipped(
        update.current,
        update.uses,
        f"`{tag}` was published again with the same files and settings; only what describes it changed"
        " (attestations, annotations, packing)",
        update.notes,
    )


def _units(updates: Iterable[Update]) -> list[list[Update]]:
    """Put together the updates that share an edit of a file, which are made together or not at all."""
    units: list[tuple[set[object], list[Update]]] = []
    for update in updates:
        edits: set[object] = {(edit.span.source.path, edit.span.start, edit.span.end) for edit in update.edits}
        joined = [unit for unit in units if unit[0] & edits]
        units = [unit for unit in units if not unit[0] & edits]
        units.append((edits.union(*(each for each, _ in joined)), [*(it for _, some in joined for it in some), update]))
    return [unit for _, unit in units]
