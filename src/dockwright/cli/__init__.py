"""The command line: arguments to options, a result to reports and an exit code (`dockwright.verdict`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from dockwright import console, verdict
from dockwright.arguments import (
    Check,
    Compare,
    Explain,
    ListImages,
    ListRules,
    Migrate,
    Review,
    Stale,
    Update,
    build_parser,
    read_arguments,
)
from dockwright.errors import Error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockwright.arguments import Command

__all__ = ["build_parser", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    console.use_utf8()
    try:
        return _run(read_arguments(arguments))
    except Error as error:
        console.complain(str(error), error.help)
        return verdict.WRONG
    except KeyboardInterrupt:
        return verdict.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: whatever it is, it is told and counted
        console.complain_of_bug(error)
        return verdict.BUG


def _run(command: Command) -> int:  # noqa: PLR0911 - one for each command
    match command:
        case Review():
            from dockwright.cli.reviewing import review_files

            return review_files(command.options, stdin_name=command.stdin_name)
        case ListRules():
            from dockwright.cli.listing import list_rules

            return list_rules(json=command.json)
        case Explain():
            from dockwright.cli.listing import explain

            return explain(name=command.name)
        case ListImages():
            from dockwright.cli.listing import list_images

            return list_images(paths=command.paths, json=command.json)
        case Update():
            from dockwright.cli.updating import update_images

            return update_images(command.options)
        case Compare():
            from dockwright.cli.comparing import compare_images

            return compare_images(command.options)
        case Migrate():
            from dockwright.cli.migrating import migrate_files

            return migrate_files(command.options)
        case Check():
            from dockwright.cli.checking import check_images

            return check_images(command.options)
        case Stale():
            from dockwright.cli.staling import ask_whether_stale

            return ask_whether_stale(command.options)
        case _:
            assert_never(command)
