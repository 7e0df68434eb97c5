"""Images of Debian 13 that are rebuilt, as updates meet them: what of theirs is published is in `published`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.images import dpkg_status, made_image, made_index
from tests.support.published import TRIXIE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.registry.images import Image

LACKING = (("libssl3", "3.0.1-1", "openssl"), ("expat", "2.5.0-1"), ("bash", "5.2-1"))
FIXED = (("libssl3", "3.0.2-1", "openssl"), ("expat", "2.5.0-1"), ("bash", "5.2-1"))
MOVED = (("libssl3", "3.0.2-1", "openssl"), ("expat", "2.5.0-1"), ("bash", "5.2-2"))
SOURCES = "Types: deb\nURIs: https://deb.example\nSuites: trixie trixie-security\nComponents: main\n"
REVISION = "1" * 40


def debian(
    packages: tuple[tuple[str, ...], ...],
    *,
    days: int = 30,
    revision: str = REVISION,
    base: str = "a",
    note: str = "",
    platform: str = "linux/amd64",
    sources: str = SOURCES,
    **config: object,
) -> Image:
    """Make an image that was built some days ago, with the annotations of Docker Official Images."""
    said: Mapping[str, str] = {
        "revision": revision,
        "source": "https://github.com/acme/app.git#main:.",
        "base.name": "debian:trixie-slim",
        "base.digest": "sha256:" + base * 64,
        "note": note,
    }
    return made_image(
        [
            {
                "etc/os-release": TRIXIE,
                "etc/apt/sources.list.d/debian.sources": sources,
                "var/lib/dpkg/status": dpkg_status(*packages),
            }
        ],
        platform=platform,
        config=config,
        annotations={f"org.opencontainers.image.{key}": value for key, value in said.items() if value},
        created=f"{datetime.now(UTC) - timedelta(days):%Y-%m-%dT%H:%M:%SZ}" if days else "1970-01-01T00:00:00Z",
    )


def both(packages: tuple[tuple[str, ...], ...], arm_packages: tuple[tuple[str, ...], ...] | None = None) -> Image:
    """Make an image for two platforms."""
    arm = tuple((*each[:3], *each[3:]) for each in arm_packages or packages)
    images = {"linux/amd64": debian(packages), "linux/arm64": debian(arm, platform="linux/arm64")}
    return made_index(images)
