"""Docker Hub: its limit of pulls, and its own API."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import RegistryLimited
from dockwright.image import Platform
from dockwright.registry import Limits
from tests.support.registry import Answer, Wish, build
from tests.support.registry.images import OCI_INDEX

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.registry.internet import Internet, Sent

PYTHON = "docker.io/library/python"
REGISTRY, API = "registry-1.docker.io", "hub.docker.com"
IMAGE = build(Wish(("linux/amd64", "linux/arm64/v8")))
LIST = Answer(200, b'{"tags": ["3.11", "3.12", "3.13"]}')


def registry(remaining: str) -> Callable[[Sent], Answer]:
    """Be Docker Hub's registry, with so many pulls left."""

    def answer(sent: Sent) -> Answer:
        if sent.path.endswith("/tags/list"):
            return LIST
        return Answer(
            200,
            IMAGE.top.data,
            {
                "Content-Type": OCI_INDEX,
                "Docker-Content-Digest": IMAGE.digest,
                "ratelimit-limit": "100;w=21600",
                "ratelimit-remaining": remaining,
            },
        )

    return answer


def tag(name: str, pushed: str, **more: object) -> dict[str, object]:
    return {"name": name, "tag_last_pushed": f"{pushed}T10:00:00.1Z", "last_updated": f"{pushed}T10:00:00.1Z", **more}


def page(*tags: dict[str, object], more: bool) -> Answer:
    following = "https://hub.docker.com/v2/repositories/library/python/tags?page=2" if more else None
    return Answer(200, json.dumps({"count": 9, "next": following, "results": tags}).encode())


def test_tags_with_the_days_of_their_last_push(net: Internet) -> None:
    net.hosts[REGISTRY] = registry("100;w=21600")
    pages = {
        "1": page(tag("3.13", "2026-11-20"), tag("3.12", "2026-11-19"), more=True),
        "2": page(tag("3.11", "2026-01-02"), more=True),
    }
    net.hosts[API] = lambda sent: pages[sent.query["page"]]
    client = net.client(limits=Limits(hub_pages=2))
    tags = client.tags(PYTHON)
    assert tags.names == ("3.11", "3.12", "3.13")
    assert tags.pushed == {"3.13": date(2026, 11, 20), "3.12": date(2026, 11, 19), "3.11": date(2026, 1, 2)}
    assert tags.dated_since == date(2026, 1, 2)
    assert client.pushed(PYTHON, "3.12") == date(2026, 11, 19)
    assert [(sent.path, sent.query) for sent in net.sent[1:]] == [
        (
            "/v2/repositories/library/python/tags",
            {"page_size": "100", "ordering": "last_updated", "page": number},
        )
        for number in ("1", "2")
    ]


def test_when_all_are_dated_nothing_is_said_of_others(net: Internet) -> None:
    net.hosts[REGISTRY] = registry("100")
    net.answers(API, page(tag("3.12", "2026-11-19"), more=False))
    tags = net.client().tags(PYTHON)
    assert (tags.pushed, tags.dated_since) == ({"3.12": date(2026, 11, 19)}, None)


@pytest.mark.parametrize(
    "answer", [Answer(404), Answer(429), Answer(500), Answer(200, b"<html>"), Answer(301, b"", {"Location": "/"})]
)
def test_without_its_api_there_are_no_dates(net: Internet, answer: Answer) -> None:
    net.hosts[REGISTRY] = registry("100")
    net.answers(API, answer)
    client = net.client()
    assert client.tags(PYTHON).names == client.tags("docker.io/library/node").names == ("3.11", "3.12", "3.13")
    assert client.tags(PYTHON).pushed == {}


def test_a_single_day(net: Internet) -> None:
    net.hosts[REGISTRY] = registry("100")
    net.hosts[API] = lambda sent: (
        Answer(200, json.dumps(tag("3.10", "2025-05-06")).encode()) if sent.path.endswith("/3.10") else Answer(404)
    )
    client = net.client()
    assert [client.pushed(PYTHON, name) for name in ("3.10", "3.10", "3.9")] == [date(2025, 5, 6)] * 2 + [None]
    assert len(net.sent) == 2
    assert client.pushed("ghcr.io/x/y", "1") is None


def test_pulls_are_left_to_others(net: Internet) -> None:
    net.hosts[REGISTRY] = registry("19;w=21600")
    net.answers(API, Answer(404))
    client = net.client()
    assert client.resolve(PYTHON, "3.12").digest == IMAGE.digest  # nothing is known of a limit yet
    with pytest.raises(RegistryLimited) as caught:
        client.resolve(PYTHON, "3.13")
    assert str(caught.value) == (
        "`docker.io` allows 19 more pulls from here for now, and they are left to other jobs:"
        " digests of tags are still looked up, manifests are not"
    )
    assert "its input `registries`" in caught.value.help
    assert client.digest(PYTHON, "3.11") == IMAGE.digest
    assert [sent.method for sent in net.sent if sent.host == REGISTRY] == ["GET", "HEAD", "HEAD"]


def test_platforms_without_a_pull(net: Internet) -> None:
    net.hosts[REGISTRY] = registry("3;w=21600")
    images = [
        {"architecture": "arm64", "variant": "v8", "os": "linux", "digest": "sha256:" + "a" * 64},
        {"architecture": "amd64", "variant": None, "os": "linux", "digest": "sha256:" + "b" * 64},
        {"architecture": "unknown", "variant": None, "os": "unknown", "digest": "sha256:" + "c" * 64},
    ]
    net.hosts[API] = lambda sent: Answer(
        200,
        json.dumps(
            tag("x", "2026-11-19", images=images, digest=IMAGE.digest if sent.path.endswith("3.12") else "sha256:0")
        ).encode(),
    )
    client = net.client()
    client.digest(PYTHON, "3.12")
    assert client.resolve(PYTHON, "3.12").platforms == (Platform("linux", "arm64", "v8"), Platform("linux", "amd64"))
    with pytest.raises(RegistryLimited):  # its API and its registry do not say the same
        client.resolve(PYTHON, "3.13")


def test_what_is_kept_costs_no_pull(net: Internet, tmp_path: Path) -> None:
    net.hosts[REGISTRY] = registry("0;w=21600")
    net.client(cache_dir=str(tmp_path)).resolve(PYTHON, "3.12")
    client = net.client(cache_dir=str(tmp_path))
    client.digest(PYTHON, "3.11")
    assert client.resolve(PYTHON, "3.12").digest == IMAGE.digest


def test_a_pull_rate_that_is_reached(net: Internet) -> None:
    body = b'{"errors": [{"code": "TOOMANYREQUESTS", "message": "You have reached your pull rate limit."}]}'
    net.hosts[REGISTRY] = lambda sent: Answer(429, body) if sent.method == "GET" else registry("0")(sent)
    net.answers(API, Answer(404))
    with pytest.raises(RegistryLimited, match=r"^`docker.io` wants no further requests$"):
        net.client().resolve(PYTHON, "3.12")
