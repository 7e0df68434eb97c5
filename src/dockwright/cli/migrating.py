"""`dockwright migrate`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from dockwright import console, verdict
from dockwright.errors import UsageError

if TYPE_CHECKING:
    from dockwright.migrate import Migration
    from dockwright.options import MigrateOptions

_ACTION = re.compile(r"[\w.-]+/[\w./-]+@[\w./-]+", re.ASCII)


def migrate_files(options: MigrateOptions) -> int:
    """Print what a migration from hadolint changes, or change it, and return the exit code.

    Raises:
        UsageError: the folder is none, or the action is not named as workflows name one.
    """
    from dockwright.discover import FolderTree, locate
    from dockwright.git import Git, find_top
    from dockwright.migrate import PLACEHOLDER, migrate
    from dockwright.review import rule_names

    if options.action is not None and not _ACTION.fullmatch(options.action):
        raise UsageError(f"`--action {options.action}` names no action", help="Write `owner/name@revision`.")
    root = locate((options.folder,), os.getcwd()).root
    tree = FolderTree(root, Git(root, os.environ) if find_top(root) == root else None)
    migration = migrate(tree.paths(), tree.read, names=rule_names(), action=options.action or PLACEHOLDER)
    if options.write:
        _write(migration, root)
    else:
        _print(migration)
    for note in migration.notes:
        console.note(str(note))
    _sum_up(migration, options)
    return verdict.CLEAN


def _print(migration: Migration) -> None:
    """Print the patch."""
    from dockwright.fix import file_diff
    from dockwright.source import Source, encode

    for path, before in sorted(migration.before.items()):
        after = migration.after.get(path)
        patch = file_diff(before, after or Source(path, ""), new=not before.text, gone=after is None)
        console.write(encode(patch))


def _write(migration: Migration, root: str) -> None:
    """Change the files; what is new comes first, so that an error leaves nothing lost."""
    from dockwright.writing import write_file

    for path, source in migration.after.items():
        write_file(_inside(root, path), source.encode())
    for path in migration.before.keys() - migration.after.keys():
        os.remove(os.path.join(root, path))


def _inside(root: str, path: str) -> str:
    """Return where a file is; a symbolic link in the repository must not lead out of it."""
    place, top = os.path.realpath(os.path.join(root, path)), os.path.realpath(root)
    if os.path.commonpath([place, top]) != top:
        raise UsageError(f"`{path}` is, by a symbolic link, outside of the repository", help="Change it by hand.")
    return place


def _sum_up(migration: Migration, options: MigrateOptions) -> None:
    from dockwright.migrate import PLACEHOLDER

    if not migration.before:
        console.note("Nothing here is translated from hadolint.")
        return
    count = len(migration.before)
    files = "1 file" if count == 1 else f"{count} files"
    console.note(f"{files} changed." if options.write else f"{files} would change; `--write` changes them.")
    if options.action is None and any(PLACEHOLDER in source.text for source in migration.after.values()):
        console.note(f"`{PLACEHOLDER}` stands for the action: name it with `--action`.")
