"""`dockwright check`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.surroundings import platform_of, surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.config import Config
    from dockwright.evidence.checked import CheckedImage
    from dockwright.options import CheckOptions


def check_images(options: CheckOptions) -> int:
    """Check images for published updates, write the reports, and return the exit code."""
    from dockwright.checkout import read_config
    from dockwright.discover import FolderTree
    from dockwright.git import find_top

    around = surroundings(())
    config = read_config(options.config, around, FolderTree(find_top(around.here) or around.here))
    for note in config.notes:
        console.note(note)
    images = _checked(options, config)
    _write_reports(images, options)
    return verdict.exit_code_of_check(images, options.fail_on)


def _checked(options: CheckOptions, config: Config) -> tuple[CheckedImage, ...]:
    """Ask the registries, and the distributions.

    Raises:
        InvalidReference: one of the images' names is none.
        UsageError: a platform is none.
    """
    from contextlib import closing

    from dockwright.check import check
    from dockwright.evidence.probing import probing
    from dockwright.image import Reference
    from dockwright.update.client import connect

    images = [Reference.parse(each) for each in dict.fromkeys(options.images)]
    platforms = [platform_of(each) for each in options.platform]
    osv = bool(config.osv if options.osv is None else options.osv)
    with (
        closing(connect(config, os.environ, cache_dir=options.registry_cache)) as client,
        probing(client, config, os.environ, cache_dir=options.registry_cache, osv=osv) as prober,
        closing(console.Progress("Checked platforms:")) as watch,
    ):
        return check(images, client=client, prober=prober, watch=watch, platforms=platforms)


def _write_reports(images: Sequence[CheckedImage], options: CheckOptions) -> None:
    from dockwright.report.checks import render
    from dockwright.writing import write_file

    for output in options.outputs:
        color = output.path is None and console.colored(options.color, os.environ)
        report = render(output.format.value, images, color=color)
        if output.path is None:
            console.write(report)
        else:
            write_file(output.path, report.encode("utf-8", "backslashreplace"))
