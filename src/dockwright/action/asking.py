"""Whether and how a review in a job asks registries."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import date

    from dockwright.action.inputs import Inputs
    from dockwright.action.job import Job
    from dockwright.config import Config
    from dockwright.options import Options
    from dockwright.project import Tree
    from dockwright.review import AskOnline

# Their checkout is the repository's own; any other event's may be a stranger's, and its configuration names hosts.
_OF_OWNERS = frozenset({"push", "schedule", "workflow_dispatch", "repository_dispatch", "release"})
_HOSTED = "github-hosted"


def asking_in(
    job: Job,
    inputs: Inputs,
    options: Options,
    *,
    under_review: tuple[Config, Tree],
    before: Callable[[], Tree] | None,
    today: date,
    notes: list[str],
) -> AbstractContextManager[AskOnline | None]:
    """Make what asks registries, if that is wanted here; `before` gives the base's files, if there is a base."""
    config, tree = under_review
    if not (config.online.enabled if options.online is None else options.online):
        return nullcontext()
    if before is None and job.name not in _OF_OWNERS:
        notes.append(f"No registry was asked: on `{job.name}` nothing says which files are the repository's own.")
        return nullcontext()
    from dockwright.action.inputs import folder_inside
    from dockwright.online.session import Review, asking

    return asking(
        Review(
            options,
            config,
            tree,
            before,
            today,
            job.environment,
            credentials=inputs.registries,
            cache_dir=folder_inside(job.workspace, inputs.registry_cache) if inputs.registry_cache else None,
            fork=_is_of_fork(job),
            self_hosted=job.environment.get("RUNNER_ENVIRONMENT") != _HOSTED,
        ),
        notes,
    )


def _is_of_fork(job: Job) -> bool:
    """Tell whether a pull request comes from another repository, or from one that is gone."""
    pull_request = None if job.event is None else job.event.pull_request
    return pull_request is not None and (
        pull_request.head.repo is None or pull_request.head.repo != pull_request.base.repo
    )
