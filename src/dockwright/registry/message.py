"""A request and its answer."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import Final

from msgspec import Struct

from dockwright.registry.guard import netloc

_HUB: Final = "registry-1.docker.io"


class Request(Struct, frozen=True):
    """What is asked.

    Attributes:
        kind: what the request is counted as: `tags`, `head`, `manifest`, `blob`, `token`, `hub`.
        host: the registry that it is about, as references name it.
        largest: bytes of the answer, decoded.
        follow: whether redirects are followed.
        patient: whether to wait when the host wants fewer requests.
        body: a form, for POST.
    """

    method: str
    url: str
    kind: str
    host: str
    largest: int
    headers: Mapping[str, str] = {}
    follow: bool = True
    patient: bool = True
    body: bytes | None = None

    @property
    def shown(self) -> str:
        """The host that is asked, and what for, as messages say it."""
        contacted = netloc(self.url)
        return f"`{self.host}`" if contacted in {self.host, _HUB} else f"`{contacted}` (for `{self.host}`)"


class Reply(Struct, frozen=True):
    """What is answered; `headers` are found whatever their case, `url` is where the redirects ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
