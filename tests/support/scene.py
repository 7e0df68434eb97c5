"""The action on a pull request: a double of GitHub, a checkout as `actions/checkout` leaves it, and GitHub's runner."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tests.support.github import events
from tests.support.github.checkout import check_out
from tests.support.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.github.events import Event
    from tests.support.github.people import Token
    from tests.support.github.pull_request import PullRequest
    from tests.support.github.repository import Repository
    from tests.support.github.review import Thread
    from tests.support.github.service import GitHub
    from tests.support.runner import Step

    Changes = Mapping[str, str | None]

ACTION = Path(__file__).parents[2] / "action.yml"
_MARKER = re.compile(r"\A<!-- dockwright rule=(\S+) fingerprint=(\S+) -->\n")


class Said(Struct, frozen=True, order=True):
    """A comment on the diff, as people see it.

    Attributes:
        path: the file.
        first: the first line.
        last: the last line.
        text: the body without its marker.
        state: `open`, `resolved` or why it is hidden.
        answers: how many comments follow.
    """

    path: str
    first: int
    last: int
    text: str
    state: str = "open"
    answers: int = 0


class Scene:
    """A repository on GitHub with a pull request.

    Attributes:
        hub: the double.
        repository: where the pull request is.
        pull: the pull request.
        token: what the job has.
        actor: who started the run.
        runner: what runs the action.
    """

    runner: Callable[..., Runner] = Runner

    def __init__(
        self, folder: Path, hub: GitHub, *, before: Mapping[str, str], after: Mapping[str, str | None]
    ) -> None:
        self.folder = folder
        self.hub = hub
        self.repository: Repository = hub.repository(before)
        self.pull: PullRequest = self.repository.pull_request(after)
        self.token: Token = hub.workflow_token(self.repository, contents="read", pull_requests="write")
        self.actor = self.pull.author
        self._runs = 0

    def from_fork(self, after: Changes) -> None:
        """Put a pull request from a fork in the place of the other."""
        self.pull = self.repository.pull_request(after, fork=self.hub.fork(self.repository))

    def event(self, *, target: bool = False) -> Event:
        """Return the event of the pull request as it is now."""
        return events.pull_request(self.pull, "synchronize", target=target, actor=self.actor)

    def run(self, *, target: bool = False, **inputs: str) -> Step:
        """Run the action for the pull request; inputs have `_` for `-`."""
        return self.run_event(self.event(target=target), **inputs)

    def run_event(self, event: Event, **inputs: str) -> Step:
        """Run the action for an event, in its checkout; on `pull_request_target` there is none."""
        self._runs += 1
        workspace = self.folder / f"workspace-{self._runs}"
        workspace.mkdir()
        if event.name != "pull_request_target":
            check_out(self.repository, event, workspace, depth=0)
        step = self.runner(ACTION, workspace, self.folder / "runner", token=self.token.value).run(
            "dockwright.action",
            github={"event_name": event.name, **event.context},
            event=event.payload,
            inputs={name.replace("_", "-"): value for name, value in inputs.items()},
            more=self.hub.environment,
        )
        shutil.rmtree(workspace)
        assert "Traceback" not in step.printed, step.printed
        assert step.errors == ()
        return step

    # --- the final state ----------------------------------------------------------------------------------------

    @property
    def said(self) -> list[Said]:
        """All comments on the diff, in order of their places."""
        return sorted(_said(thread) for thread in self.pull.threads)

    @property
    def texts(self) -> list[tuple[int, str, str]]:
        """All comments on the diff: last line, the first words of the text in bold, state."""
        return [(each.last, each.text.split(" ", 1)[0].strip("*"), each.state) for each in self.said]

    def thread(self, line: int) -> Thread:
        """Return the thread that began on a line."""
        return next(each for each in self.pull.threads if each.anchor.line == line)


def _said(thread: Thread) -> Said:
    first, *answers = thread.comments
    line = thread.anchor.line or 0
    state = "resolved" if thread.resolved else first.minimized or "open"
    text = _MARKER.sub("", first.body)
    return Said(thread.anchor.path, thread.anchor.start_line or line, line, text, state, len(answers))


def annotated(step: Step) -> list[tuple[str, str, str]]:
    """Return a step's annotations of findings: severity, file, line."""
    return [
        (issue.severity, issue.properties["file"], issue.properties["line"])
        for issue in step.issues
        if "line" in issue.properties
    ]
