"""Where distributions publish: what the configuration says of their servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from dockwright.rule_names import closest, did_you_mean

if TYPE_CHECKING:
    from dockwright.config.document import Document

NAMES: Final = (
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
"""What can be asked. No distribution has a server here: the user names one, or the image that is asked about."""

_URL: Final = r"^https?://[^/?#@\s]+(/[^?#\s]*)?$"
URL = Annotated[str, Meta(pattern=_URL)]


def check_mirrors(document: Document) -> None:
    """Refuse names that are none, and what is no URL.

    Raises:
        ConfigError: for the first of them.
    """
    found = document.at("mirrors")
    for name, url in found.items() if isinstance(found, dict) else ():
        if name not in NAMES:
            raise document.error(
                ("mirrors", name),
                f"there is no mirror called `{name}`{did_you_mean(closest(str(name), NAMES))}",
                help=f"There are: {', '.join(NAMES)}.",
            )
        if not isinstance(url, str) or not re.fullmatch(_URL, url):
            said = f"is `{url}`; it must be" if isinstance(url, str) else "must be"
            raise document.error(
                ("mirrors", name), f"`{name}` {said} a URL without a user, such as `https://mirror.example/{name}`"
            )
