"""A release, rehearsed in a copy of the repository: what the workflow calls, and what it leaves behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).parents[1]
DIGEST = "sha256:" + "a" * 64
IMAGE = f"ghcr.io/octo/dockwright:v1.2.3@{DIGEST}"
CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Added

- Something.

## [1.2.2] - 2026-11-01

- Older.

[1.2.3]: https://example.com
"""


def git(top: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    return subprocess.run(["git", "-C", top, *settings, *arguments], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository that can be released as 1.2.3."""
    folder = tmp_path / "project"
    for path in ("scripts/release.py", "action.yml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / path, folder / path)
    package = folder / "src" / "dockwright" / "__init__.py"
    package.parent.mkdir(parents=True)
    package.write_text('"""Reviews."""\n\n__version__ = "1.2.3"\n')
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")
    return folder


def release(top: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, top / "scripts" / "release.py", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_what_can_be_released(top: Path) -> None:
    assert release(top, "check", "1.2.3") == (0, "", "")


@pytest.mark.parametrize(
    ("version", "changes", "reason"),
    [
        ("v1.2.3", {}, "`v1.2.3` is no version: write `1.2.3`, without a `v`"),
        ("1.2.3; rm -rf /", {}, "`1.2.3; rm -rf /` is no version: write `1.2.3`, without a `v`"),
        ("1.2.4", {}, "src/dockwright/__init__.py does not say `1.2.4`"),
        ("1.2.3", {"CHANGELOG.md": "## [1.2.2] - 2026-11-01\n"}, "CHANGELOG.md says nothing under `## [1.2.3] - DATE`"),
        (
            "1.2.3",
            {"CHANGELOG.md": "## [1.2.3] - 2026-11-01\n\n"},
            "CHANGELOG.md says nothing under `## [1.2.3] - DATE`",
        ),
        ("1.2.3", {"action.yml": "runs: {}\n"}, "action.yml does not say `image: Dockerfile`"),
    ],
)
def test_what_cannot(top: Path, version: str, changes: Mapping[str, str], reason: str) -> None:
    for path, text in changes.items():
        (top / path).write_text(text)
    assert release(top, "check", version) == (1, "", f"error: {reason}\n")


def test_a_version_is_released_once(top: Path) -> None:
    git(top, "tag", "v1.2.3")
    assert release(top, "check", "1.2.3")[2] == "error: there is a tag `v1.2.3`, and a release never changes\n"


def test_notes_are_the_section_of_the_version(top: Path) -> None:
    assert release(top, "notes", "1.2.3") == (0, "### Added\n\n- Something.\n", "")
    assert release(top, "notes", "1.2.2") == (0, "- Older.\n", "")


def test_the_digest_is_all_that_changes_in_action_yml(top: Path) -> None:
    before = yaml.safe_load((top / "action.yml").read_text())
    assert release(top, "pin", IMAGE) == (0, "", "")
    after = yaml.safe_load((top / "action.yml").read_text())
    assert after["runs"].pop("image") == f"docker://{IMAGE}"
    assert before["runs"].pop("image") == "Dockerfile"
    assert after == before
    assert git(top, "diff", "--numstat").split() == ["1", "1", "action.yml"]
    assert release(top, "pin", IMAGE)[0] == 1


@pytest.mark.parametrize("image", ["ghcr.io/o/d:v1.2.3", f"ghcr.io/o/d@{DIGEST}", f"{IMAGE}0", f"x y/{IMAGE}"])
def test_an_image_that_nothing_names(top: Path, image: str) -> None:
    assert release(top, "pin", image) == (1, "", f"error: `{image}` is not `REGISTRY/NAME:vVERSION@sha256:...`\n")


@pytest.mark.parametrize(
    ("version", "moving"),
    [("1.2.3", "v1\nv1.2\n"), ("0.1.0", "v0\nv0.1\n"), ("2.0.0-rc.1", "\n")],
)
def test_tags_that_move(top: Path, version: str, moving: str) -> None:
    assert release(top, "moving", version) == (0, moving, "")


def test_the_workflows_own_commands_leave_a_tagged_commit_beside_main(top: Path, tmp_path: Path) -> None:
    """The step that commits, tags and pushes, as it stands in the workflow, to a repository of this machine."""
    jobs = yaml.safe_load((TOP / ".github" / "workflows" / "release.yml").read_text())["jobs"]
    (script,) = [each["run"] for each in jobs["publish"]["steps"] if "git tag" in each.get("run", "")]
    origin = tmp_path / "origin.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(top), str(origin))
    git(origin, "tag", "v1", "main")
    git(top, "remote", "add", "origin", f"file://{origin}")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$GH_CALLED"\n')
    (programs / "gh").chmod(0o755)
    called = tmp_path / "called"
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=top,
        env={
            "PATH": f"{programs}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(tmp_path),
            "IMAGE": "ghcr.io/octo/dockwright",
            "VERSION": "1.2.3",
            "DIGEST": DIGEST,
            "TOKEN": "x",
            "GH_CALLED": str(called),
        },
        check=True,
        capture_output=True,
    )
    tagged = git(origin, "rev-parse", "v1.2.3")
    assert git(origin, "rev-parse", "v1") == git(origin, "rev-parse", "v1.2") == tagged
    assert git(origin, "rev-parse", "v1.2.3^") == git(origin, "rev-parse", "main")
    assert f"image: docker://{IMAGE}" in git(origin, "show", "v1:action.yml")
    assert "image: Dockerfile" in git(origin, "show", "main:action.yml")
    assert called.read_text().split()[:4] == ["release", "create", "v1.2.3", "--verify-tag"]
    assert (top / "notes.md").read_text() == "### Added\n\n- Something.\n"
