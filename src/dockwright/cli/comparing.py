"""`dockwright compare`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.surroundings import surroundings
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from dockwright.config import Config
    from dockwright.evidence.comparison import Comparison
    from dockwright.image import Platform
    from dockwright.options import CompareOptions


def compare_images(options: CompareOptions) -> int:
    """Compare two images, write the reports, and return the exit code."""
    from dockwright.checkout import read_config
    from dockwright.discover import FolderTree
    from dockwright.git import find_top

    around = surroundings(())
    config = read_config(options.config, around, FolderTree(find_top(around.here) or around.here))
    for note in config.notes:
        console.note(note)
    comparison = _compared(options, config)
    _write_reports(comparison, options)
    return verdict.exit_code_of_comparison(comparison)


def _compared(options: CompareOptions, config: Config) -> Comparison:
    """Ask the registries.

    Raises:
        InvalidReference: one of the two is no name of an image.
        UsageError: a platform is none.
    """
    from contextlib import closing

    from dockwright.compare import compare
    from dockwright.evidence.layer_cache import LayerCache
    from dockwright.image import Reference
    from dockwright.update.client import connect

    old, new = (Reference.parse(each) for each in (options.old, options.new))
    platforms = [_platform(each) for each in options.platform]
    with (
        closing(connect(config, os.environ, cache_dir=options.registry_cache)) as client,
        closing(LayerCache(options.registry_cache)) as cache,
        closing(console.Progress("Compared platforms:")) as watch,
    ):
        return compare(old, new, client=client, watch=watch, platforms=platforms, cache=cache)


def _platform(text: str) -> Platform:
    from dockwright.image import Platform

    parts = text.lower().split("/")
    if len(parts) not in {2, 3} or not all(parts):
        raise UsageError(
            f"`--platform {text}` is no platform", help="Write the system and the architecture: `linux/arm64`."
        )
    return Platform(*parts)


def _write_reports(comparison: Comparison, options: CompareOptions) -> None:
    from dockwright.report.comparisons import render
    from dockwright.writing import write_file

    for output in options.outputs:
        color = output.path is None and console.colored(options.color, os.environ)
        report = render(output.format.value, comparison, color=color)
        if output.path is None:
            console.write(report)
        else:
            write_file(output.path, report.encode("utf-8", "backslashreplace"))
