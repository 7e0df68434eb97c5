"""Pushing images, as the distribution specification says it ("Push"); the client under test only pulls."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests

from tests.support.registry.images import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.registry.images import Image, Manifest


def push_image(origin: str, repository: str, tags: Iterable[str], image: Image) -> None:
    """Push an image to a registry that asks for no name, and name it by tags."""
    with requests.Session() as session:
        session.trust_env = False
        base = f"{origin}/v2/{repository}"
        for blob in image.blobs:
            started = _good(session.post(f"{base}/blobs/uploads/", timeout=30))
            location = urljoin(base, started.headers["Location"])
            joint = "&" if "?" in location else "?"
            _good(session.put(f"{location}{joint}digest={digest_of(blob)}", data=blob, timeout=30))
        for manifest in image.manifests:
            _put(session, f"{base}/manifests/{manifest.digest}", manifest)
        for tag in tags:
            _put(session, f"{base}/manifests/{tag}", image.top)


def _put(session: requests.Session, url: str, manifest: Manifest) -> None:
    _good(session.put(url, data=manifest.data, headers={"Content-Type": manifest.media_type}, timeout=30))


def _good(response: requests.Response) -> requests.Response:
    assert response.ok, f"{response.request.method} {response.url}: {response.status_code} {response.text}"
    return response
