"""What the runner says of the job: its event, its checkout, its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.action.inputs import Inputs
    from dockwright.event import Base, Event
    from dockwright.git import Git
    from dockwright.github.client import GitHub
    from dockwright.project import Origin


_SECRET = frozenset({"INPUT_TOKEN", "INPUT_REGISTRIES"})


class Job(Struct, frozen=True):
    """What the runner says of the job.

    Attributes:
        name: the event's name.
        event: its payload, if it can be read.
        environment: all variables but those that hold secrets, which no process that is started should see.
    """

    name: str
    event: Event | None
    environment: Mapping[str, str]

    @property
    def workspace(self) -> str:
        """The folder of the checkout."""
        return self.environment["GITHUB_WORKSPACE"]

    @property
    def origin(self) -> Origin:
        """What the repository is on GitHub."""
        from dockwright.project import Origin

        home = None if self.event is None else self.event.repository
        name = self.environment.get("GITHUB_REPOSITORY") or None
        return Origin(name, None if home is None else home.default_branch)

    @property
    def git(self) -> Git:
        """Git in the checkout."""
        from dockwright.git import Git

        return Git(self.workspace, self.environment, trusted=True)


def read_job(inputs: Inputs, environment: Mapping[str, str]) -> Job:
    """Read the event, and keep the token out of the log."""
    from dockwright.event import read_event

    if inputs.token:
        from actions_toolkit import core

        core.set_secret(inputs.token)
    event = read_event(environment.get("GITHUB_EVENT_PATH", ""))
    harmless = {name: value for name, value in environment.items() if name not in _SECRET}
    return Job(environment.get("GITHUB_EVENT_NAME", ""), event, harmless)


def hub_of(inputs: Inputs, job: Job) -> GitHub | None:
    """Return GitHub, if there is a token for it."""
    from dockwright.event import token_of
    from dockwright.github.client import DEFAULT_API, GitHub

    repository = job.environment.get("GITHUB_REPOSITORY", "")
    if not inputs.token or not repository or job.event is None:
        return None
    kind = token_of(job.name, job.event, job.environment.get("GITHUB_ACTOR", ""))
    return GitHub(inputs.token, repository, api_url=job.environment.get("GITHUB_API_URL") or DEFAULT_API, kind=kind)


def base(inputs: Inputs, job: Job) -> str | None:
    """Decide what to compare with, and say so; None if everything is to be reviewed."""
    from actions_toolkit import core

    from dockwright.event import Base, base_of

    if inputs.base:
        return inputs.base
    if job.event is None:
        base = Base(None, "the event's payload cannot be read")
    else:
        base = _fitted(base_of(job.name, job.event), job.git)
    if base.revision is None:
        core.info(f"Everything is reviewed, not only changes: {base.reason}.")
    else:
        core.info(f"Changes since {base.revision} are reviewed.")
    return base.revision


def _fitted(base: Base, git: Git) -> Base:
    """Fit the event's base to the checkout."""
    from dockwright.diff import merge_base
    from dockwright.event import Base

    if base.revision is None:
        return base
    try:
        if base.head is not None and git.run("rev-parse", "--verify", "--quiet", "HEAD^2").strip() == base.head:
            return Base("HEAD^1")
        if not base.certain:
            merge_base(git, base.revision)
    except GitError:
        return base if base.certain else Base(None, "what the forced push replaced is not in the checkout")
    return base
