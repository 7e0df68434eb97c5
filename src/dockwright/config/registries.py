"""How image registries are reached: what the configuration says of each, by its host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from dockwright.errors import InvalidReference
from dockwright.image import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.config.document import Document

_URL = r"^https?://[^/?#@\s]+(/[^?#\s]*)?$"


class Registry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A registry that is reached otherwise than by its name."""

    mirror: Annotated[
        Annotated[str, Meta(pattern=_URL)] | None,
        Meta(description="The URL of a mirror or pull-through cache that is asked instead."),
    ] = None
    token_host: Annotated[
        Annotated[str, Meta(pattern=r"^[^/?#@\s]+$")] | None,
        Meta(description="The host of its token server, which may be shown the credentials, where it is another one."),
    ] = None
    allow_private: Annotated[
        bool,
        Meta(description="Whether its host may have a private address (10.0.0.0/8, for example)."),
    ] = False


def check_registries(document: Document) -> None:
    """Refuse keys that are no registry's host, and settings that there are not.

    Raises:
        ConfigError: for the first such key.
    """
    hosts = document.at("registries")
    for host in hosts if isinstance(hosts, dict) else ():
        if _host(host) is None:
            raise document.error(
                ("registries", host),
                f"`{host}` is no host of a registry",
                help="Name it as images do: `docker.io`, `ghcr.io`, `registry.example:5000`.",
            )
        document.check_keys(Registry, "registries", host)
        mirror = document.at("registries", host, "mirror")
        if isinstance(mirror, str) and not mirror.startswith(("http://", "https://")):
            raise document.error(
                ("registries", host, "mirror"), f"`mirror` is `{mirror}`; it must be a URL, such as `https://{mirror}`"
            )


def by_host(registries: Mapping[str, Registry]) -> dict[str, Registry]:
    """Return the registries by the host as references have it."""
    return {_host(host) or host: registry for host, registry in registries.items()}


def _host(text: str) -> str | None:
    """Return the registry of an image there; None if such an image would be somewhere else."""
    try:
        registry = Reference.parse(f"{text}/x/x").registry
    except InvalidReference:
        return None
    return registry if text in {registry, "index.docker.io"} else None
