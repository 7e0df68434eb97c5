"""Updating the images that the repository names: planned in the checkout, proposed by pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.action.inputs import folder_inside
from dockwright.action.job import hub_of
from dockwright.action.telling import add_summary, annotate, inert
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job
    from dockwright.bump import Planned, Update
    from dockwright.checkout import Files, Surroundings
    from dockwright.config import Config
    from dockwright.github.proposals.outcome import Proposed
    from dockwright.propose import Proposing


# What is checked out may be a stranger's, and its configuration says which hosts are asked.
_OF_OTHERS = frozenset({"pull_request", "pull_request_target", "merge_group"})


def update_images(inputs: Inputs, job: Job) -> int:
    """Plan the updates, keep a pull request true for each, and return the exit code.

    Raises:
        UsageError: the event is of a pull request.
    """
    from datetime import UTC, datetime

    from dockwright.checkout import Surroundings, read_config, read_image_files
    from dockwright.propose import Proposing

    if job.name in _OF_OTHERS:
        raise UsageError(
            f"on `{job.name}` nothing is updated, as the configuration there may be somebody else's",
            help="Run updates on `schedule`, `workflow_dispatch` or `push`.",
        )
    around = Surroundings(job.workspace, job.environment, datetime.now(UTC).date(), trusted=True)
    files = read_image_files(inputs.paths or (".",), around)
    config = read_config(inputs.config or None, around, files.tree)
    planned, evidence = _plan(inputs, files, config, around)
    _tell_plan(planned, files, config)
    options = Proposing(limit=config.updates.limit, whole=not inputs.paths and not files.unreadable)
    proposed = _propose(inputs, job, planned, options, evidence)
    _summarize(planned, proposed, job)
    _set_outputs(planned, proposed)
    if files.unreadable or (proposed is None and not inputs.dry_run):
        return verdict.WRONG
    return verdict.FINDINGS if proposed is not None and proposed.failed else verdict.exit_code_of_plans(planned)


def _plan(inputs: Inputs, files: Files, config: Config, around: Surroundings) -> tuple[Planned, Mapping[Update, str]]:
    """Plan the updates, and return what is known of them besides."""
    from contextlib import closing

    from dockwright.propose import described
    from dockwright.update.client import connect, learning
    from dockwright.update.planning import plan

    cache = folder_inside(around.here, inputs.registry_cache) if inputs.registry_cache else None
    wanted = config.updates.evidence if inputs.evidence is None else inputs.evidence
    with (
        closing(connect(config, around.environment, cache_dir=cache, credentials=inputs.registries)) as client,
        closing(console.Progress("Asked registries")) as watch,
        closing(console.Progress("Compared images:")) as compared,
        learning(client, config, around.environment, compared, cache_dir=cache, wanted=wanted) as evidence,
    ):
        planned = plan(files.sources, client=client, config=config, today=around.today, watch=watch, evidence=evidence)
    return planned, {} if evidence is None else described(evidence.found)


def _tell_plan(planned: Planned, files: Files, config: Config) -> None:
    """Write the plan into the log, folded."""
    from actions_toolkit import core

    from dockwright.report import plans

    core.start_group("Dockwright: what the registries offer")
    with inert():
        for note in config.notes:
            console.write(f"{note}\n")
        console.write(plans.render("text", planned, plans.PlanContext()))
        for file in files.unreadable:
            console.write(f"{file.path!r} was not read: {file.reason}\n")
    core.end_group()


def _propose(
    inputs: Inputs, job: Job, planned: Planned, options: Proposing, evidence: Mapping[Update, str]
) -> Proposed | None:
    """Open and change pull requests; None if that was not to be done."""
    from actions_toolkit import core

    from dockwright.github.proposals.summary import render_text
    from dockwright.propose import propose

    if inputs.dry_run:
        core.info("Nothing is proposed: `dry-run` is true.")
        return None
    hub = hub_of(inputs, job)
    if hub is None:
        annotate(
            "nothing is proposed: the token or the event is missing", "Leave the input `token` as it is by default."
        )
        return None
    proposed = propose(planned, hub, options, evidence=evidence)
    with inert():
        console.write(render_text(proposed))
    for outcome in proposed.outcomes:
        if outcome.failed:
            for note in outcome.notes:
                annotate(f"`{outcome.branch}`: {note.message}", note.help)
    return proposed


def _summarize(planned: Planned, proposed: Proposed | None, job: Job) -> None:
    from dockwright.github.proposals.summary import render_markdown
    from dockwright.report import plans

    parts = [] if proposed is None else [render_markdown(proposed)]
    parts.append(plans.render("markdown", planned, plans.PlanContext()))
    add_summary("\n".join(parts), job.environment.get("GITHUB_STEP_SUMMARY"))


def _set_outputs(planned: Planned, proposed: Proposed | None) -> None:
    from actions_toolkit import core
    from msgspec.json import encode

    core.set_output("updates", sum(len(plan.updates) for plan in planned.plans))
    outcomes = [] if proposed is None else proposed.outcomes
    listed = [
        {
            "number": outcome.number,
            "url": outcome.url,
            "branch": outcome.branch,
            "title": outcome.title,
            "state": outcome.state.value,
        }
        for outcome in outcomes
    ]
    core.set_output("pull-requests", encode(listed).decode())
