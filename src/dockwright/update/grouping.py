"""Which updates share a pull request, and what it is called: the same from run to run, whatever else there is.

The key is part of a branch's name (git-check-ref-format): it has no slash, so that no branch is in another's way.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from dockwright.bump import Plan, UpdateType
from dockwright.config.updates import Grouping
from dockwright.image import Reference
from dockwright.update.images import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from dockwright.config.updates import ImagePolicy
    from dockwright.update.edits import Moving

_LONGEST = 60
_HASH = 8
_FAR = {UpdateType.MINOR: UpdateType.MINOR.value, UpdateType.MAJOR: UpdateType.MAJOR.value}
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*", re.ASCII)
_PLAIN_SERIES = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*", re.ASCII)
_OTHERS = re.compile(r"[^a-z0-9_.]+|\.(?![a-z0-9])|(?<![a-z0-9])\.", re.ASCII)
_RESERVED = ("group", "images")


def grouped(lanes: Iterable[Sequence[Moving]], today: date) -> tuple[Plan, ...]:
    """Make plans of the updates of each lane, sorted by key; what shares characters of a file shares a plan."""
    groups: dict[str, list[Moving]] = {}
    for lane in lanes:
        for name, moving in _keyed(lane):
            groups.setdefault(name, []).append(moving)
    return tuple(_plan(name, groups[name], today) for name in sorted(groups))


def _keyed(lane: Sequence[Moving]) -> list[tuple[str, Moving]]:
    """Return each update with its key; of keys that are joined by an update, the first in order stands for all."""
    keys = [_key(moving) for moving in lane]
    by_image: dict[Reference, set[str]] = {}
    for own, moving in zip(keys, lane, strict=True):
        by_image.setdefault(moving.update.current, set()).add(own)
    joined = {own: {own} for own in keys}
    for moving in lane:
        if len(moving.together) > 1:
            union = set().union(*(joined[own] for image in moving.together for own in by_image.get(image, ())))
            joined.update(dict.fromkeys(union, union))
    return [(min(joined[own]), moving) for own, moving in zip(keys, lane, strict=True)]


def _key(moving: Moving) -> str:
    return key(moving.update.current, moving.chooser.series, moving.update.type, moving.chooser.image.policy)


def _plan(name: str, group: list[Moving], today: date) -> Plan:
    policies = [moving.chooser.image.policy for moving in group]
    updates = [moving.update for moving in group]
    return Plan(
        key=name,
        updates=tuple(sorted(updates, key=lambda update: place(update.uses[0]))),
        title_prefix=next((policy.commit_message_prefix for policy in policies if policy.commit_message_prefix), ""),
        labels=_union(policy.labels for policy in policies),
        reviewers=_union(policy.reviewers for policy in policies),
        assignees=_union(policy.assignees for policy in policies),
        opens=any(policy.schedule.allows(today) for policy in policies),
    )


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for some in lists for each in some))


def key(image: Reference, series: str, type_: UpdateType, policy: ImagePolicy) -> str:
    """Return the name of the group that an update belongs to by itself.

    Args:
        image: the current image.
        series: the release series that it is of.
        type_: how far the update goes.
        policy: what is wanted for the image.
    """
    far = _FAR.get(type_)
    if policy.group_name is not None:
        return _suffixed(_of_group(policy.group_name), far)
    match policy.group:
        case Grouping.ALL:
            return _suffixed("images", far)
        case Grouping.TYPE:
            return _suffixed("images", type_.value)
        case Grouping.IMAGE:
            return _suffixed(_of_image(image, ""), far)
        case Grouping.SERIES:
            return _suffixed(_of_image(image, series), far)


def _suffixed(name: str, suffix: str | None) -> str:
    return f"{name}-{suffix}" if suffix else name


def _of_image(image: Reference, series: str) -> str:
    """Return the plain name of an official image and its series; others have a hash, which tells `a/b` from `a-b`."""
    name = Reference(image.registry, image.repository).familiar
    plain = _PLAIN_NAME.fullmatch(name) and not name.startswith(_RESERVED)
    if plain and (not series or (_PLAIN_SERIES.fullmatch(series) and series not in _FAR.values())):
        return f"{name}-{series}" if series else name
    return _hashed(f"{name}-{series}" if series else name, name, series)


def _of_group(name: str) -> str:
    return f"group-{name}" if _PLAIN_NAME.fullmatch(name) else _hashed(f"group-{name}", name)


def _hashed(text: str, *identity: str) -> str:
    """Return what a branch may be called, with a hash of what it stands for."""
    digest = hashlib.sha256("\0".join(identity).encode("utf-8", "surrogateescape")).hexdigest()
    readable = _OTHERS.sub("-", text.lower())[:_LONGEST].strip("-.") or "image"
    return f"{readable}-{digest[:_HASH]}"
