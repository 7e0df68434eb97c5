"""What a review is of, gathered from a folder of this machine: files, their surroundings, configuration, changed lines.

Both edges, the command line and the action, begin with it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config import Setting, load
from dockwright.discover import (
    LARGEST_DOCKERFILE,
    LARGEST_FILE,
    FolderTree,
    Named,
    dockerfile_names,
    is_weighed,
    locate,
    names_of,
)
from dockwright.dockerfile.names import is_dockerfile, is_dockerfile_name
from dockwright.errors import ConfigError, ShellCheckError
from dockwright.facts.builds import build_files, is_build_file
from dockwright.finding import Unreadable
from dockwright.git import Git, find_top
from dockwright.options import Profile
from dockwright.project import Origin, Project
from dockwright.review import rule_names
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import date

    from dockwright.config import Config
    from dockwright.diff import Lines
    from dockwright.options import Options
    from dockwright.review import Within
    from dockwright.shellcheck import ShellCheck

    Choose = Callable[[Git, Collection[str]], Collection[str]]


class Surroundings(Struct, frozen=True):
    """Where and when a command runs: what only the edges know.

    Attributes:
        here: the folder that paths start from; absolute.
        environment: the variables that git is run with.
        today: what support dates are compared with.
        trusted: whether git is to read the repository whoever owns it.
        stdin: what standard input holds, if it is reviewed; its path is relative to `here`.
        origin: what the repository is on GitHub; None leaves that to what the clone remembers.
    """

    here: str
    environment: Mapping[str, str]
    today: date
    trusted: bool = False
    stdin: Source | None = None
    origin: Origin | None = None


class Files(Struct, frozen=True):
    """Dockerfiles, read.

    Attributes:
        sources: those that could be read.
        unreadable: the others.
        tree: the files around them.
        named: what the user named.
    """

    sources: tuple[Source, ...]
    unreadable: tuple[Unreadable, ...]
    tree: FolderTree
    named: Named


class Checkout(Struct, frozen=True):
    """What a review is of.

    Attributes:
        files: the Dockerfiles.
        project: their surroundings.
        config: what the user set.
        changed_lines: the changed lines by path, if only those count.
        notes: what may surprise, sentence by sentence.
        within: tells whether a file that is no Dockerfile is under review; None if no such file is.
    """

    files: Files
    project: Project
    config: Config
    changed_lines: Mapping[str, Lines] | None
    notes: tuple[str, ...]
    within: Within | None = None


def gather(options: Options, around: Surroundings) -> Checkout:
    """Find and read all that a review needs.

    Raises:
        UsageError: something named is not there.
        ConfigError: the configuration cannot be used.
        GitError: the base cannot be compared with.
    """
    changed: dict[str, Lines] = {}

    def filter_changed(git: Git, paths: Collection[str]) -> Collection[str]:
        if options.base is None:
            return paths
        from dockwright.diff import changed_lines

        changed.update(changed_lines(git, options.base, _Weighed(paths)))
        return [path for path in paths if path in changed]

    files = read_dockerfiles(options.paths, around, choose=filter_changed)
    config = read_config(options.config, around, files.tree).with_profile(options.profile)
    within = _within(files.named, None if options.base is None else changed)
    return Checkout(
        files=files,
        project=Project(files.tree, around.today, options.target, config.policy),
        config=config,
        changed_lines=None if options.base is None or not options.only_changed_lines else changed,
        notes=(*config.notes, *_notes(options, config, files, within, changed)),
        within=within,
    )


def start_shellcheck(
    options: Options,
    config: Config,
    environment: Mapping[str, str],
    *,
    wherever_it_is: bool = False,
    beside: str = sys.executable,
) -> ShellCheck | None:
    """Return ShellCheck, if it is asked for.

    Args:
        options: what the user chose now.
        config: what the user set.
        environment: its PATH is looked through.
        wherever_it_is: whether it is also asked where nothing is said of it and it is installed.
        beside: Python's own path: ShellCheck is looked for in its folder first.

    Raises:
        ShellCheckError: it is asked for and is not there, or cannot be used.
    """
    asked = config.shellcheck if options.shellcheck is None else options.shellcheck
    if not (wherever_it_is if asked is None else asked):
        return None
    from dockwright.shellcheck import ShellCheck, find_program

    program = find_program(beside=beside, path=environment.get("PATH", ""))
    if program is None and asked:
        raise ShellCheckError(
            "ShellCheck is asked for, and is not installed",
            help="`pip install 'dockwright[shellcheck]'`, or review without it (`--no-shellcheck`).",
        )
    return None if program is None else ShellCheck(program, precise=_tells_quoting(config))


def _tells_quoting(config: Config) -> bool:
    """Tell whether SC2086 may be told: it is off by default, and costs most."""
    names = ("shellcheck:SC2086", "hadolint:SC2086", "shellcheck", "all")
    every = (config.rules, *(override.rules for override in config.overrides))
    settings = [rules.get(name, Setting.OFF) for rules in every for name in names]
    return config.profile is not Profile.DEFAULT or any(setting is not Setting.OFF for setting in settings)


class _Weighed:
    """Dockerfiles that are under review, and all files that rules of whole repositories weigh."""

    def __init__(self, dockerfiles: Collection[str]) -> None:
        self._dockerfiles = dockerfiles

    def __contains__(self, path: object) -> bool:
        return path in self._dockerfiles or (isinstance(path, str) and is_weighed(path))


def _within(named: Named, changed: Mapping[str, Lines] | None) -> Within | None:
    """Return what tells whether a file is under review; a Dockerfile that is named alone is looked at alone."""
    if not named.folders and not any(is_build_file(path) for path in named.files):
        return None
    return named.holds if changed is None else lambda path: path in changed and named.holds(path)


def read_dockerfiles(paths: Iterable[str], around: Surroundings, *, choose: Choose | None = None) -> Files:
    """Find and read the Dockerfiles that are named, and those in folders that are named.

    `choose` may leave out some of the paths.

    Raises:
        UsageError: something named is not there.
    """
    if around.stdin is not None:
        return _stdin(around.stdin, around)
    named = locate(paths, around.here)
    git = Git(named.root, around.environment, trusted=around.trusted)
    tree = FolderTree(named.root, git if find_top(named.root) == named.root else None, origin=around.origin)
    files = [path for path in named.files if not is_build_file(path)]
    found: Collection[str] = {**dict.fromkeys(files), **dict.fromkeys(dockerfile_names(tree, named.folders))}
    if choose is not None:
        found = choose(git, found)
    read = [_read(tree, path, named=path in named.files) for path in found]
    return Files(
        tuple(each for each in read if isinstance(each, Source)),
        tuple(each for each in read if isinstance(each, Unreadable)),
        tree,
        named,
    )


def read_image_files(paths: Iterable[str], around: Surroundings) -> Files:
    """Find and read the files that are named, and those in folders that are named and may name images.

    Raises:
        UsageError: something named is not there.
    """
    from dockwright.files.images import names_images

    if around.stdin is not None:
        return _stdin(around.stdin, around)
    named = locate(paths, around.here)
    git = Git(named.root, around.environment, trusted=around.trusted)
    tree = FolderTree(named.root, git if find_top(named.root) == named.root else None, origin=around.origin)
    below = names_of(tree, named.folders, names_images)
    read = [_read_images(tree, path, named=path in named.files) for path in sorted({*below, *named.files})]
    return Files(
        tuple(each for each in read if isinstance(each, Source)),
        tuple(each for each in read if isinstance(each, Unreadable)),
        tree,
        named,
    )


def _read_images(tree: FolderTree, path: str, *, named: bool) -> Source | Unreadable | None:
    """Read a file; one that nobody named, and that is no Dockerfile, may well be something else, and is no failure."""
    found = tree.load(path, largest=LARGEST_DOCKERFILE, anywhere=named)
    return found if named or isinstance(found, Source) or is_dockerfile_name(path) else None


def _stdin(source: Source, around: Surroundings) -> Files:
    top = find_top(around.here)
    root = top or around.here
    git = Git(root, around.environment, trusted=around.trusted) if top else None
    tree = FolderTree(root, git, origin=around.origin)
    path = os.path.relpath(os.path.join(around.here, source.path), root)
    return Files((Source(path, source.text),), (), tree, Named(root, (path,), ()))


def _read(tree: FolderTree, path: str, *, named: bool) -> Source | Unreadable | None:
    found = tree.load(path, largest=LARGEST_DOCKERFILE, anywhere=named)
    return found if named or not isinstance(found, Source) or is_dockerfile(found) else None


def read_config(path: str | None, around: Surroundings, tree: FolderTree) -> Config:
    """Load the configuration: the named one from wherever it is, or what the repository has.

    Raises:
        ConfigError: it cannot be used, or the named one is not there.
    """
    files = FolderTree(around.here) if path else tree

    def read(name: str) -> Source | None:
        found = files.load(name, largest=LARGEST_FILE, anywhere=path is not None)
        if isinstance(found, Unreadable):
            raise ConfigError(f"`{name}` cannot be read: {found.reason}")
        return found

    return load(read, rule_names(), path=path)


def _notes(
    options: Options, config: Config, files: Files, within: Within | None, changed: Collection[str]
) -> list[str]:
    """Say that there was nothing to review, or that the configuration leaves out what was named."""
    notes = [
        f"`{path}` is not reviewed, as `ignore-paths` in `{config.path}` leaves it out."
        for path in files.named.files
        if config.ignores(path)
    ]
    others: Collection[str] = ()
    if within is not None:
        others = [path for path in build_files(files.tree) if within(path)] or changed
    if not files.sources and not files.unreadable and not others:
        where = ", ".join(f"`{path}`" for path in options.paths)
        since = "" if options.base is None else f" that changed since `{options.base}`"
        notes.append(f"There is no Dockerfile in {where}{since}, nor a file that builds one, so nothing was reviewed.")
    return notes
