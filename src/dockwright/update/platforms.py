"""What images run on, compared as container runtimes do (github.com/containerd/platforms, "Normalize")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.image import Platform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.registry import Resolved


def parse(text: str) -> Platform:
    """Read `os/architecture[/variant]`."""
    os, architecture, variant, *_ = [*text.lower().split("/"), "", ""]
    return Platform(os, architecture, variant)


def offered(resolved: Resolved) -> frozenset[Platform]:
    """Return what an image runs on."""
    return frozenset(platform.normal for platform in resolved.platforms)


def differ(old: Resolved, new: Resolved, on: Iterable[Platform]) -> bool:
    """Tell whether another image is run on one of the platforms."""
    before, after = _digests(old), _digests(new)
    return any(before.get(platform) != after.get(platform) for platform in on)


def _digests(resolved: Resolved) -> dict[Platform, list[str]]:
    """Return the images for each platform; Windows has one for each of its versions."""
    found: dict[Platform, list[str]] = {}
    for entry in resolved.entries:
        found.setdefault(entry.platform.normal, []).append(entry.digest)
    return {platform: sorted(digests) for platform, digests in found.items()}


def listed(platforms: Iterable[Platform]) -> str:
    """Return platforms for a sentence: `linux/amd64 and linux/arm64`."""
    names = [str(platform) for platform in sorted(platforms)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
