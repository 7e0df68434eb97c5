"""`dockwright stale`."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.surroundings import surroundings
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from dockwright.config import Config
    from dockwright.discover import FolderTree
    from dockwright.evidence.staleness import Staleness
    from dockwright.options import StaleOptions
    from dockwright.source import Source


def ask_whether_stale(options: StaleOptions) -> int:
    """Tell whether a published image must be built again, write the reports, and return the exit code."""
    from dockwright.checkout import read_config
    from dockwright.discover import FolderTree
    from dockwright.git import find_top

    around = surroundings(())
    config = read_config(options.config, around, FolderTree(find_top(around.here) or around.here))
    for note in config.notes:
        console.note(note)
    staleness = _asked(options, config, FolderTree(around.here), around.today)
    _write_reports(staleness, options)
    return verdict.exit_code_of_staleness(staleness)


def _asked(options: StaleOptions, config: Config, here: FolderTree, today: date) -> Staleness:
    """Ask the registries, and the distributions.

    Raises:
        InvalidReference: the image's name, or its base's, is none.
        UsageError: an option makes no sense, or the Dockerfile cannot be read.
    """
    from contextlib import closing

    from dockwright.evidence.probing import probing
    from dockwright.evidence.stale_question import question_of
    from dockwright.stale import stale
    from dockwright.update.client import connect

    question = question_of(options, partial(_read, here))
    with (
        closing(connect(config, os.environ, cache_dir=options.registry_cache)) as client,
        probing(client, config, os.environ, cache_dir=options.registry_cache) as prober,
        closing(console.Progress("Looked at platforms:")) as watch,
    ):
        return stale(question, client=client, prober=prober, watch=watch, today=today)


def _read(here: FolderTree, path: str) -> Source:
    from dockwright.discover import LARGEST_DOCKERFILE
    from dockwright.finding import Unreadable

    found = here.load(path, largest=LARGEST_DOCKERFILE, anywhere=True)
    if found is None or isinstance(found, Unreadable):
        reason = "it is not there" if found is None else found.reason
        raise UsageError(f"`{path}` cannot be read: {reason}", help="Name the Dockerfile with `--dockerfile`.")
    return found


def _write_reports(staleness: Staleness, options: StaleOptions) -> None:
    from dockwright.report.staleness import render
    from dockwright.writing import write_file

    for output in options.outputs:
        color = output.path is None and console.colored(options.color, os.environ)
        report = render(output.format.value, staleness, color=color)
        if output.path is None:
            console.write(report)
        else:
            write_file(output.path, report.encode("utf-8", "backslashreplace"))
