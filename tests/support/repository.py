"""A real git repository for tests, made without the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2026-11-23T12:00:00Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2026-11-23T12:00:00Z",
}


class Repository:
    """A repository in a new folder, on the branch `main`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Run git in it."""
        done = subprocess.run(["git", *arguments], cwd=self.path, env=ENVIRONMENT, capture_output=True, check=True)
        return os.fsdecode(done.stdout).strip()

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file, and the folders above it."""
        place = os.path.join(self.path, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))

    def commit(self, **files: str) -> str:
        """Commit everything as it is, and return the commit's name."""
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message=change")
        return self.git("rev-parse", "HEAD")

    def clone(self, path: Path, *options: str) -> Repository:
        """Clone it, over a transport that knows shallow clones."""
        self.git("clone", "--quiet", *options, f"file://{self.path}", str(path))
        other = Repository.__new__(Repository)
        other.path = path
        return other
