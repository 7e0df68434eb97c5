"""Which proxy a request goes through (the variables `https_proxy` and `no_proxy`, which the edges read)."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dockwright.registry.guard import is_loopback

if TYPE_CHECKING:
    from dockwright.registry.limits import Network


def proxy_for(url: str, network: Network) -> str | None:
    """Return the proxy for a URL; None if it is to be reached without one. Nobody reaches loopback through a proxy."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxy = network.proxies.get(parts.scheme)
    if not proxy or is_loopback(host) or any(_excepts(entry, host, parts.port) for entry in network.no_proxy):
        return None
    return proxy


def _excepts(entry: str, host: str, port: int | None) -> bool:
    """Tell whether an entry of `no_proxy` means a host: a domain and all below it, an address, a network, `*`."""
    entry = entry.strip().lower()
    if "/" in entry:
        return _in_network(entry, host)
    name, colon, number = entry.rpartition(":")
    if colon and number.isdecimal() and "]" not in number and ":" not in name:
        return number == str(port) and _excepts(name, host, port)
    name = entry.removeprefix("*").removeprefix(".")
    return entry == "*" or (bool(name) and f".{host}".endswith(f".{name}"))


def _in_network(entry: str, host: str) -> bool:
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        return False
