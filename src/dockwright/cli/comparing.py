"""`dockwright compare`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.surroundings import platform_of, surroundings

if TYPE_CHECKING:
    from dockwright.config import Config
    from dockwright.evidence.comparison import Comparison
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
    """Ask the registries, and the distributions.

    Raises:
        InvalidReference: one of the two is no name of an image.
        UsageError: a platform is none.
    """
    from contextlib import closing

    from dockwright.compare import compare
    from dockwright.evidence.probing import probing
    from dockwright.image import Reference
    from dockwright.update.client import connect

    old, new = (Reference.parse(each) for each in (options.old, options.new))
    platforms = [platform_of(each) for each in options.platform]
    osv = bool(config.osv if options.osv is None else options.osv)
    with (
        closing(connect(config, os.environ, cache_dir=options.registry_cache)) as client,
        probing(client, config, os.environ, cache_dir=options.registry_cache, osv=osv) as prober,
        closing(console.Progress("Compared platforms:")) as watch,
    ):
        return compare(old, new, client=client, watch=watch, prober=prober, platforms=platforms)


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
