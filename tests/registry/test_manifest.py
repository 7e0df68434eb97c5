"""Whatever a registry sends, reading it ends with a value or with a refusal in our words."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.errors import RegistryError, RegistryUntrusted
from dockwright.registry import manifest
from dockwright.registry.digest import digest_of
from tests.support.registry import Wish, build
from tests.support.registry.images import DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST

if TYPE_CHECKING:
    from dockwright.registry import Resolved
    from dockwright.registry.manifest import Content

HOST = "registry.example.com"
KEYS = st.sampled_from(
    "schemaVersion mediaType manifests config layers annotations digest size platform os architecture variant".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([OCI_INDEX, OCI_MANIFEST, "sha256:" + "a" * 64, "linux", "amd64"])
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner), max_leaves=30)


def read(data: bytes, content_type: str = "") -> Resolved:
    def nested(digest: str) -> Content:
        return manifest.read(data, digest, host=HOST)

    content = manifest.read(data, digest_of(data), host=HOST, content_type=content_type)
    return manifest.resolved(content, config=lambda _: data, nested=nested, host=HOST)


@given(JSON)
def test_any_json(value: object) -> None:
    with suppress(RegistryError):
        assert all(str(platform).isprintable() for platform in read(json.dumps(value).encode()).platforms)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    with pytest.raises(RegistryUntrusted):
        read(data)


@given(st.data())
def test_an_index_with_a_change(data: st.DataObject) -> None:
    index: Any = json.loads(build(Wish(("linux/amd64", "linux/arm64/v8"), attestations=True)).top.data)
    place: Any = index
    while isinstance(place, (dict, list)) and place:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or data.draw(st.booleans()):
            place[key] = data.draw(LEAVES)
            break
        place = place[key]
    with suppress(RegistryError):
        assert len(read(json.dumps(index).encode()).platforms) <= 2


def test_schema_1() -> None:
    content_type = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    with pytest.raises(RegistryError, match=r"has this image only in a format of 2015"):
        read(b'{"schemaVersion": 1, "fsLayers": []}', content_type)


@pytest.mark.parametrize(
    ("said", "sent", "good"),
    [
        (OCI_MANIFEST, OCI_MANIFEST, True),
        (OCI_MANIFEST, OCI_MANIFEST + "; charset=utf-8", True),
        (OCI_MANIFEST, OCI_MANIFEST.upper(), True),
        (None, OCI_MANIFEST, True),
        (None, DOCKER_MANIFEST, True),
        (None, "", True),
        (OCI_MANIFEST, "", True),
        (DOCKER_MANIFEST, OCI_MANIFEST, False),
        (OCI_INDEX, OCI_INDEX, False),
        (None, OCI_INDEX, False),
        (OCI_MANIFEST, "application/json", False),
        ("application/vnd.example", "application/vnd.example", False),
    ],
)
def test_what_is_said_must_be_what_is_sent(said: str | None, sent: str, *, good: bool) -> None:
    data = json.dumps(
        {"schemaVersion": 2, "config": {}, "layers": [], **({"mediaType": said} if said else {})}
    ).encode()
    if good:
        assert read(data, sent).platforms == ()
        return
    with pytest.raises(RegistryUntrusted, match=r"sends something else than it says"):
        read(data, sent)
