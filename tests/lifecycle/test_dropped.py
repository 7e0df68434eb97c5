"""What the official images' list has dropped, and the script that reads that from the list's history."""

from __future__ import annotations

import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
from scripts import dropped_tags as script

from dockwright.lifecycle import dropped
from dockwright.lifecycle.dropped import parts_of
from dockwright.lifecycle.table import vendored

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("3.12.4-slim-bookworm", {"3.12": 0, "slim": 7, "bookworm": 12, "slim-bookworm": 7}),
        ("9-jre11-slim", {"9": 0, "jre11": 2, "slim": 8, "jre11-slim": 2}),
        ("3-jdk-8", {"3": 0, "jdk": 2, "jdk-8": 2}),
        ("8u502-b07-jre", {"8": 0, "b07": 6, "jre": 10, "b07-jre": 6}),
        ("v2.9", {"2.9": 1}),
        ("v2.9-alpine", {"2.9": 1, "alpine": 5}),
        ("onbuild", {"onbuild": 0}),
        ("lts-slim", {"lts": 0, "slim": 4, "lts-slim": 0}),
        ("17", {"17": 0}),
    ],
)
def test_what_a_tag_names(tag: str, parts: dict[str, int]) -> None:
    assert parts_of(tag) == parts


@pytest.mark.parametrize(
    ("repository", "tag", "part"),
    [
        ("docker.io/library/python", "3.13-alpine3.22", "alpine3.22"),
        ("public.ecr.aws/docker/library/python", "3.13-alpine3.22", "alpine3.22"),
        ("docker.io/library/rabbitmq", "3.8.14-management", "3.8"),
        ("docker.io/library/maven", "3-jdk-8", "jdk"),
        ("docker.io/library/golang", "onbuild", "onbuild"),
        ("docker.io/library/python", "3.13-alpine3.24", None),
        ("docker.io/library/python", "3.13-alpine3.99", None),  # never listed
        ("docker.io/library/python", "latest", None),
        ("docker.io/library/nosuchimage", "1", None),
        ("docker.io/example/python", "3.13-alpine3.22", None),
    ],
)
def test_what_was_dropped(repository: str, tag: str, part: str | None) -> None:
    found = dropped(repository, tag)
    assert (found.part if found else None) == part


def test_it_says_when_and_where() -> None:
    found = dropped("docker.io/library/python", "3.13-alpine3.22")
    assert found is not None
    assert (found.since, found.read) == (date(2026, 6, 10), date(2026, 8, 21))
    assert "3.13-alpine3.22"[found.start : found.end] == "alpine3.22"


def test_the_table_is_in_order() -> None:
    lines = [line.split("\t") for line in vendored("dropped.tsv").splitlines()[1:]]
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    for _, read, gone in lines:
        parts = [part.partition("=") for part in gone.split(" ")]
        assert [part for part, _, _ in parts] == sorted(part for part, _, _ in parts)
        assert all(date(2013, 1, 1) < date.fromisoformat(day) < date.fromisoformat(read) for _, _, day in parts)


@pytest.fixture
def official_images(tmp_path: Path) -> Path:
    """Make a list of images with a history: versions and variants come and go."""

    def commit(day: str, tags: str) -> None:
        (tmp_path / "library").mkdir(exist_ok=True)
        (tmp_path / "library/thing").write_text(f"Maintainers: x\n\n{tags}")
        stamp = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
        subprocess.run(["git", "-C", tmp_path, *identity, "commit", "-qm", day], check=True, env=stamp)

    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    commit("2020-01-01", "Tags: 1.0.1-alpine3.10, 1.0-alpine3.10, 1-alpine3.10, alpine, stable\n")
    commit("2021-01-01", "Tags: 1.1.0-alpine3.11, 1.1-alpine3.11, 1-alpine3.11, alpine, stable\n")
    commit("2022-01-01", "Tags: 2.0.0-rc1, 1.1.0-alpine3.11, 1.1-alpine3.11\nSharedTags: 1-alpine3.11, alpine\n")
    commit("2022-06-01", "Tags: 2.0.0-slim, 2.0-slim, 1-slim\n")
    commit("2022-06-15", "Tags: 2.0.1-full, 2.0-full, 2\n")
    return tmp_path


def test_the_script_reads_the_history(official_images: Path) -> None:
    heading, line = script.table(str(official_images)).splitlines()
    assert heading == "repository\tread\tdropped"
    # `stable` may come back, `alpine3.11`, `alpine`, `1.1` and `slim` have just gone, and `rc1` was a preview.
    assert line == "thing\t2022-06-15\t1.0=2021-01-01 alpine3.10=2021-01-01"
