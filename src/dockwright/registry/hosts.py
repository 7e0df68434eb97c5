"""Where a registry that a reference names is asked: itself, or what stands for it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import Final

from msgspec import Struct

from dockwright.errors import ConfigError
from dockwright.image import DOCKER_HUB
from dockwright.registry.guard import Guard, Place, is_loopback, netloc, place

_HUB_ORIGIN: Final = "https://registry-1.docker.io"


class Endpoint(Struct, frozen=True):
    """Where a registry's API is.

    Attributes:
        registry: the registry as references name it: `docker.io`.
        origin: scheme, host and port: `https://registry-1.docker.io`.
        prefix: what comes before the repository, `dockerhub/` for instance where a mirror keeps it in a folder.
        mirror: whether it stands for the registry that the reference names.
    """

    registry: str
    origin: str
    prefix: str = ""
    mirror: bool = False

    @property
    def host(self) -> str:
        """The host (and port) that is contacted, which is the one that credentials are for."""
        return DOCKER_HUB if self.is_hub else netloc(self.origin)

    @property
    def is_hub(self) -> bool:
        """Whether this is Docker Hub itself, with its limits and its own API."""
        return self.origin == _HUB_ORIGIN

    @property
    def shown(self) -> str:
        """The registry as messages name it."""
        return f"`{netloc(self.origin)}` (for `{self.registry}`)" if self.mirror else f"`{self.registry}`"

    def url(self, repository: str, rest: str) -> str:
        """Return the URL of something in a repository: `rest` is `tags/list`, or `manifests/...`."""
        return f"{self.origin}/v2/{self.prefix}{repository}/{rest}"


class Endpoints(Struct, frozen=True):
    """Where each registry is asked.

    Attributes:
        mirrors: the URL that stands for a registry, by the registry's name. A path in it comes before repositories. A
            registry that is its own mirror is contacted exactly as the URL says.
        allowed_hosts: hosts (and ports) that may be private. Those on loopback speak http, unless `mirrors` says more.
        token_hosts: hosts (and ports) of token servers, by the registry that they belong to.
    """

    mirrors: Mapping[str, str] = {}
    allowed_hosts: frozenset[str] = frozenset()
    token_hosts: Mapping[str, str] = {}

    def of(self, registry: str) -> Endpoint:
        """Return where a registry is asked."""
        if (mirror := self.mirrors.get(registry)) is not None:
            origin, prefix = _split(mirror, registry)
            return Endpoint(registry, origin, prefix, mirror=netloc(origin) != registry)
        if registry == DOCKER_HUB:
            return Endpoint(registry, _HUB_ORIGIN)
        return Endpoint(registry, self._own(registry))

    def guard(self) -> Guard:
        """Return what may be contacted."""
        origins = [_split(mirror, registry)[0] for registry, mirror in self.mirrors.items()]
        origins += [self._own(host) for host in (*self.allowed_hosts, *self.token_hosts.values())]
        return Guard(
            frozenset(_place(origin) for origin in origins),
            frozenset(_place(origin) for origin in origins if origin.startswith("http:")),
        )

    def _own(self, host: str) -> str:
        scheme = "https"
        if host in self.allowed_hosts and is_loopback(_place(f"http://{host}")[0]):
            scheme = "http"
        return f"{scheme}://{host.lower()}"


def _split(mirror: str, registry: str) -> tuple[str, str]:
    """Return the origin and the prefix that a mirror's URL means."""
    url = mirror.strip().rstrip("/")
    try:
        place(url)
    except ValueError:
        raise ConfigError(
            f"The mirror of `{registry}` has to be a URL such as `https://mirror.example.com`, without a user in it"
        ) from None
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    path = path.removeprefix("v2/")
    return f"{scheme}://{host.lower()}", f"{path}/" if path else ""


def _place(origin: str) -> Place:
    try:
        return place(origin)
    except ValueError:
        host = origin.partition("://")[2]
        raise ConfigError(f"`{host}` is no host of a registry; write `host` or `host:port`") from None
