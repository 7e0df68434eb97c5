"""`dockwright rules`, `explain` and `images`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.cli.surroundings import surroundings
from dockwright.errors import UsageError
from dockwright.options import Color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.checkout import Files
    from dockwright.image import ImageUse


def list_rules(*, json: bool) -> int:
    """Print all rules."""
    from dockwright.rules import all_rules

    if json:
        from dockwright.report.json import render_rules
    else:
        from dockwright.report.text import render_rules
    console.write(render_rules(all_rules()))
    return verdict.CLEAN


def explain(*, name: str) -> int:
    """Print the pages of the rules that a name means.

    Raises:
        UsageError: no rule is called so.
    """
    from dockwright.report import Context
    from dockwright.report.text import render_explanation
    from dockwright.review import SHELLCHECK, rule_names, rule_of_code
    from dockwright.rule_names import did_you_mean
    from dockwright.rules import all_rules

    names = rule_names()
    found = names.resolve(name)
    if not found:
        raise UsageError(
            f"no rule is called `{name}`{did_you_mean(names.closest(name))}", help="`dockwright rules` lists them all."
        )
    context = Context(all_rules(), color=console.colored(Color.AUTO, os.environ))
    pages = [each for each in all_rules() if each.id in found]
    pages += [rule_of_code(each) for each in found if each.partition(":")[0] == SHELLCHECK]
    console.write("\n".join([render_explanation(each, context) for each in pages]))
    return verdict.CLEAN


def list_images(*, paths: Sequence[str], json: bool) -> int:
    """Print every place that names an image."""
    from dockwright.checkout import read_image_files

    return list_images_of(read_image_files(paths, surroundings(paths, None)), json=json)


def list_images_of(files: Files, *, json: bool) -> int:
    """Print every place in files that names an image, and return the exit code."""
    from dockwright.update.uses import read_uses

    uses: list[ImageUse] = [use for source in files.sources for use in read_uses(source)]
    if json:
        from dockwright.report.json import render_images
    else:
        from dockwright.report.text import render_images
    console.write(render_images(uses))
    return complain_of_unread(files)


def complain_of_unread(files: Files) -> int:
    """Say what could not be read, and return the exit code for that."""
    for file in files.unreadable:
        console.complain(f"`{file.path}` was not read: {file.reason}")
    return verdict.WRONG if files.unreadable else verdict.CLEAN
