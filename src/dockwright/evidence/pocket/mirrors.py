"""Where distributions publish: the user's own mirrors, and else the servers that an image names for its packages.

No other host is ever asked, whatever an image says, but those that these lead to; and of those that only an image
names, none but by https, at a public address, and without a password.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from dockwright.config.mirrors import NAMES
from dockwright.errors import ConfigError
from dockwright.registry.guard import Guard, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockwright.evidence.inventory import Inventory
    from dockwright.evidence.system import Repository, System
    from dockwright.image import Platform

_LONGEST: Final = 1000
_OSV: Final = "https://api.osv.dev"
"""The only server that is built in: it is no distribution's, and asked only by those who switch it on."""
_UBUNTU_MAIN: Final = frozenset({"amd64", "386"})  # the other architectures are on a server of their own
_MOST_LISTED: Final = 200
_LISTED: Final = frozenset({"baseos", "updates"})  # what the repositories with a release's own updates are called
_LISTED_URL: Final = re.compile(r"https://[^\s<>\"']{1,1000}", re.ASCII)
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9._-]{1,200}(?:\?[A-Za-z0-9._=&-]{0,500})?", re.ASCII)
_ARCHITECTURES: Final = {"amd64": "x86_64", "arm64": "aarch64", "ppc64le": "ppc64le", "s390x": "s390x"}
_OF_SYSTEM: Final = {"amzn": "amazonlinux", "ol": "oraclelinux", "rhel": "ubi"}
_ALPINE: Final = re.compile(r"/(?:v3\.[0-9]{1,3}|edge|latest-stable)/(?:main|community)", re.ASCII)
_ARCHITECTURE: Final = r"(?:\$basearch|[a-z0-9_]{3,12})"
_VERSION: Final = r"(?:\$releasever|[0-9]{1,2}(?:\.[0-9]{1,3})?)"
_RPM: Final = {
    "amazonlinux": rf"/(?:al[0-9]{{4}}/core/mirrors|2/core)/(?:latest|{_VERSION})/{_ARCHITECTURE}/mirror\.list",
    "almalinux": rf"/{_VERSION}/(?:BaseOS|AppStream)/{_ARCHITECTURE}/os",
    "rocky": rf"/{_VERSION}/(?:BaseOS|AppStream)/{_ARCHITECTURE}/os",
    "fedora": rf"/updates/{_VERSION}/Everything/{_ARCHITECTURE}",
    "oraclelinux": rf"/OL[0-9]{{1,2}}/(?:baseos/latest|appstream)/{_ARCHITECTURE}",
    "ubi": rf"/ubi[0-9]{{1,2}}/{_VERSION}/{_ARCHITECTURE}/(?:baseos|appstream)/os",
}
"""What follows a server's own address in the address of a release's own repositories."""
LISTED: Final = frozenset({"almalinux", "fedora", "rocky"})
"""Those whose images have lists of mirrors."""


def mirrors(own: Mapping[str, str]) -> dict[str, str]:
    """Return the URL of each mirror, without a slash at its end.

    Raises:
        ConfigError: one of the user's own is no URL, or for no known mirror.
    """
    for name, url in own.items():
        if name not in NAMES:
            raise ConfigError(f"There is no mirror `{name}`; there are: {', '.join(NAMES)}")
        try:
            place(url)
        except ValueError:
            message = f"The mirror of `{name}` has to be a URL such as `https://mirror.example.com/{name}`"
            raise ConfigError(message) from None
    return {name: url.rstrip("/") for name, url in {**dict.fromkeys(NAMES, ""), "osv": _OSV, **own}.items()}


def guard(own: Mapping[str, str]) -> Guard:
    """Return what may be contacted: any public address by https; and the user's own mirrors, wherever they are."""
    return Guard(
        frozenset(place(url) for url in own.values()),
        frozenset(place(url) for url in own.values() if url.startswith("http:")),
    )


