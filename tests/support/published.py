"""A registry and a distribution for questions about published images: an image, its base, what is published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.support.images import dpkg_status, made_image
from tests.support.mirrors.debian import Deb, Suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.mirrors import MirrorDouble
    from tests.support.registry.images import Image

TRIXIE = 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n'
BASE = ("libssl3", "3.0.1-1", "openssl"), ("tzdata", "2026a-1")
MOVED = ("libssl3", "3.0.2-1", "openssl"), ("tzdata", "2026a-1")
OWN = ("curl", "8.1-1")
TIME = "%a, %d %b %Y %H:%M:%S UTC"

_SOURCES = {"libssl3": "openssl"}

Packages = tuple[tuple[str, ...], ...]


def base_layers(packages: Packages = BASE, *more: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Return the layers of a base image: the system, and one above it."""
    system = {"etc/os-release": TRIXIE, "var/lib/dpkg/status": dpkg_status(*packages)}
    return [system, {"usr/local/bin/python3": "x"}, *more]


def app_layers(packages: Packages = BASE, *own: tuple[str, ...]) -> list[Mapping[str, str]]:
    """Return the layers of an image on that base; with packages of its own, its uppermost layer has all of them."""
    mine = {"app/main.py": "print()"}
    if own:
        mine |= {"var/lib/dpkg/status": dpkg_status(*packages, *own)}
    return base_layers(packages, mine)


def base(packages: Packages = BASE, platform: str = "linux/amd64") -> Image:
    return made_image([*base_layers(packages), {"arch": platform}], platform=platform)


def app(
    packages: Packages = BASE,
    *own: tuple[str, ...],
    platform: str = "linux/amd64",
    annotations: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Image:
    """Make an image on `base(packages)`."""
    layers = [*base_layers(packages), {"arch": platform}, *app_layers(packages, *own)[2:]]
    return made_image(layers, platform=platform, annotations=annotations, config={"Labels": dict(labels or {})})


def publish(server: MirrorDouble, now: datetime | None = None, /, **versions: str) -> None:
    """Publish these versions of packages in Debian 13's suite for security, as of the day before (today's, if none)."""
    now = now or datetime.now(UTC)
    since = f"{now - timedelta(3):%a, %d %b %Y %H:%M:%S} +0000"
    end = f"urgency=high\n\n  * Fix CVE-2026-0001.\n\n -- A <a@example.org>  {since}\n"
    debs = []
    for name, version in versions.items():
        source = _SOURCES.get(name, name)
        changelog = f"{source} ({version}) trixie-security; {end}"
        debs.append(Deb(name, version, source="" if source == name else source, changelog=changelog))
    dates = {"date": f"{now - timedelta(1):{TIME}}", "valid_until": f"{now + timedelta(6):{TIME}}"}
    suite = Suite("trixie-security", debs, suite="stable-security", codename="trixie-security")
    suite.put(server, "debian-security", **dates)
