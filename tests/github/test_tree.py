"""A commit's files through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockwright.finding import Unreadable
from dockwright.github.client import GitHub as Client
from dockwright.github.tree import ApiTree
from dockwright.source import Source
from tests.support.github.faults import server_error
from tests.support.github.fixture import hub as hub  # noqa: PLC0414 - a fixture is found by its name here
from tests.support.github.git import Entry

if TYPE_CHECKING:
    from tests.support.github.repository import Repository
    from tests.support.github.service import GitHub


@pytest.fixture
def repository(hub: GitHub) -> Repository:
    return hub.repository({"Dockerfile": "FROM scratch\n", "vendor/x": "y", "bytes": b"\xff\n", "large": "x" * 100})


def tree(hub: GitHub, repository: Repository) -> ApiTree:
    token = hub.workflow_token(repository, contents="read")
    return ApiTree(Client(token.value, repository.full_name, api_url=hub.api_url), repository.tip("main"))


def test_it_lists_without_what_others_wrote(hub: GitHub, repository: Repository) -> None:
    assert list(tree(hub, repository).paths()) == ["Dockerfile", "bytes", "large"]
    assert len(hub.requests) == 1


def test_it_reads_each_file_once(hub: GitHub, repository: Repository) -> None:
    files = tree(hub, repository)
    for _ in range(2):
        source = files.read("bytes")
        assert source is not None
        assert source.encode() == b"\xff\n"
    assert files.read("missing") is None
    assert len(hub.requests) == 2


def test_what_cannot_be_read_says_why(hub: GitHub, repository: Repository) -> None:
    link = repository.git.write("blob", b"Dockerfile")
    repository.commit("main", {"link": Entry("120000", link)})
    files = tree(hub, repository)
    assert files.load("link", largest=50) == Unreadable("link", "it is no plain file")
    assert files.load("large", largest=50) == Unreadable("large", "it is larger than 0 MiB")
    assert files.load("missing", largest=50) is None
    assert isinstance(files.load("Dockerfile", largest=50), Source)
    hub.fail("GET */git/blobs/*", server_error(502), times=None)
    assert isinstance(files.load("bytes", largest=50), Unreadable)
    assert files.read("bytes") is None


def test_it_asks_for_so_many_files(hub: GitHub) -> None:
    repository = hub.repository({f"{number:03}.yaml": f"{number}\n" for number in range(120)})
    files = tree(hub, repository)
    read = [path for path in files.paths() if files.read(path) is not None]
    assert len(read) == 100
