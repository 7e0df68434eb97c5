"""What the checkout knows of a pull request's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.git import Git
from dockwright.github.local import local_files
from dockwright.github.patch import read_patch
from tests.support.repository import ENVIRONMENT, Repository

if TYPE_CHECKING:
    from pathlib import Path


def test_it_compares_with_where_the_branch_began(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.commit(Dockerfile="a\nb\nc\n", other="x\n")
    repository.git("checkout", "--quiet", "-b", "topic")
    head = repository.commit(Dockerfile="a\nB\nc\n")
    repository.git("checkout", "--quiet", "main")
    base = repository.commit(Dockerfile="a\nb\nc\nd\n")
    files = list(local_files(Git(str(tmp_path), ENVIRONMENT), base, head, ["Dockerfile", "other", "missing"]))
    assert [file.path for file in files] == ["Dockerfile"]
    assert files[0].blob == repository.git("rev-parse", f"{head}:Dockerfile")
    patch = read_patch(files[0].patch or "")
    assert patch.hunks == (range(1, 4),)
    assert patch.changed.ranges == (range(2, 3),)


def test_commits_that_are_not_here_give_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    head = repository.commit(Dockerfile="a\n")
    assert list(local_files(Git(str(tmp_path), ENVIRONMENT), "1" * 40, head, ["Dockerfile"])) == []
    assert list(local_files(Git(str(tmp_path), ENVIRONMENT), head, "1" * 40, ["Dockerfile"])) == []
