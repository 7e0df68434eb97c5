"""Starting a workflow that builds a published image again, and not every day for the same reason.

What a run was started for cannot be read back: GitHub tells no inputs of a run. But a build that succeeds pushes an
image that is younger than the run. So a run that was started after the image was built has failed, is still going on,
or has pushed nothing. And where nothing that makes the image stale came about after it was built, building did not
help: a package's version is pinned, say. In both cases another start would only repeat that, and is due after some
days. This takes no state, no cache and no further permission: `actions: write`, which starting takes, may list runs.
Runs that were not started so (on pull requests, pushes) are left aside, as most of them push nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dockwright.github.refusal import Permission

if TYPE_CHECKING:
    from dockwright.github.client import GitHub

AGAIN: Final = timedelta(days=7)
"""How long after a start that brought nothing the next one is due."""

_DELAY: Final = timedelta(days=2)
"""How long what is built and published may take to arrive at registries and mirrors."""

_ACTIONS: Final = Permission("actions", "write")
_COMPLETED: Final = "completed"


class Run(Struct, frozen=True):
    """A run of a workflow: when it was started, how far it is, and its page."""

    created_at: datetime
    status: str | None
    html_url: str


class _Runs(Struct, frozen=True):
    workflow_runs: tuple[Run, ...]


def last_start(hub: GitHub, workflow: str) -> Run | None:
    """Return the newest run of a workflow (the name of its file) that was started by hand, or by us; None without one.

    Raises:
        GitHubError: GitHub does not say.
    """
    query = {"event": "workflow_dispatch", "per_page": "1"}
    found = hub.ask(f"GET /actions/workflows/{workflow}/runs", _Runs, _ACTIONS, query=query).workflow_runs
    return found[0] if found else None


def hindrance(last: Run | None, built: datetime | None, cause: date | None, now: datetime) -> str:
    """Return why a workflow is not to be started again yet: a clause; empty if it is.

    Args:
        last: its newest run.
        built: when the published image was built; None if it does not say.
        cause: when the newest of what makes it stale came about; None if that is not known.
        now: the time, with its zone.
    """
    if last is None or now - last.created_at >= AGAIN:
        return ""
    since = f"it was started on {last.created_at.date()}"
    if last.status != _COMPLETED:
        return f"{since} and has not ended"
    if built is None or built <= last.created_at:
        return f"{since} and brought no newer image; it is tried again after {AGAIN.days} days"
    if cause is None or cause + _DELAY < built.date():
        return f"{since}, and its image is stale for the same reasons; it is tried again after {AGAIN.days} days"
    return ""


def start(hub: GitHub, workflow: str, ref: str, last: Run | None) -> None:
    """Start a workflow on a branch; `last` is its newest run as `last_start` returned it.

    Raises:
        GitHubError: GitHub refuses, or the workflow cannot be started so.
    """

    def send() -> bool:
        hub.ask(f"POST /actions/workflows/{workflow}/dispatches", type(None), _ACTIONS, body={"ref": ref})
        return True

    def find() -> bool | None:
        newest = last_start(hub, workflow)
        return True if newest is not None and (last is None or newest.created_at > last.created_at) else None

    hub.write(send, find)
