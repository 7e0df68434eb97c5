"""What is read once for a repository: its workflows, its composite actions, its scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files.build import BrokenFile
from dockwright.files.workflow.read import read_composite_action, read_workflow
from dockwright.files.workflow.scripts import Scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.files.build import Call
    from dockwright.files.event import Event
    from dockwright.files.value import Truth
    from dockwright.files.workflow.contexts import JobScope, Surroundings
    from dockwright.files.workflow.model import CompositeAction, Workflow
    from dockwright.files.workflow.scripts import Read

MOST_STEPS = 60_000
"""Steps that are looked at in a repository; each counts anew on each event, for each leg and in each call."""


class View(Struct, frozen=True):
    """A workflow on one event: the scope of its jobs, and whether it is started then (by its caller, if it has one).

    The first view of a workflow has no event: what it gives holds whatever the event.
    """

    event: Event | None
    scope: JobScope
    condition: Truth


class Caller(Struct, frozen=True):
    """The way to a workflow: the workflow whose events count, and through which jobs of others it is called."""

    path: str
    jobs: str = ""
    calls: tuple[Call, ...] = ()
    leg: tuple[tuple[str, str], ...] = ()


class Session:
    """One reading of a repository."""

    def __init__(self, read: Read, surroundings: Surroundings) -> None:
        """Take what reads a file, and what is known of the repository."""
        self.read = read
        self.surroundings = surroundings
        self.scripts = Scripts(read)
        self.broken: dict[str, BrokenFile] = {}
        self.called: set[str] = set()
        """The workflows that others of the repository call."""
        self.left = MOST_STEPS
        self._workflows: dict[str, Workflow | None] = {}
        self._actions: dict[str, CompositeAction | None] = {}

    def workflow(self, path: str) -> Workflow | None:
        """Return a workflow; None if there is none at the path, or it is broken."""
        if path not in self._workflows:
            source = self.read(path)
            found = None if source is None else read_workflow(source)
            if isinstance(found, BrokenFile):
                self.broken[path] = found
                found = None
            self._workflows[path] = found
        return self._workflows[path]

    def action(self, paths: Sequence[str]) -> CompositeAction | None:
        """Return the composite action whose metadata is at the first path that there is."""
        for path in paths:
            if path not in self._actions:
                source = self.read(path)
                self._actions[path] = None if source is None else read_composite_action(source)
            if self._actions[path] is not None:
                return self._actions[path]
        return None
