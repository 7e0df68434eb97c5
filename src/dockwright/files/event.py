"""The events that start a workflow, as a rule sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dockwright.source import Span


_DESCRIBED = {
    "pull_request": "a pull request",
    "pull_request_target": "a pull request",
    "release": "a release",
    "workflow_dispatch": "a start by hand",
}


class Event(Struct, frozen=True):
    """A way in which a workflow starts.

    One trigger may be several: a push to `main`, a push to another branch and a push of a tag are different events,
    for workflows treat them differently. It is always a person in the upstream repository who causes it.

    Attributes:
        name: `github.event_name`: `push`, `pull_request`, `schedule`, `workflow_dispatch`, `release`, ...
        span: where the trigger is written.
        ref: `github.ref`, if it is known: `refs/heads/main`.
        prefix: what `github.ref` begins with, whether or not the rest is known: `refs/tags/`.
        never: refs that it does not have, as the workflow has events of their own for them.
        cron: the schedule, for `schedule`.
        base: the branch that a pull request is to be merged into, if it is known.
        filtered: whether `paths` decide as well, so that it starts the workflow only at times.
    """

    name: str
    span: Span
    ref: str | None = None
    prefix: str = ""
    never: frozenset[str] = frozenset()
    cron: str | None = None
    base: str | None = None
    filtered: bool = False

    @property
    def is_tag(self) -> bool:
        """Whether a tag is what it is about: its push, or a release."""
        return self.prefix.startswith("refs/tags/")

    @property
    def is_branch(self) -> bool:
        """Whether it runs on a branch (pushes, schedules), not on a tag or a pull request's merge."""
        return self.prefix.startswith("refs/heads/")

    @property
    def described(self) -> str:
        """Say it in a few words, for a message; names in backticks are not escaped."""
        where = (self.ref or self.prefix).removeprefix("refs/heads/").removeprefix("refs/tags/")
        if self.name == "push":
            what = "a push of the tag" if self.is_tag else "a push to"
            return f"{what} `{where}`" if self.ref else "a push of a tag" if self.is_tag else "a push"
        if self.name == "schedule":
            return f"the schedule `{self.cron}`"
        return _DESCRIBED.get(self.name, f"`{self.name}`")
