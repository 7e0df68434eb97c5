"""What a GitHub event says: where its changes begin, and what a review of them is posted on.

docs.github.com: "Webhook events and payloads".
"""

from __future__ import annotations

import re

from msgspec import Struct

from dockwright.github.refusal import Token
from dockwright.publish import Target

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


class _Repository(Struct, frozen=True):
    full_name: str


class _Home(Struct, frozen=True):
    default_branch: str | None = None


class _Revision(Struct, frozen=True):
    sha: str
    repo: _Repository | None = None  # None: the fork has been deleted


class _PullRequest(Struct, frozen=True):
    base: _Revision
    head: _Revision
    number: int | None = None


class _MergeGroup(Struct, frozen=True):
    base_sha: str
    head_sha: str = ""


class Event(Struct, frozen=True):
    """What is needed of an event's payload; each part is there for its own kinds of event."""

    pull_request: _PullRequest | None = None
    merge_group: _MergeGroup | None = None
    before: str | None = None
    forced: bool = False
    repository: _Home | None = None


class Base(Struct, frozen=True):
    """What to compare with.

    Attributes:
        revision: the commit; None if there is none to compare with.
        reason: why there is none.
        certain: whether it must be in a complete clone; after a forced push the old commit may be gone.
        head: the tip of the pull request. Where its merge is checked out, the merge's first parent is the better base:
            the payload's may be older, and what others merged since would count as changes.
    """

    revision: str | None
    reason: str = ""
    certain: bool = True
    head: str | None = None


def target_of(event: Event, commit: str) -> Target | None:
    """Return what a review is posted on: the pull request, or the commit that the job runs for.

    It is the pull request's head: the job's own commit is then a merge that nobody looks at.
    """
    number = None
    if event.pull_request is not None:
        commit, number = event.pull_request.head.sha, event.pull_request.number
    elif event.merge_group is not None:
        commit = event.merge_group.head_sha
    return Target(commit, number) if _COMMIT.fullmatch(commit) else None


def token_of(name: str, event: Event, actor: str) -> Token:
    """Return whose token the event's job gets: those for forks and for Dependabot can only read."""
    if actor == "dependabot[bot]":
        return Token.DEPENDABOT
    pull_request = event.pull_request
    if pull_request is None or name == "pull_request_target" or pull_request.head.repo == pull_request.base.repo:
        return Token.WORKFLOW
    return Token.FORK


def base_of(name: str, event: Event) -> Base:
    """Decide what an event's changes are compared with."""
    if event.pull_request is not None:
        return _at(event.pull_request.base.sha, name, head=event.pull_request.head.sha)
    if event.merge_group is not None:
        return _at(event.merge_group.base_sha, name)
    if name == "push" and event.before is not None:
        if not event.before.strip("0"):
            return Base(None, "the branch is new")
        return _at(event.before, name, certain=not event.forced)
    return Base(None, f"the event `{name}` has no base")


def _at(commit: str, name: str, *, certain: bool = True, head: str | None = None) -> Base:
    if not _COMMIT.fullmatch(commit):
        return Base(None, f"the event `{name}` names no commit as its base")
    return Base(commit, certain=certain, head=head)


def read_event(path: str) -> Event | None:
    """Read the event's payload; None if there is none that can be read."""
    from msgspec import DecodeError
    from msgspec.json import decode

    try:
        with open(path, "rb") as file:
            return decode(file.read(), type=Event)
    except (OSError, ValueError, DecodeError):
        return None
