"""Reviewing what an event has changed, in the checkout or through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.action.job import base, hub_of
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job
    from dockwright.finding import Result
    from dockwright.options import FailOn


class Reviewed(Struct, frozen=True):
    """The outcome, what the configuration says of failing, and what may surprise."""

    result: Result
    fail_on: FailOn
    notes: tuple[str, ...]


def review_here(inputs: Inputs, job: Job) -> Reviewed:
    """Review the checkout."""
    from datetime import UTC, datetime

    from dockwright.checkout import Surroundings, gather
    from dockwright.review import review

    around = Surroundings(job.workspace, job.environment, datetime.now(UTC).date(), trusted=True, origin=job.origin)
    checkout = gather(inputs.options(base(inputs, job)), around)
    result = review(
        checkout.files.sources,
        project=checkout.project,
        config=checkout.config,
        changed_lines=checkout.changed_lines,
        unreadable=checkout.files.unreadable,
        within=checkout.within,
    )
    return Reviewed(result, checkout.config.fail_on, checkout.notes)


def review_remotely(inputs: Inputs, job: Job) -> Reviewed:
    """Review a pull request without its files being checked out; what is, is its base."""
    from datetime import UTC, datetime

    from actions_toolkit import core

    from dockwright.event import base_of, target_of
    from dockwright.remote import gather
    from dockwright.review import review

    hub, target = hub_of(inputs, job), None if job.event is None else target_of(job.event, "")
    since = None if job.event is None else base_of(job.name, job.event).revision
    if hub is None or target is None or target.number is None or since is None:
        raise UsageError(
            "on `pull_request_target` the files are read through GitHub's API, and the token or the event is missing",
            help="Leave the input `token` as it is by default, or run on `pull_request`.",
        )
    if inputs.base:
        raise UsageError("the input `base` is for checkouts", help="Leave it out on `pull_request_target`.")
    core.info(f"The files are read through GitHub's API, at {target.head}.")
    today = datetime.now(UTC).date()
    there = gather(inputs.options(None), hub, target.number, base=since, head=target.head, today=today)
    result = review(
        there.sources,
        project=there.project,
        config=there.config,
        changed_lines=there.changed_lines,
        unreadable=there.unreadable,
        within=there.within,
    )
    return Reviewed(result, there.config.fail_on, there.notes)
