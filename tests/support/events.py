"""Payloads of GitHub's events, with the parts of the real ones that matter here (docs.github.com, webhook payloads)."""

from __future__ import annotations

ZERO = "0" * 40
"""What `before` of a push is when the branch is new."""


def pull_request(base: str, head: str, *, fork: bool | None = False) -> dict[str, object]:
    """Make a `pull_request` event; `fork=None` is a fork that was deleted."""
    ours = _repository("octo/app", private=False)
    theirs = None if fork is None else _repository("contributor/app", private=False) if fork else ours
    return {
        "action": "synchronize",
        "number": 7,
        "before": "1" * 40,
        "after": head,
        "pull_request": {
            "number": 7,
            "state": "open",
            "title": "Change the image",
            "user": {"login": "contributor", "type": "User"},
            "head": {"label": "contributor:topic", "ref": "topic", "sha": head, "repo": theirs},
            "base": {"label": "octo:main", "ref": "main", "sha": base, "repo": ours},
            "draft": False,
            "merged": False,
        },
        "repository": ours,
        "sender": {"login": "contributor", "type": "User"},
    }


def push(before: str, after: str, *, forced: bool = False) -> dict[str, object]:
    """Make a `push` event."""
    return {
        "ref": "refs/heads/main",
        "before": before,
        "after": after,
        "created": before == ZERO,
        "deleted": False,
        "forced": forced,
        "base_ref": None,
        "commits": [],
        "repository": _repository("octo/app", private=True),
        "pusher": {"name": "octo"},
    }


def merge_group(base: str, head: str) -> dict[str, object]:
    """Make a `merge_group` event."""
    return {
        "action": "checks_requested",
        "merge_group": {
            "head_sha": head,
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-" + head,
            "base_sha": base,
            "base_ref": "refs/heads/main",
        },
        "repository": _repository("octo/app", private=True),
    }


def schedule() -> dict[str, object]:
    """Make a `schedule` event."""
    return {"schedule": "0 4 * * 1", "repository": _repository("octo/app", private=True), "workflow": "review.yml"}


def _repository(name: str, *, private: bool) -> dict[str, object]:
    return {"full_name": name, "private": private, "fork": name != "octo/app", "default_branch": "main"}