def mirror_of(system: System, platform: Platform) -> str:
    """Return the mirror, by its name in `NAMES`, that has the updates of a distribution; empty if none is known."""
    match system.id:
        case "debian":
            return "debian-security"
        case "ubuntu":
            return "ubuntu-security" if platform.architecture in _UBUNTU_MAIN else "ubuntu-ports"
        case name:
            mirror = _OF_SYSTEM.get(name, name)
            return mirror if mirror in NAMES else ""


# --- what an image names ----------------------------------------------------------------------------------------------


def image_servers(inventory: Inventory) -> dict[str, str]:
    """Return the servers that an image's own package sources name, by the names in `NAMES`, without a slash at the end.

    What cannot be told for certain, or must not be asked, is not in it.
    """
    found: dict[str, str] = {}
    for name, uri in _named(inventory):
        url = _asked(uri)
        if url:
            found.setdefault(name, url)
    return found


def image_list(inventory: Inventory) -> tuple[str, str]:
    """Return the server and the path of the list of mirrors that an image names for its updates; empty if it does not.

    What the image leaves open is filled in as the distributions' own tools do: `$releasever` and `$basearch`.
    """
    release = inventory.system.release.partition(".")[0]
    architecture = _ARCHITECTURES.get(inventory.platform.architecture, "")
    for source in inventory.named:
        if source.is_list and source.name.lower() in _LISTED and release and architecture:
            uri = source.uri.replace("$releasever", release).replace("$basearch", architecture)
            server = uri.partition("?")[0].rpartition("/")[0]
            url, path = _asked(server), uri[len(server) + 1 :]
            if url and _PLAIN_PATH.fullmatch(path):
                return url, path
    return "", ""


def listed_server(mirror: str, text: str) -> str:
    """Return the first server of a list of mirrors, plain or a metalink, that is asked by https; empty if none is."""
    for match in islice(_LISTED_URL.finditer(text), _MOST_LISTED):
        uri = match[0].removesuffix("repodata/repomd.xml")
        for _, found in _before(mirror, uri, re.compile(_RPM[mirror], re.ASCII)):
            if url := _asked(found):
                return url
    return ""


def _named(inventory: Inventory) -> Iterator[tuple[str, str]]:
    system = inventory.system
    for source in inventory.named:
        match system.id:
            case "debian" | "ubuntu":
                yield from _of_apt(source, system, inventory.platform)
            case "alpine":
                yield from _before("alpine", source.uri, _ALPINE)
            case "wolfi" | "chainguard" if not source.name:
                yield system.id, source.uri
            case _ if (mirror := mirror_of(system, inventory.platform)) in _RPM:
                yield from _before(mirror, source.uri, re.compile(_RPM[mirror], re.ASCII))
            case _:
                pass


def _of_apt(source: Repository, system: System, platform: Platform) -> Iterator[tuple[str, str]]:
    """Tell the release's own suites by their names: the one for security, which nobody else has, and the archive's."""
    mirror = mirror_of(system, platform)
    if source.suite == f"{system.codename}-security":
        yield mirror, source.uri
    elif source.suite == system.codename and source.uri.rstrip("/").endswith(f"/{system.id}"):
        yield system.id, source.uri


def _before(mirror: str, uri: str, rest: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Return what stands before a release's own folders, which have the same names on every server."""
    uri = uri[:_LONGEST].rstrip("/")
    for match in rest.finditer(uri):
        if match.end() == len(uri):
            yield mirror, uri[: match.start()]


def _asked(uri: str) -> str:
    """Return the URL by which a server is asked; empty if it must not be, or if something of it has to be filled in."""
    url = uri.rstrip("/")
    if url[:7].lower() == "http://":
        url = f"https://{url[7:]}".removesuffix(":80").replace(":80/", "/", 1)
    if len(url) > _LONGEST or not url.startswith("https://") or any(each in url for each in "$?#[]{}") or "/.." in url:
        return ""
    try:
        place(url)
    except ValueError:  # no URL, or one with a name and a password in it
        return ""
    return url
