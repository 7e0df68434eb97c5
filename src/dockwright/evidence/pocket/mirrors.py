"""Where distributions publish, as the user says. No other host is ever asked, whatever an image says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.errors import ConfigError
from dockwright.registry.guard import Guard, place

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN: Final = (
    "debian",
    "debian-security",
    "ubuntu",
    "ubuntu-security",
    "ubuntu-ports",
    "alpine",
    "alpine-secdb",
    "wolfi",
    "chainguard",
    "almalinux",
    "rocky",
    "fedora",
    "amazonlinux",
    "oraclelinux",
    "ubi",
    "osv",
)
"""What can be asked. None of it has a server here: the user names one for each that is to be asked."""


def mirrors(own: Mapping[str, str]) -> dict[str, str]:
    """Return the URL of each mirror, without a slash at its end.

    Raises:
        ConfigError: one of the user's own is no URL, or for no known mirror.
    """
    for name, url in own.items():
        if name not in KNOWN:
            raise ConfigError(f"There is no mirror `{name}`; there are: {', '.join(KNOWN)}")
        try:
            place(url)
        except ValueError:
            message = f"The mirror of `{name}` has to be a URL such as `https://mirror.example.com/{name}`"
            raise ConfigError(message) from None
    return {name: url.rstrip("/") for name, url in {**dict.fromkeys(KNOWN, ""), **own}.items()}


def guard(own: Mapping[str, str]) -> Guard:
    """Return what may be contacted: any public address by https; and the user's own mirrors, wherever they are."""
    return Guard(
        frozenset(place(url) for url in own.values()),
        frozenset(place(url) for url in own.values() if url.startswith("http:")),
    )
