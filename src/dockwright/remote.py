"""What a review is of, gathered through GitHub's API: for `pull_request_target`, whose job has the base checked out.

Such a job has a token that can write, so the pull request's files are only ever read, at its head commit.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config import load
from dockwright.diff import EVERY_LINE, Lines
from dockwright.discover import LARGEST_DOCKERFILE, LARGEST_FILE, Named, is_weighed
from dockwright.dockerfile.names import is_dockerfile, is_dockerfile_name
from dockwright.errors import ConfigError
from dockwright.facts.builds import is_build_file
from dockwright.finding import Unreadable
from dockwright.github.model import MOST_FILES
from dockwright.github.patch import read_patch
from dockwright.github.tree import ApiTree
from dockwright.project import Project
from dockwright.review import rule_names
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dockwright.config import Config
    from dockwright.github.client import GitHub
    from dockwright.github.model import ChangedFile
    from dockwright.options import Options
    from dockwright.review import Within


class PullRequest(Struct, frozen=True):
    """What a review is of.

    Attributes:
        sources: the Dockerfiles that the pull request changes.
        unreadable: those of them that could not be read.
        project: their surroundings.
        config: what the user set.
        changed_lines: the changed lines by path, if only those count.
        notes: what may surprise, sentence by sentence.
        within: tells whether a file that is no Dockerfile is under review.
    """

    sources: tuple[Source, ...]
    unreadable: tuple[Unreadable, ...]
    project: Project
    config: Config
    changed_lines: dict[str, Lines] | None
    notes: tuple[str, ...]
    within: Within


def gather(options: Options, hub: GitHub, number: int, *, base: str, head: str, today: date) -> PullRequest:
    """Read the Dockerfiles that a pull request changes, and what belongs to them, at its head.

    The configuration is the base's: a stranger's pull request does not choose what it is reviewed for.

    Of a pull request with more files than GitHub lists, any other that differs from the base counts as changed: padding
    must not be a way past the review.

    Raises:
        GitHubError: it cannot be read.
        ConfigError: the configuration cannot be used.
    """
    tree, before = ApiTree(hub, head), ApiTree(hub, base)
    config = _config(options, before)
    files = hub.pull_request_files(number)
    changed = {file.path: _changed(file, tree) for file in files if file.status != "removed"}
    if len(files) >= MOST_FILES:
        changed |= dict.fromkeys(_unlisted(files, tree, before), EVERY_LINE)
    named = _named_by(options.paths)
    meant = [
        path
        for path in changed
        if (path in named.files or (is_dockerfile_name(path) and named.holds(path))) and not is_build_file(path)
    ]
    changed = {path: lines for path, lines in changed.items() if is_weighed(path) or path in meant}
    read = [(path, tree.load(path, largest=LARGEST_DOCKERFILE)) for path in meant]

    def within(path: str) -> bool:
        return path in changed and named.holds(path)

    sources = [each for path, each in read if isinstance(each, Source) and (path in named.files or is_dockerfile(each))]
    return PullRequest(
        sources=tuple(sources),
        unreadable=tuple(each for _, each in read if isinstance(each, Unreadable)),
        project=Project(tree, today, options.target, config.policy),
        config=config,
        changed_lines=changed if options.only_changed_lines else None,
        notes=config.notes if sources or any(map(within, changed)) else (*config.notes, _NOTHING),
        within=within,
    )


_NOTHING = "The pull request changes no Dockerfile, nor a file that builds one, so nothing was reviewed."


def _unlisted(files: Sequence[ChangedFile], head: ApiTree, base: ApiTree) -> list[str]:
    """Return the files that are not listed and are not in the base as they are in the head."""
    listed = {file.path for file in files}
    before = base.entries()
    return [path for path, entry in head.entries().items() if path not in listed and before.get(path) != entry]


def _named_by(paths: Sequence[str]) -> Named:
    """Return what is named by paths in a commit, where nobody can look whether each is a file or a folder."""
    named = tuple(posixpath.normpath(path) for path in paths)
    return Named("", named, tuple("" if path == "." else path for path in named))


def _changed(file: ChangedFile, tree: ApiTree) -> Lines:
    """Return a file's changed lines; all, where GitHub gives no patch, or one of a later commit."""
    entry = tree.entries().get(file.path)
    if file.patch is not None and entry is not None and entry.blob == file.blob:
        return read_patch(file.patch).changed
    return Lines() if file.changes == 0 else EVERY_LINE


def _config(options: Options, tree: ApiTree) -> Config:
    def read(path: str) -> Source | None:
        found = tree.load(posixpath.normpath(path), largest=LARGEST_FILE)
        if isinstance(found, Unreadable):
            raise ConfigError(f"`{path}` cannot be read: {found.reason}")
        return found

    return load(read, rule_names(), path=options.config).with_profile(options.profile)
