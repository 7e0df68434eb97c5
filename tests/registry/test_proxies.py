from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.registry import Network
from dockwright.registry.proxies import proxy_for
from tests.support.registry import Answer

if TYPE_CHECKING:
    from tests.support.registry.internet import Internet

PROXY = "http://proxy.corp:3128"


@pytest.mark.parametrize(
    ("no_proxy", "url", "proxied"),
    [
        ("", "https://ghcr.io/v2/", True),
        ("", "https://127.0.0.1:5000/v2/", False),
        ("", "https://localhost/v2/", False),
        ("", "http://ghcr.io/v2/", False),  # there is a proxy for https only
        ("ghcr.io", "https://ghcr.io/v2/", False),
        ("GHCR.io", "https://ghcr.io/v2/", False),
        ("ghcr.io", "https://pkg.ghcr.io/v2/", False),
        (".ghcr.io", "https://ghcr.io/v2/", False),
        ("*.ghcr.io", "https://pkg.ghcr.io/v2/", False),
        ("ghcr.io", "https://xghcr.io/v2/", True),
        ("ghcr.io:443", "https://ghcr.io/v2/", True),
        ("ghcr.io:5000", "https://ghcr.io:5000/v2/", False),
        ("ghcr.io:5000", "https://ghcr.io:5001/v2/", True),
        ("*", "https://ghcr.io/v2/", False),
        ("10.0.0.0/8", "https://10.1.2.3/v2/", False),
        ("10.0.0.0/8", "https://11.1.2.3/v2/", True),
        ("10.0.0.0/8", "https://ghcr.io/v2/", True),
        ("10.1.2.3", "https://10.1.2.3:5000/v2/", False),
        ("x/y", "https://ghcr.io/v2/", True),
        ("a,ghcr.io", "https://ghcr.io/v2/", False),
    ],
)
def test_proxies(no_proxy: str, url: str, *, proxied: bool) -> None:
    network = Network(proxies={"https": PROXY}, no_proxy=tuple(filter(None, no_proxy.split(","))))
    assert proxy_for(url, network) == (PROXY if proxied else None)


def test_the_environment_is_not_read(net: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the edges that read it: neither a proxy, nor certificates, nor a name of `~/.netrc` come by themselves."""
    for variable in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    netrc = net.certificate.key_file.with_name("netrc")
    netrc.write_text("machine registry.example.com login bob password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    net.answers("registry.example.com", Answer(200, b'{"tags": ["1"]}'))
    assert net.client().tags("registry.example.com/team/app").names == ("1",)
    assert net.secrets_seen() == set()
