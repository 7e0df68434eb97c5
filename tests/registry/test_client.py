"""What the client asks for, and what it does not."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import InvalidReference, RegistryError, RegistryNotFound, RegistryUnauthorized, RegistryUntrusted
from dockwright.image import Platform
from dockwright.registry import Client, Limits, Network
from tests.support.registry import Wish, build, digest_of
from tests.support.registry.images import OCI_INDEX, OCI_MANIFEST, Image, encode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.registry import RegistryDouble

PYTHON = "docker.io/library/python"
MANIFESTS = "/v2/library/python/manifests"


def test_each_thing_is_asked_once_however_many_ask(registry: RegistryDouble) -> None:
    digest = registry.push("library/python", "3.12", "3.13", platforms=["linux/amd64", "linux/arm64"])
    client = registry.client()
    jobs = [(PYTHON, tag) for tag in ("3.12", "3.13")] * 20
    assert set(client.gather(client.digest, jobs)) == {digest}
    assert {found.digest for found in client.gather(client.resolve, jobs) if not isinstance(found, RegistryError)} == {
        digest
    }
    assert {
        found.names for found in client.gather(client.tags, [(PYTHON,)] * 20) if not isinstance(found, RegistryError)
    } == {("3.12", "3.13")}
    assert registry.counts == {
        f"HEAD {MANIFESTS}/3.12": 1,
        f"HEAD {MANIFESTS}/3.13": 1,
        f"GET {MANIFESTS}/{digest}": 1,
        "GET /v2/library/python/tags/list": 1,
    }
    assert client.requests == {(registry.host, "head"): 2, (registry.host, "manifest"): 1, (registry.host, "tags"): 1}


def test_a_tag_that_is_resolved_needs_no_head(registry: RegistryDouble) -> None:
    digest = registry.push("library/python", "3.12")
    client = registry.client()
    assert client.resolve(PYTHON, "3.12").digest == client.digest(PYTHON, "3.12") == digest
    assert registry.counts == {f"GET {MANIFESTS}/3.12": 1}


def test_what_is_refused_is_refused_once(registry: RegistryDouble) -> None:
    registry.push("library/python", "3.12")
    client = registry.client()
    answers = client.gather(client.digest, [(PYTHON, "4")] * 10)
    assert [type(answer) for answer in answers] == [RegistryNotFound] * 10
    assert registry.counts == {f"HEAD {MANIFESTS}/4": 1}


def test_a_connection_serves_many_requests(registry: RegistryDouble) -> None:
    registry.push("library/python", *map(str, range(50)))
    client = registry.client()
    client.gather(client.digest, [(PYTHON, str(number)) for number in range(50)])
    assert len({asked.client for asked in registry.asked}) <= Limits().per_host


def test_long_lists_come_in_pages(registry: RegistryDouble) -> None:
    tags = [f"{number:05}" for number in range(2500)]
    registry.push("library/python", *tags)
    registry.page = 1000
    assert registry.client().tags(PYTHON).names == tuple(tags)
    assert registry.counts == {"GET /v2/library/python/tags/list": 3}


@pytest.mark.parametrize("status", [400, 405, 500, 504])
def test_a_list_that_is_too_long_is_asked_for_in_smaller_pages(registry: RegistryDouble, status: int) -> None:
    """As ECR, which refuses more than 1,000, and Docker Hub, which runs into its own time-out."""
    registry.push("library/python", "3.12")
    registry.push("library/node", "22")
    registry.answer("GET", "/v2/library/python/tags/list", status=status, times=1)
    client = registry.client()
    assert client.tags(PYTHON).names == ("3.12",)
    assert client.tags("docker.io/library/node").names == ("22",)
    assert [asked.query["n"] for asked in registry.asked] == ["10000", "1000", "1000"]


def test_an_empty_repository(registry: RegistryDouble) -> None:
    registry.push("library/python", "3.12")
    registry.answer("GET", "/v2/library/python/tags/list", body=b'{"name": "library/python", "tags": null}')
    assert registry.client().tags(PYTHON).names == ()


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("python", "3.12"),
        ("docker.io/python", "3.12"),
        ("docker.io/library/python?x=", "3.12"),
        ("docker.io/library/../python", "3.12"),
        ("docker.io/library/python", "3.12/../../x"),
        ("docker.io/library/python", "3.12@sha256:x"),
        ("docker.io/library/python:3", "12"),
    ],
)
def test_names_that_are_none_are_not_asked_for(registry: RegistryDouble, name: str, tag: str) -> None:
    with pytest.raises(InvalidReference):
        registry.client().digest(name, tag)
    assert registry.asked == []


# --- what an image is ------------------------------------------------------------------------------------------------


def test_attestations_and_unknown_things_are_no_platforms(registry: RegistryDouble) -> None:
    image = build(Wish(("linux/amd64", "windows/amd64"), attestations=True))
    strange = {"mediaType": OCI_MANIFEST, "digest": "sha256:" + "a" * 64, "size": 1}
    entries = [
        strange,
        strange | {"platform": {"os": "unknown", "architecture": "unknown"}},
        strange | {"platform": {"os": "linux", "architecture": ""}},
        strange | {"platform": {"os": "linux\n::error::", "architecture": "amd64"}},
        strange | {"mediaType": "application/vnd.example", "platform": {"os": "linux", "architecture": "arm"}},
        strange | {"platform": {"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.2700"}},
    ]
    index = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, OCI_INDEX)
    registry.push_image("library/python", "attested", image=image)
    registry.push_image("library/python", "strange", image=Image((), (index,)))
    client = registry.client()
    assert [str(found) for found in client.resolve(PYTHON, "attested").platforms] == ["linux/amd64", "windows/amd64"]
    (entry,) = client.resolve(PYTHON, "strange").entries
    assert (str(entry.platform), entry.os_version) == ("windows/amd64", "10.0.20348.2700")


def test_annotations_and_dates(registry: RegistryDouble) -> None:
    created = "org.opencontainers.image.created"
    tags = {
        "index": Wish(annotations={created: "2026-11-02T10:00:00Z", "x": "y"}),
        "entries": Wish(entry_annotations={created: "2026-11-03T10:00:00.123456789+02:00", "revision": "abc"}),
        "configuration": Wish(single=True, created="1970-01-01T00:00:00Z"),
        "nothing": Wish(),
        "nonsense": Wish(annotations={created: "yesterday"}),
        "no zone": Wish(annotations={created: "2026-11-02T10:00:00"}),
    }
    for tag, wish in tags.items():
        registry.push_image("library/python", tag.replace(" ", "-"), image=build(wish))
    client = registry.client()
    found = {tag: client.resolve(PYTHON, tag.replace(" ", "-")) for tag in tags}
    assert {tag: str(each.created) for tag, each in found.items()} == {
        "index": "2026-11-02 10:00:00+00:00",
        "entries": "2026-11-03 10:00:00.123457+02:00",
        "configuration": "1970-01-01 00:00:00+00:00",
        "nothing": "None",
        "nonsense": "None",
        "no zone": "None",
    }
    assert found["index"].annotations["x"] == "y"
    assert found["entries"].entries[0].annotations["revision"] == "abc"


@pytest.mark.parametrize("filtered", [True, False])
def test_referrers_by_the_api(registry: RegistryDouble, *, filtered: bool) -> None:
    digest = registry.push("library/python", "1")
    types = ["application/vnd.a", "application/vnd.b"]
    entries = [
        {"mediaType": OCI_MANIFEST, "digest": f"sha256:{index:064}", "size": 1, "artifactType": each}
        for index, each in enumerate(types)
    ]
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries[1:] if filtered else entries}
    registry.answer(
        "GET",
        f"/v2/library/python/referrers/{digest}",
        body=json.dumps(index).encode(),
        headers={"Content-Type": OCI_INDEX, **({"OCI-Filters-Applied": "artifactType"} if filtered else {})},
    )
    (found,) = registry.client().referrers(PYTHON, digest, artifact_type="application/vnd.b")
    assert (found.artifact_type, found.digest) == ("application/vnd.b", f"sha256:{1:064}")
    assert registry.asked[-1].query == {"artifactType": "application/vnd.b"}


def test_referrers_that_are_refused(registry: RegistryDouble) -> None:
    digest = registry.push("library/python", "1")
    registry.answer("GET", "/v2/library/python/referrers/.*", status=403)
    with pytest.raises(
        RegistryUnauthorized, match=r"wants credentials: it does not show referrers of `library/python`$"
    ):
        registry.client().referrers(PYTHON, digest)


def test_a_blob_that_is_not_there(registry: RegistryDouble) -> None:
    registry.push("library/python", "1")
    digest = "sha256:" + "a" * 64
    with pytest.raises(RegistryNotFound, match=rf"has no blob `{digest}` of `library/python`$"):
        list(registry.client().blob(PYTHON, digest, largest=10))


def test_a_blob_is_asked_for_again(registry: RegistryDouble) -> None:
    image = build(Wish())
    registry.push_image("library/python", "1", image=image)
    registry.answer("GET", "/v2/library/python/blobs/.*", status=503, headers={"Retry-After": "0"}, times=2)
    pieces = registry.client().blob(PYTHON, digest_of(image.blobs[0]), largest=10_000)
    assert b"".join(pieces) == image.blobs[0]


def test_a_configuration_that_is_not_there(registry: RegistryDouble) -> None:
    image = build(Wish(single=True))
    registry.push_image("library/python", "1", image=Image((), image.manifests))
    with pytest.raises(RegistryNotFound, match=r"has no blob `sha256:"):
        registry.client().resolve(PYTHON, "1")


def test_a_chart_has_no_platform(registry: RegistryDouble) -> None:
    config = b"{}"
    chart = encode(
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": {
                "mediaType": "application/vnd.cncf.helm.config.v1+json",
                "digest": "sha256:" + "a" * 64,
                "size": 2,
            },
            "layers": [],
        },
        OCI_MANIFEST,
    )
    registry.push_image("library/python", "chart", image=Image((config,), (chart,)))
    assert registry.client().resolve(PYTHON, "chart").platforms == ()


def test_an_index_in_an_index(registry: RegistryDouble) -> None:
    inner = build(Wish(("linux/amd64", "linux/arm64")))
    entries = [{"mediaType": OCI_INDEX, "digest": inner.digest, "size": len(inner.top.data)}]
    outer = encode({"schemaVersion": 2, "manifests": entries}, OCI_INDEX)
    registry.push_image("library/python", "1", image=Image(inner.blobs, (*inner.manifests, outer)))
    resolved = registry.client().resolve(PYTHON, "1")
    assert resolved.digest == outer.digest
    assert resolved.platforms == (Platform("linux", "amd64"), Platform("linux", "arm64"))


def test_an_old_registry_that_names_no_type(registry: RegistryDouble) -> None:
    image = build(Wish(docker=True))
    registry.push_image("library/python", "1", image=image)
    registry.answer("GET", f"{MANIFESTS}/1", body=image.top.data)
    assert registry.client().resolve(PYTHON, "1").digest == image.digest


def test_sha512(registry: RegistryDouble) -> None:
    import hashlib

    image = build(Wish())
    digest = "sha512:" + hashlib.sha512(image.top.data).hexdigest()
    registry.push_image("library/python", "1", image=image)
    for right in (True, False):
        body = image.top.data if right else image.top.data + b" "
        registry.answer("GET", f"{MANIFESTS}/{digest}", body=body, headers={"Content-Type": OCI_INDEX}, times=1)
        if right:
            assert registry.client().resolve(PYTHON, digest).digest == digest
        else:
            with pytest.raises(RegistryUntrusted):
                registry.client().resolve(PYTHON, digest)


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_what_is_kept_is_not_fetched_again(registry: RegistryDouble, tmp_path: Path) -> None:
    digest = registry.push("library/python", "3.12", platforms=["linux/amd64", "linux/arm64"])
    first = registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12")
    registry.asked.clear()
    client = registry.client(cache_dir=str(tmp_path))
    assert client.resolve(PYTHON, "3.12") == first
    assert registry.counts == {f"HEAD {MANIFESTS}/3.12": 1}
    assert client.resolve(PYTHON, digest) == first
    assert registry.counts == {f"HEAD {MANIFESTS}/3.12": 1}


def test_a_tag_that_moves_is_seen(registry: RegistryDouble, tmp_path: Path) -> None:
    old = registry.push("library/python", "3.12")
    assert registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12").digest == old
    new = registry.push("library/python", "3.12", content="rebuilt")
    registry.asked.clear()
    assert registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12").digest == new
    assert registry.counts == {f"HEAD {MANIFESTS}/3.12": 1, f"GET {MANIFESTS}/{new}": 1}


def test_a_configuration_is_kept_too(registry: RegistryDouble, tmp_path: Path) -> None:
    registry.push_image("library/python", "1", image=build(Wish(("linux/arm64/v8",), single=True)))
    for _ in range(2):
        resolved = registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "1")
        assert resolved.platforms == (Platform("linux", "arm64", "v8"),)
    assert Counter(asked.method for asked in registry.asked) == {"GET": 2, "HEAD": 1}


def test_a_poisoned_cache_is_harmless(registry: RegistryDouble, tmp_path: Path) -> None:
    registry.push("library/python", "3.12")
    first = registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12")
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(kept) == 1
    kept[0].write_bytes(build(Wish(content="evil")).top.data)
    assert registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12") == first
    assert registry.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12") == first
    assert registry.counts[f"GET {MANIFESTS}/{first.digest}"] == 1


def test_a_cache_that_cannot_be_written_is_none(registry: RegistryDouble, tmp_path: Path) -> None:
    digest = registry.push("library/python", "3.12")
    (tmp_path / "file").write_text("in the way")
    client = registry.client(cache_dir=str(tmp_path / "file"))
    assert client.resolve(PYTHON, "3.12").digest == digest
    client.close()


def test_a_cache_keeps_what_was_used_last(registry: RegistryDouble, tmp_path: Path) -> None:
    digests = [registry.push("library/python", str(number), content=str(number)) for number in range(5)]
    size = len(build(Wish(content="0")).top.data)
    network = Network(limits=Limits(cache=size * 3))

    def client() -> Client:
        return Client(cache_dir=str(tmp_path), mirrors={"docker.io": registry.url}, network=network)

    filling = client()
    for digest in digests:
        filling.resolve(PYTHON, digest)
    for age, path in enumerate(_kept(tmp_path, digest) for digest in digests):
        os.utime(path, (age, age))
    using = client()
    using.resolve(PYTHON, digests[0])
    using.close()  # wrote nothing, so removes nothing
    assert all(_kept(tmp_path, digest).exists() for digest in digests)
    filling.close()
    assert [_kept(tmp_path, digest).exists() for digest in digests] == [True, False, False, True, True]


def _kept(folder: Path, digest: str) -> Path:
    name = digest.removeprefix("sha256:")
    return folder / "registry-1" / "sha256" / name[:2] / name[2:]


# --- many at once ----------------------------------------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_jobs(registry: RegistryDouble) -> None:
    digests = [registry.push("library/python", str(number), content=str(number)) for number in range(30)]
    client = registry.client()
    jobs = [(name, str(number)) for number in range(30) for name in (PYTHON, f"{registry.host}/library/python")]
    assert client.gather(client.digest, jobs) == [digest for digest in digests for _ in range(2)]
    assert client.gather(client.digest, []) == []


def test_a_bug_is_not_hidden(registry: RegistryDouble) -> None:
    def ask(name: str, number: int) -> int:
        if number == 3:
            raise ZeroDivisionError(name)
        return number

    with pytest.raises(ZeroDivisionError):
        registry.client().gather(ask, [(PYTHON, number) for number in range(10)])


def test_a_host_that_is_slow_holds_up_no_other(registry: RegistryDouble) -> None:
    """Every lane of the slow host waits for what only the last job of the other host brings."""
    done = threading.Event()

    def ask(name: str, number: int) -> int:
        if name == "slow/x":
            assert done.wait(30)
        elif number == 49:
            done.set()
        return number

    jobs = [("slow/x", number) for number in range(50)] + [("quick/x", number) for number in range(50)]
    assert registry.client().gather(ask, jobs) == [number for _, number in jobs]


def test_a_host_is_asked_by_a_few_at_a_time(registry: RegistryDouble) -> None:
    lock = threading.Lock()
    now: list[int] = []
    most = 0

    def ask(_: str, number: int) -> None:
        nonlocal most
        with lock:
            now.append(number)
            most = max(most, len(now))
        threading.Event().wait(0.001)
        with lock:
            now.remove(number)

    registry.client().gather(ask, [(PYTHON, number) for number in range(60)])
    assert most <= Limits().per_host


def test_each_request_is_told_to_who_wants_to_know(registry: RegistryDouble) -> None:
    registry.push("library/python", "3.12")
    lines: list[str] = []
    client = Client(mirrors={"docker.io": registry.url}, log=lines.append)
    client.digest(PYTHON, "3.12")
    (line,) = lines
    assert line.startswith(f"HEAD {registry.host}{MANIFESTS}/3.12 200 ")


def test_an_address_is_resolved_once_and_used(registry: RegistryDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a second look at the name would find another address."""
    import socket

    port = int(registry.host.partition(":")[2])
    answers = iter([("8.8.8.8", port), ("169.254.169.254", port), ("127.0.0.1", port)])
    opened: list[object] = []

    def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", next(answers))]

    def connect(_: object, address: object) -> None:
        opened.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(RegistryError):
        Client(network=Network(limits=Limits(attempts=1))).digest(f"rebind.example.com:{port}/x", "1")
    with pytest.raises(RegistryUntrusted, match=r"is at the address 169.254.169.254, which is link-local"):
        Client().digest(f"rebind.example.com:{port}/x", "1")
    with pytest.raises(RegistryUntrusted, match=r"is at the address 127.0.0.1, which is loopback"):
        Client().digest(f"rebind.example.com:{port}/x", "1")
    assert opened == [("8.8.8.8", port)]


def test_a_host_that_nobody_listed_is_not_contacted(registry: RegistryDouble) -> None:
    registry.push("library/python", "3.12")
    port = registry.host.partition(":")[2]
    for host in (registry.host, f"localhost:{port}", f"127.1:{port}", f"[::ffff:7f00:1]:{port}"):
        with pytest.raises(RegistryUntrusted, match=r"so it is not contacted$"):
            Client().digest(f"{host}/library/python", "3.12")
    assert registry.asked == []
