"""What the environment says of the network: proxies and certificates, by the variables that curl reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.registry.limits import Network

if TYPE_CHECKING:
    from collections.abc import Mapping


def network(environment: Mapping[str, str]) -> Network:
    """Read what curl reads; `HTTP_PROXY` in capitals does not count, which in a CGI program a request's header sets."""

    def said(*names: str) -> str | None:
        return next((value for name in names if (value := environment.get(name))), None)

    proxies = {
        "http": said("http_proxy", "all_proxy", "ALL_PROXY"),
        "https": said("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
    }
    without = said("no_proxy", "NO_PROXY") or ""
    return Network(
        ca_file=said("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        proxies={scheme: url for scheme, url in proxies.items() if url is not None},
        no_proxy=tuple(host.strip() for host in without.split(",") if host.strip()),
    )
