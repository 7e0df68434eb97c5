"""Asking whether a published image must be built again: outputs for the next job, or a workflow that is started.

What is not known is a warning and never a build: a registry that fails must not set off builds. It fails the step only
where `fail-on` says that warnings do.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.action.inputs import folder_inside, inside
from dockwright.action.job import hub_of
from dockwright.action.telling import add_summary, inert
from dockwright.errors import UsageError
from dockwright.options import FailOn, StaleOptions

if TYPE_CHECKING:
    from datetime import datetime

    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job
    from dockwright.config import Config
    from dockwright.discover import FolderTree
    from dockwright.evidence.staleness import Staleness
    from dockwright.source import Source

# What is checked out may be a stranger's, and its configuration says which hosts are asked.
_OF_OTHERS = frozenset({"pull_request", "pull_request_target", "merge_group"})
_WORKFLOW = re.compile(r"[\w.-]{1,200}\.ya?ml", re.ASCII)


def ask_whether_stale(inputs: Inputs, job: Job) -> int:
    """Ask, tell it by outputs, annotations and the job's summary, and return the exit code.

    Raises:
        UsageError: the event is of a pull request, or an input makes no sense.
    """
    from datetime import UTC, datetime

    if job.name in _OF_OTHERS:
        raise UsageError(
            f"on `{job.name}` nothing is asked, as the configuration there may be somebody else's",
            help="Ask on `schedule`, `workflow_dispatch` or `push`.",
        )
    report = inside(job.workspace, inputs.stale.report_file, "report-file") if inputs.stale.report_file else None
    now = datetime.now(UTC)
    staleness, config = _asked(inputs, job, _options(inputs), now)
    _tell(staleness, job)
    _write_report(staleness, report)
    _set_outputs(staleness, inputs)
    started = _dispatch(staleness, inputs, job, now)
    return _exit_code(staleness, inputs.fail_on or config.fail_on, started=started)


def _options(inputs: Inputs) -> StaleOptions:
    from dockwright.arguments import days_of

    stale = inputs.stale
    if not stale.image:
        raise UsageError("the input `image` is missing", help="Name the published image: `ghcr.io/acme/app:1`.")
    if not stale.dockerfile and (stale.target or stale.build_args):
        raise UsageError("the inputs `target` and `build-args` are of a Dockerfile", help="Name it in `dockerfile`.")
    if stale.dispatch and _WORKFLOW.fullmatch(stale.dispatch) is None:
        raise UsageError(
            f"the input `dispatch` is `{stale.dispatch}`",
            help="Write the name of a file in .github/workflows: `build.yml`.",
        )
    return StaleOptions(
        image=stale.image,
        dockerfile=stale.dockerfile or None,
        target=stale.target or None,
        build_arg=stale.build_args,
        platform=stale.platforms,
        max_age=days_of(stale.max_age, "max-age") if stale.max_age else None,
        registry_cache=inputs.registry_cache or None,
    )


def _asked(inputs: Inputs, job: Job, options: StaleOptions, now: datetime) -> tuple[Staleness, Config]:
    from contextlib import closing

    from dockwright.checkout import Surroundings, read_config
    from dockwright.discover import FolderTree
    from dockwright.evidence.probing import probing
    from dockwright.evidence.stale_question import question_of
    from dockwright.stale import stale
    from dockwright.update.client import connect

    tree = FolderTree(job.workspace)
    question = question_of(options, partial(_read, tree))
    around = Surroundings(job.workspace, job.environment, now.date(), trusted=True)
    config = read_config(inputs.config or None, around, tree)
    cache = folder_inside(job.workspace, inputs.registry_cache) if inputs.registry_cache else None
    with (
        closing(connect(config, job.environment, cache_dir=cache, credentials=inputs.registries)) as client,
        probing(client, config, job.environment, cache_dir=cache, now=now) as prober,
        closing(console.Progress("Looked at platforms:")) as watch,
    ):
        return stale(question, client=client, prober=prober, watch=watch, today=now.date()), config


def _read(tree: FolderTree, path: str) -> Source:
    from dockwright.discover import LARGEST_DOCKERFILE
    from dockwright.finding import Unreadable

    found = tree.load(path, largest=LARGEST_DOCKERFILE)
    if found is None or isinstance(found, Unreadable):
        reason = "it is not in the checkout" if found is None else found.reason
        raise UsageError(f"the input `dockerfile` is `{path}`, which cannot be read: {reason}")
    return found


# --- telling ----------------------------------------------------------------------------------------------------------


def _tell(staleness: Staleness, job: Job) -> None:
    from actions_toolkit import core

    from dockwright.report.staleness import answer, render, shown

    with inert():
        console.write(render("text", staleness))
    said = f"{shown(staleness.subject)}: {answer(staleness)}"
    match staleness.needed:
        case True:
            core.notice(said, title="Dockwright")
        case None:
            core.warning(said, title="Dockwright")
        case False:
            pass
    add_summary(render("markdown", staleness), job.environment.get("GITHUB_STEP_SUMMARY"))


def _write_report(staleness: Staleness, path: str | None) -> None:
    from dockwright.report.staleness import render
    from dockwright.writing import write_file

    if path is not None:
        name = "json" if path.endswith(".json") else "markdown"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_file(path, render(name, staleness).encode("utf-8", "replace"))


def _set_outputs(staleness: Staleness, inputs: Inputs) -> None:
    from actions_toolkit import core

    needed = {True: "true", False: "false", None: "unknown"}[staleness.needed]
    core.set_output("rebuild-needed", needed)
    core.set_output("reason", ",".join(reason.value for reason in staleness.reasons))
    core.set_output("no-cache", "true" if staleness.no_cache else "false")
    core.set_output("base-digest", staleness.base_digest)
    core.set_output("report", inputs.stale.report_file)


def _exit_code(staleness: Staleness, fail_on: FailOn, *, started: bool) -> int:
    """Return the code: what is unknown counts as a warning, that it must be built again as a notice."""
    failing = {
        FailOn.ERROR: (),
        FailOn.NEVER: (),
        FailOn.WARNING: (None,),
        FailOn.NOTICE: (None, True),
    }[fail_on]
    return verdict.FINDINGS if staleness.needed in failing or not started else verdict.CLEAN


# --- starting a workflow ----------------------------------------------------------------------------------------------


def _dispatch(staleness: Staleness, inputs: Inputs, job: Job, now: datetime) -> bool:
    """Start the workflow that builds the image, if one is named and it is due; False if that failed."""
    from actions_toolkit import core

    from dockwright.errors import GitHubError
    from dockwright.github.dispatch import hindrance, last_start, start

    workflow = inputs.stale.dispatch
    if not workflow or staleness.needed is not True:
        return True
    hub, ref = hub_of(inputs, job), job.origin.default_branch
    if hub is None or ref is None:
        core.error(f"{workflow} is not started: the token or the event is missing.", title="Dockwright")
        return False
    try:
        last = last_start(hub, workflow)
        hindered = hindrance(last, staleness.built, staleness.newest_cause, now)
        if not hindered:
            start(hub, workflow, ref, last)
    except GitHubError as error:
        core.error(f"{workflow} is not started: {error}. {error.help}".strip(), title="Dockwright")
        return False
    core.notice(
        f"{workflow} is not started: {hindered}." if hindered else f"{workflow} was started.", title="Dockwright"
    )
    return True
