"""Which addresses may be contacted: names of hosts are text from strangers' Dockerfiles, realms, links and redirects.

A host that the user listed is contacted wherever it is. Any other must be reached by https at a public address, which
is checked at the moment of connecting, on the very address that is then used: a name that resolves to something else
the next time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from dockwright.errors import RegistryUntrusted

Place = tuple[str, int]
"""A host, in lower case and without brackets, and a port."""

# IANA's registries of special-purpose addresses (RFC 6890 and later), and what clouds answer on besides.
_REFUSED: Final = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared by a provider's customers",  # Alibaba Cloud's metadata is 100.100.100.200
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "a cloud's own",  # Azure's platform, on a public address
    "169.254.0.0/16": "link-local",  # the metadata of most clouds is 169.254.169.254
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "reserved",  # Oracle Cloud's metadata is 192.0.0.192
    "192.0.2.0/24": "reserved",
    "192.88.99.0/24": "reserved",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "reserved",
    "198.51.100.0/24": "reserved",
    "203.0.113.0/24": "reserved",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
    "::/128": "this host",
    "::1/128": "loopback",
    "fc00::/7": "private",  # fd00:ec2::254 is Amazon's metadata, fd20:ce::254 Google's
    "fe80::/10": "link-local",
    "fec0::/10": "private",
    "ff00::/8": "multicast",
    "2001::/23": "reserved",  # Teredo, ORCHID, benchmarking
    "2001:db8::/32": "reserved",
    "2002::/16": "reserved",  # 6to4: an IPv4 address in disguise
    "3fff::/20": "reserved",
}
_NETWORKS: Final = tuple((ip_network(text), kind) for text, kind in _REFUSED.items())
_GLOBAL_UNICAST: Final = ip_network("2000::/3")
_NAT64: Final = ip_network("64:ff9b::/96")
_PORTS: Final = {"http": 80, "https": 443}
_PLAIN_URL: Final = re.compile(r"[\x21-\x5b\x5d-\x7e]{1,8192}")  # no backslash, which is a slash to some
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?|[0-9a-f:.]{2,45}")
_LOCAL_NAMES: Final = ("localhost", "local", "internal", "localdomain", "home.arpa")


def refused(address: IPv4Address | IPv6Address) -> str:
    """Say what kind of address this is that a stranger must not send us to; empty for a public one."""
    if isinstance(address, IPv6Address) and (embedded := _embedded(address)) is not None:
        return refused(embedded)
    for network, kind in _NETWORKS:
        if address.version == network.version and address in network:
            return kind
    return "" if address.version == 4 or address in _GLOBAL_UNICAST else "reserved"  # noqa: PLR2004 - of IP


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that a packet would go to: mapped (`::ffff:10.0.0.1`), or behind a translator."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def is_loopback(host: str) -> bool:
    """Tell whether a host as written is this machine: `localhost`, `127.0.0.1`, `::1`."""
    if host == "localhost":
        return True
    literal = _literal(host)
    return literal is not None and literal.is_loopback


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def place(url: str) -> Place:
    """Return the host and port of an http or https URL.

    Raises:
        ValueError: it is no such URL, has a user in it, or characters that not every reader takes for the same.
    """
    if not _PLAIN_URL.fullmatch(url):
        raise ValueError(url)
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise ValueError(url)
    return host, parts.port or _PORTS[parts.scheme]


def _shown(target: Place) -> str:
    """Write a place as references name a registry."""
    host, port = target
    host = f"[{host}]" if ":" in host else host
    return host if port == _PORTS["https"] else f"{host}:{port}"


def netloc(url: str) -> str:
    """Return `host[:port]` of a URL, as references and docker's configuration name it."""
    return urlsplit(url).netloc.lower()


class Guard(Struct, frozen=True):
    """What may be contacted.

    Attributes:
        listed: the places that the user named, wherever they are.
        plain: those of them that speak http.
    """

    listed: frozenset[Place] = frozenset()
    plain: frozenset[Place] = frozenset()

    def check_url(self, url: str, *, seen_from: str = "") -> None:
        """Check a URL before anything is resolved; `seen_from` is the URL whose answer names it.

        Raises:
            RegistryUntrusted: it must not be contacted.
        """
        try:
            target = place(url)
            source = place(seen_from) if seen_from else target
        except ValueError:
            raise self._no(netloc(seen_from), "names an address that is no web address") from None
        if url.startswith("http:") and target not in self.plain:
            raise self._no(netloc(url), "is named with `http://`, and what comes by it could be anybody's")
        # A listed host is one that this machine can reach and others perhaps cannot.
        if target != source and target in self.listed and source not in self.listed:
            raise self._no(netloc(seen_from), f"sends us to `{netloc(url)}`, a host of yours")

    def follow(self, link: str, *, seen_from: str) -> str:
        """Return the URL that a link leads to.

        Raises:
            RegistryUntrusted: it must not be contacted.
        """
        try:
            target = urljoin(seen_from, link)
        except ValueError:
            raise self._no(netloc(seen_from), "names an address that is no web address") from None
        self.check_url(target, seen_from=seen_from)
        return target

    def check_address(self, target: Place, address: str) -> None:
        """Check the address that a name has resolved to.

        Raises:
            RegistryUntrusted: it is not public, and the host is not listed.
        """
        kind = "" if target in self.listed else refused(ip_address(address.partition("%")[0]))
        if kind:
            raise self._no(_shown(target), f"is at the address {address}, which is {kind}", advice=True)

    def check_name(self, target: Place) -> None:
        """Check a name that a proxy will resolve, as far as a name tells.

        Raises:
            RegistryUntrusted: it is a local name or a private address, and the host is not listed.
        """
        host = target[0]
        literal = _literal(host)
        if literal is not None:
            self.check_address(target, host)
        elif target not in self.listed and (
            "." not in host or any(f".{host}".endswith(f".{name}") for name in _LOCAL_NAMES)
        ):
            raise self._no(_shown(target), "is a name of a local network", advice=True)

    @staticmethod
    def _no(host: str, reason: str, *, advice: bool = False) -> RegistryUntrusted:
        hint = f"If `{host}` is a registry of yours, list it under `registries` in the configuration." if advice else ""
        return RegistryUntrusted(f"`{host}` {reason}, so it is not contacted", host=host, help=hint)
