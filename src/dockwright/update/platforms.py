"""What images run on, compared as container runtimes do (github.com/containerd/platforms, "Normalize")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.image import Platform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockwright.registry import Resolved

_ARCHITECTURES = {
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm",
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
}
_DEFAULT_VARIANTS = {
    ("arm64", "v8"): "",
    ("arm64", "8"): "",
    ("amd64", "v1"): "",
    ("arm", ""): "v7",
    ("arm", "7"): "v7",
}


def parse(text: str) -> Platform:
    """Read `os/architecture[/variant]`."""
    os, architecture, variant, *_ = [*text.lower().split("/"), "", ""]
    return Platform(os, architecture, variant)


def normal(platform: Platform) -> Platform:
    """Return the one way to write a platform: `linux/arm64/v8` is `linux/arm64`, and `linux/arm` is `linux/arm/v7`."""
    architecture = _ARCHITECTURES.get(platform.architecture, platform.architecture)
    variant = _DEFAULT_VARIANTS.get((architecture, platform.variant), platform.variant)
    return Platform(platform.os, architecture, variant)


def offered(resolved: Resolved) -> frozenset[Platform]:
    """Return what an image runs on."""
    return frozenset(normal(platform) for platform in resolved.platforms)


def differ(old: Resolved, new: Resolved, on: Iterable[Platform]) -> bool:
    """Tell whether another image is run on one of the platforms."""
    before, after = _digests(old), _digests(new)
    return any(before.get(platform) != after.get(platform) for platform in on)


def _digests(resolved: Resolved) -> dict[Platform, list[str]]:
    """Return the images for each platform; Windows has one for each of its versions."""
    found: dict[Platform, list[str]] = {}
    for entry in resolved.entries:
        found.setdefault(normal(entry.platform), []).append(entry.digest)
    return {platform: sorted(digests) for platform, digests in found.items()}


def listed(platforms: Iterable[Platform]) -> str:
    """Return platforms for a sentence: `linux/amd64 and linux/arm64`."""
    names = [str(platform) for platform in sorted(platforms)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
