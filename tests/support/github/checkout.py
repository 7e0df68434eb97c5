"""A workspace as `actions/checkout` leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.repository import Repository as Clone

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.github.events import Event
    from tests.support.github.repository import Repository


def check_out(repository: Repository, event: Event, folder: Path, *, depth: int = 1) -> Clone:
    """Check out what an event's workflow gets: the ref of its context, detached; `depth` is `fetch-depth`."""
    clone = Clone(folder)
    clone.git("remote", "add", "origin", f"file://{repository.git.path}")
    ref = event.context["ref"]
    options = [f"--depth={depth}"] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
    clone.git("fetch", "--quiet", "--no-tags", "origin", *options, f"+{ref}:refs/remotes/checked-out")
    clone.git("checkout", "--quiet", "--detach", event.context["sha"])
    return clone
