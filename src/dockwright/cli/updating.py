"""`dockwright update`."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.listing import complain_of_unread, list_images_of
from dockwright.cli.surroundings import surroundings
from dockwright.errors import UsageError
from dockwright.options import DryRun, Format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockwright.bump import Planned, Update
    from dockwright.checkout import Files, Surroundings
    from dockwright.config import Config
    from dockwright.github.client import GitHub
    from dockwright.github.proposals.outcome import Proposed
    from dockwright.options import UpdateOptions
    from dockwright.update.evidence import Evidence

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def update_images(options: UpdateOptions) -> int:
    """Plan the updates of images, write the reports, make the changes that are wanted, and return the exit code."""
    from dockwright.checkout import read_config, read_image_files

    around = surroundings(options.paths, None)
    files = read_image_files(options.paths, around)
    config = read_config(options.config, around, files.tree)
    if options.dry_run is DryRun.EXTRACT:
        return list_images_of(files, json=any(each.format is Format.JSON for each in options.outputs))
    for note in config.notes:
        console.note(note)
    hub = _hub(options) if options.pull_requests else None
    planned, evidence = _planned(options, files, config, around)
    code = complain_of_unread(files) or verdict.exit_code_of_plans(planned)
    if hub is None:
        return code
    return code or (verdict.FINDINGS if _propose(hub, planned, files, config, evidence).failed else verdict.CLEAN)


def _hub(options: UpdateOptions) -> GitHub:
    """Return the repository for pull requests.

    Raises:
        UsageError: it, or the token for it, is not named.
    """
    from dockwright.github.client import DEFAULT_API, GitHub

    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN")
    repository = options.repository or os.environ.get("GITHUB_REPOSITORY")
    if not token:
        raise UsageError(
            "`--pull-requests` needs a token", help="Set GITHUB_TOKEN to one that may write contents and pull requests."
        )
    if repository is None or _REPOSITORY.fullmatch(repository) is None:
        raise UsageError("`--pull-requests` needs a repository", help="Name it: `--repository OWNER/NAME`.")
    return GitHub(token, repository, api_url=os.environ.get("GITHUB_API_URL") or DEFAULT_API)


def _propose(hub: GitHub, planned: Planned, files: Files, config: Config, evidence: Mapping[Update, str]) -> Proposed:
    """Keep the pull requests true, and tell what became of each."""
    from dockwright.github.proposals.summary import render_text
    from dockwright.propose import Proposing, propose

    whole = files.named.folders == ("",) and not files.unreadable
    proposed = propose(planned, hub, Proposing(limit=config.updates.limit, whole=whole), evidence=evidence)
    sys.stderr.write(render_text(proposed))
    return proposed


def _planned(
    options: UpdateOptions, files: Files, config: Config, around: Surroundings
) -> tuple[Planned, Mapping[Update, str]]:
    """Ask the registries, make the changes that are wanted, write the reports, and return what is known besides."""
    from contextlib import closing

    from dockwright.bump import Planned
    from dockwright.report import plans
    from dockwright.update.client import connect, learning
    from dockwright.update.planning import look_up, plan

    cache, wanted = options.registry_cache, options.evidence
    if wanted is None:
        wanted = options.pull_requests and config.updates.evidence
    with (
        closing(connect(config, around.environment, cache_dir=cache)) as client,
        closing(console.Progress("Asked registries")) as watch,
        closing(console.Progress("Compared images:")) as compared,
        learning(client, config, around.environment, compared, cache_dir=cache, wanted=wanted) as evidence,
    ):
        if options.dry_run is DryRun.LOOKUP:
            offered, skipped = look_up(files.sources, client=client, config=config, today=around.today, watch=watch)
            _write_outputs(options, lambda name, _: plans.render_offers(name, offered, skipped))
            return Planned((), skipped), {}
        planned = plan(files.sources, client=client, config=config, today=around.today, watch=watch, evidence=evidence)
    written = _change(files, planned, options) if options.diff or options.write else None
    _write_outputs(options, lambda name, color: plans.render(name, planned, plans.PlanContext(color, written)))
    return planned, _described(evidence) if options.pull_requests else {}


def _described(evidence: Evidence | None) -> Mapping[Update, str]:
    from dockwright.propose import described

    return {} if evidence is None else described(evidence.found)


def _change(files: Files, planned: Planned, options: UpdateOptions) -> int | None:
    """Write what the updates change into the files, and return how many; or print it."""
    from dockwright.fix import file_diff
    from dockwright.source import encode
    from dockwright.update.writing import updated
    from dockwright.writing import write_file

    changed = updated(planned)
    if options.diff:
        console.write(encode("".join([file_diff(old, new) for old, new in changed])))
        return None
    for _, new in changed:
        write_file(os.path.realpath(os.path.join(files.named.root, new.path)), new.encode())
    return len(changed)


def _write_outputs(options: UpdateOptions, render: Callable[[str, bool], str]) -> None:
    """Write the reports; `render` makes one of a format's name, coloured or not."""
    from dockwright.writing import write_file

    plain = False
    for output in options.outputs:
        if output.path is not None:
            write_file(output.path, render(output.format.value, plain).encode("utf-8", "backslashreplace"))
        elif not options.diff:  # or standard output is the patch
            console.write(render(output.format.value, console.colored(options.color, os.environ)))
