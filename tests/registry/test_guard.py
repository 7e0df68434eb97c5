from __future__ import annotations

from ipaddress import ip_address

import pytest

from dockwright.errors import ConfigError, RegistryUntrusted
from dockwright.registry.guard import Guard, place, refused
from dockwright.registry.hosts import Endpoint, Endpoints

ADDRESSES = {
    "1.1.1.1": "",
    "140.82.112.33": "",
    "34.0.0.1": "",
    "172.15.255.255": "",
    "172.32.0.0": "",
    "100.63.255.255": "",
    "100.128.0.0": "",
    "169.253.255.255": "",
    "223.255.255.255": "",
    "0.0.0.0": "this network",  # noqa: S104 - refused
    "10.1.2.3": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "127.0.0.1": "loopback",
    "127.8.8.8": "loopback",
    "169.254.169.254": "link-local",
    "169.254.170.2": "link-local",
    "100.100.100.200": "shared by a provider's customers",
    "168.63.129.16": "a cloud's own",
    "192.0.0.192": "reserved",
    "192.0.2.1": "reserved",
    "198.18.0.1": "reserved",
    "198.51.100.1": "reserved",
    "203.0.113.1": "reserved",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "2606:4700:4700::1111": "",
    "2a00:1450:4001::1": "",
    "64:ff9b::8.8.8.8": "",
    "::ffff:8.8.8.8": "",
    "::": "this host",
    "::1": "loopback",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:169.254.169.254": "link-local",
    "::127.0.0.1": "reserved",
    "64:ff9b::10.0.0.1": "private",
    "64:ff9b:1::1": "reserved",
    "2002:0a00:0001::": "reserved",
    "2001::1": "reserved",
    "2001:db8::1": "reserved",
    "3fff::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "fd20:ce::254": "private",
    "fe80::1": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
    "100::1": "reserved",
    "4000::1": "reserved",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses(address: str) -> None:
    assert refused(ip_address(address)) == ADDRESSES[address]


def test_a_listed_host_may_be_anywhere_at_its_port_only() -> None:
    guard = Endpoints(allowed_hosts=frozenset({"registry.corp:5000"})).guard()
    guard.check_address(("registry.corp", 5000), "10.0.0.1")
    with pytest.raises(RegistryUntrusted) as caught:
        guard.check_address(("registry.corp", 443), "10.0.0.1")
    assert str(caught.value) == "`registry.corp` is at the address 10.0.0.1, which is private, so it is not contacted"
    assert caught.value.help == (
        "If `registry.corp` is a registry of yours, list it under `registries` in the configuration."
    )


@pytest.mark.parametrize("host", ["localhost", "metadata", "registry.localhost", "printer.local", "x.internal"])
def test_local_names_are_not_given_to_a_proxy(host: str) -> None:
    with pytest.raises(RegistryUntrusted, match=rf"^`{host}:5000` is a name of a local network"):
        Guard().check_name((host, 5000))


def test_public_names_are_given_to_a_proxy() -> None:
    Guard().check_name(("registry.example.com", 443))
    Guard().check_name(("1.1.1.1", 443))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Registry.Example.com", ("registry.example.com", 443)),
        ("http://[::1]:5000/x", ("::1", 5000)),
        ("https://x:5000", ("x", 5000)),
    ],
)
def test_places(url: str, expected: tuple[str, int]) -> None:
    assert place(url) == expected


@pytest.mark.parametrize("url", ["", "x", "//x", "ftp://x", "https://", "https://a@b", "https://x:0x", "https://[::1"])
def test_what_is_no_place(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - `place` says only that
        place(url)


ENDPOINTS = {
    "docker.io": Endpoint("docker.io", "https://registry-1.docker.io"),
    "ghcr.io": Endpoint("ghcr.io", "https://ghcr.io"),
    "localhost:5000": Endpoint("localhost:5000", "http://localhost:5000"),
    "localhost:5001": Endpoint("localhost:5001", "https://localhost:5001"),
    "registry.corp:5000": Endpoint("registry.corp:5000", "https://registry.corp:5000"),
    "quay.io": Endpoint("quay.io", "https://mirror.corp", "quay/", mirror=True),
    "gcr.io": Endpoint("gcr.io", "http://10.0.0.5:5000", mirror=True),
    "10.0.0.6:5000": Endpoint("10.0.0.6:5000", "http://10.0.0.6:5000"),
}
HOSTS = Endpoints(
    {
        "quay.io": "https://mirror.corp/v2/quay/",
        "gcr.io": "http://10.0.0.5:5000",
        "10.0.0.6:5000": "http://10.0.0.6:5000/",
    },
    frozenset({"localhost:5000", "registry.corp:5000"}),
)


@pytest.mark.parametrize("registry", ENDPOINTS)
def test_where_a_registry_is(registry: str) -> None:
    assert HOSTS.of(registry) == ENDPOINTS[registry]


def test_what_a_mirror_with_a_folder_is_asked() -> None:
    assert HOSTS.of("quay.io").url("team/app", "tags/list") == "https://mirror.corp/v2/quay/team/app/tags/list"


@pytest.mark.parametrize("mirror", ["mirror.corp", "ftp://x", "https://user:password@mirror.corp", "https://"])
def test_a_mirror_that_is_no_url(mirror: str) -> None:
    with pytest.raises(ConfigError, match=r"^The mirror of `docker.io` has to be a URL") as caught:
        Endpoints({"docker.io": mirror}).guard()
    assert "password" not in str(caught.value)


def test_an_allowed_host_that_is_none() -> None:
    with pytest.raises(ConfigError, match=r"^`a:b:c` is no host of a registry; write `host` or `host:port`$"):
        Endpoints(allowed_hosts=frozenset({"a:b:c"})).guard()
