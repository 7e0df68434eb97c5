"""Reviewing what an event has changed, in the checkout or through the API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.action.job import base, hub_of
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job
    from dockwright.finding import Result
    from dockwright.options import FailOn
    from dockwright.project import Tree


class Reviewed(Struct, frozen=True):
    """The outcome, what the configuration says of failing, and what may surprise."""

    result: Result
    fail_on: FailOn
    notes: tuple[str, ...]


def review_here(inputs: Inputs, job: Job) -> Reviewed:
    """Review the checkout."""
    from datetime import UTC, datetime

    from dockwright.action.asking import asking_in
    from dockwright.checkout import Surroundings, gather, start_shellcheck
    from dockwright.review import review

    around = Surroundings(job.workspace, job.environment, datetime.now(UTC).date(), trusted=True, origin=job.origin)
    options = inputs.options(base(inputs, job))
    checkout = gather(options, around)
    shellcheck = start_shellcheck(options, checkout.config, job.environment, wherever_it_is=True)
    notes = list(checkout.notes)
    with asking_in(
        job,
        inputs,
        options,
        under_review=(checkout.config, checkout.files.tree),
        before=None if options.base is None else partial(_revision, job, options.base),
        today=around.today,
        notes=notes,
    ) as online:
        result = review(
            checkout.files.sources,
            project=checkout.project,
            config=checkout.config,
            changed_lines=checkout.changed_lines,
            unreadable=checkout.files.unreadable,
            within=checkout.within,
            shellcheck=shellcheck,
            online=online,
        )
    return Reviewed(result, checkout.config.fail_on, (*notes, *(shellcheck.notes if shellcheck else ())))


def _revision(job: Job, revision: str) -> Tree:
    from dockwright.online.places import RevisionTree

    return RevisionTree(job.git, revision)


def review_remotely(inputs: Inputs, job: Job) -> Reviewed:
    """Review a pull request without its files being checked out; what is, is its base."""
    from datetime import UTC, datetime

    from actions_toolkit import core

    from dockwright.action.asking import asking_in
    from dockwright.checkout import start_shellcheck
    from dockwright.event import base_of, target_of
    from dockwright.github.tree import ApiTree
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
    options = inputs.options(None)
    there = gather(options, hub, target.number, base=since, head=target.head, today=today)
    shellcheck = start_shellcheck(options, there.config, job.environment, wherever_it_is=True)
    notes = list(there.notes)
    with asking_in(
        job,
        inputs,
        options,
        under_review=(there.config, there.project.tree),
        before=lambda: ApiTree(hub, since),
        today=today,
        notes=notes,
    ) as online:
        result = review(
            there.sources,
            project=there.project,
            config=there.config,
            changed_lines=there.changed_lines,
            unreadable=there.unreadable,
            within=there.within,
            shellcheck=shellcheck,
            online=online,
        )
    return Reviewed(result, there.config.fail_on, (*notes, *(shellcheck.notes if shellcheck else ())))
