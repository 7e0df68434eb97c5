"""The rules. A module here, in `repository` or in `online` is a rule; there is no other list.

Rules of single Dockerfiles are here; those of whole repositories are in `repository`, which a review of one file never
loads, and those that need to know what registries say in `online`, which run only where that is asked for.

A rule's module docstring is its page: the first line is its title, then `## Why`, `## Bad`, `## Good` and, only if it
has fixes, `## Fix`. Its `check` is declared with one of the decorators below and yields `Problem`s.

Most rules speak of few files. One that can tell cheaply says so where it is declared: `instructions=("ADD",)` is for a
rule that finds nothing in a file without an `ADD` (an ONBUILD's counts, too), `words=("wget", "curl")` for one that
finds nothing in a file whose text, as it is written, has neither of these words, letter for letter. With both, both
must hold. `check` is then only called where it may find something, and need not ask again. A word that quotes or a
continuation part is not there for this; nobody writes so. A test gives every rule the files that it is not called for.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.facts.online import Online
    from dockwright.finding import Problem, Severity
    from dockwright.project import Project

    ProjectCheck = Callable[[Project], Iterator[Problem]]
    DockerfileCheck = Callable[[Dockerfile], Iterator[Problem]]
    ContextCheck = Callable[[Dockerfile, Project], Iterator[Problem]]
    OnlineCheck = Callable[[Dockerfile, Project, Online], Iterator[Problem]]


_OF_REPOSITORIES = "repository"
_ONLINE = "online"


class Rule(Struct, frozen=True):
    """A rule: what it is called, how it is explained, and its check.

    Attributes:
        id: the module's name with hyphens; it names the pattern ("allow add-for-local-files").
        page: the documentation, Markdown, whose first line is the title.
        severity: unless the configuration says otherwise; a problem may be capped lower by its evidence.
        enabled: whether it is on by default.
        aliases: names of the same check elsewhere (`hadolint:DL3020`, `buildkit:JSONArgsRecommended`).
        since: the version that brought it.
        check: yields the problems of one Dockerfile; None for a rule that does not look at them one by one.
        check_project: yields the problems of a repository, in whichever file; None for a rule of single Dockerfiles.
            A rule that has neither, nor `check_online`, is one whose problems the engine itself finds (ignore
            comments).
        instructions: `check` finds nothing in a file that has none of these; empty if it may.
        words: `check` finds nothing in a file whose text has none of these; empty if it may.
        check_online: yields the problems of one Dockerfile by what registries say; None for all other rules.
    """

    id: str
    page: str
    severity: Severity
    enabled: bool
    aliases: tuple[str, ...]
    since: str
    check: ContextCheck | None
    check_project: ProjectCheck | None = None
    instructions: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    check_online: OnlineCheck | None = None

    def concerns(self, dockerfile: Dockerfile) -> bool:
        """Tell whether `check` may find something in a file."""
        if self.instructions and self.instructions.isdisjoint(dockerfile.keywords):
            return False
        return not self.words or any(map(dockerfile.source.text.__contains__, self.words))

    @property
    def title(self) -> str:
        """One line that says what it finds."""
        return self.page.partition("\n")[0].strip()

    @property
    def fixable(self) -> bool:
        """Whether it offers fixes."""
        return "\n## Fix\n" in self.page

    @property
    def online(self) -> bool:
        """Whether it runs only where registries are asked."""
        return self.check_online is not None


def rule(
    severity: Severity,
    *,
    aliases: tuple[str, ...] = (),
    enabled: bool = True,
    since: str = "0.1.0",
    instructions: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
) -> Callable[[DockerfileCheck], Rule]:
    """Declare a check that needs nothing but the Dockerfile."""

    def declare(check: DockerfileCheck) -> Rule:
        def check_in_project(dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
            return check(dockerfile)

        declared = _declare(check.__module__, check_in_project, severity, aliases, enabled=enabled, since=since)
        return replace(declared, instructions=frozenset(instructions), words=words)

    return declare


def rule_in_context(
    severity: Severity,
    *,
    aliases: tuple[str, ...] = (),
    enabled: bool = True,
    since: str = "0.1.0",
    instructions: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
) -> Callable[[ContextCheck], Rule]:
    """Declare a check of a Dockerfile that also looks at the files around it, or at the date."""

    def declare(check: ContextCheck) -> Rule:
        declared = _declare(check.__module__, check, severity, aliases, enabled=enabled, since=since)
        return replace(declared, instructions=frozenset(instructions), words=words)

    return declare


def rule_of_project(
    severity: Severity, *, aliases: tuple[str, ...] = (), enabled: bool = True, since: str = "0.1.0"
) -> Callable[[ProjectCheck], Rule]:
    """Declare a check of a repository: of workflows, Compose and bake files, and the Dockerfiles that they build.

    It runs once for a review, whatever part of the repository that is of, and its problems may be in any file.
    """

    def declare(check: ProjectCheck) -> Rule:
        declared = _declare(check.__module__, None, severity, aliases, enabled=enabled, since=since)
        return replace(declared, check_project=check)

    return declare


def rule_online(severity: Severity, *, since: str = "0.1.0") -> Callable[[OnlineCheck], Rule]:
    """Declare a check of a Dockerfile by what registries and distributions say of its base images.

    It is off by default, and on wherever these are asked: that is what is switched on.
    """

    def declare(check: OnlineCheck) -> Rule:
        return replace(_declare(check.__module__, None, severity, (), enabled=False, since=since), check_online=check)

    return declare


def rule_of_engine(module: str, severity: Severity, *, since: str = "0.1.0") -> Rule:
    """Declare a rule whose problems the engine itself finds, such as those of ignore comments."""
    return _declare(module, None, severity, (), enabled=True, since=since)


def _declare(
    module: str, check: ContextCheck | None, severity: Severity, aliases: tuple[str, ...], *, enabled: bool, since: str
) -> Rule:
    identifier = module.rpartition(".")[2].replace("_", "-")
    page = (sys.modules[module].__doc__ or "").strip() + "\n"
    return Rule(identifier, page, severity, enabled, aliases, since, check)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by id."""
    return tuple(sorted((*rules_of_files(), *rules_online()), key=lambda declared: declared.id))


@cache
def rules_of_files() -> tuple[Rule, ...]:
    """Return the rules that need nothing but files, sorted by id."""
    return tuple(sorted((*rules_of_dockerfiles(), *_load(_OF_REPOSITORIES)), key=lambda declared: declared.id))


@cache
def rules_of_dockerfiles() -> tuple[Rule, ...]:
    """Return the rules of single Dockerfiles, sorted by id."""
    return tuple(sorted(_load(""), key=lambda declared: declared.id))


@cache
def rules_online() -> tuple[Rule, ...]:
    """Return the rules that need to know what registries say, sorted by id."""
    return tuple(sorted(_load(_ONLINE), key=lambda declared: declared.id))


def _load(folder: str) -> list[Rule]:
    # Not pkgutil: it imports inspect, which costs every start 4 ms.
    names = os.listdir(os.path.join(__path__[0], folder))
    modules = {name.partition(".")[0] for name in names if name.endswith((".py", ".pyc"))}
    package = f"{__name__}.{folder}" if folder else __name__
    return [import_module(f"{package}.{module}").check for module in modules - {"__init__"}]
