"""The rules. A module in this folder, or in `repository`, is a rule; there is no other list.

Rules of single Dockerfiles are here; those of whole repositories are in `repository`, which a review of one file never
loads.

A rule's module docstring is its page: the first line is its title, then `## Why`, `## Bad`, `## Good` and, only if it
has fixes, `## Fix`. Its `check` is declared with one of the decorators below and yields `Problem`s.
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
    from dockwright.finding import Problem, Severity
    from dockwright.project import Project

    ProjectCheck = Callable[[Project], Iterator[Problem]]
    DockerfileCheck = Callable[[Dockerfile], Iterator[Problem]]
    ContextCheck = Callable[[Dockerfile, Project], Iterator[Problem]]


_OF_REPOSITORIES = "repository"


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
            A rule that has neither is one whose problems the engine itself finds (ignore comments).
    """

    id: str
    page: str
    severity: Severity
    enabled: bool
    aliases: tuple[str, ...]
    since: str
    check: ContextCheck | None
    check_project: ProjectCheck | None = None

    @property
    def title(self) -> str:
        """One line that says what it finds."""
        return self.page.partition("\n")[0].strip()

    @property
    def fixable(self) -> bool:
        """Whether it offers fixes."""
        return "\n## Fix\n" in self.page


def rule(
    severity: Severity, *, aliases: tuple[str, ...] = (), enabled: bool = True, since: str = "0.1.0"
) -> Callable[[DockerfileCheck], Rule]:
    """Declare a check that needs nothing but the Dockerfile."""

    def declare(check: DockerfileCheck) -> Rule:
        def check_in_project(dockerfile: Dockerfile, _project: Project) -> Iterator[Problem]:
            return check(dockerfile)

        return _declare(check.__module__, check_in_project, severity, aliases, enabled=enabled, since=since)

    return declare


def rule_in_context(
    severity: Severity, *, aliases: tuple[str, ...] = (), enabled: bool = True, since: str = "0.1.0"
) -> Callable[[ContextCheck], Rule]:
    """Declare a check of a Dockerfile that also looks at the files around it, or at the date."""

    def declare(check: ContextCheck) -> Rule:
        return _declare(check.__module__, check, severity, aliases, enabled=enabled, since=since)

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
    return tuple(sorted((*rules_of_dockerfiles(), *_load(_OF_REPOSITORIES)), key=lambda declared: declared.id))


@cache
def rules_of_dockerfiles() -> tuple[Rule, ...]:
    """Return the rules of single Dockerfiles, sorted by id."""
    return tuple(sorted(_load(""), key=lambda declared: declared.id))


def _load(folder: str) -> list[Rule]:
    # Not pkgutil: it imports inspect, which costs every start 4 ms.
    names = os.listdir(os.path.join(__path__[0], folder))
    modules = {name.partition(".")[0] for name in names if name.endswith((".py", ".pyc"))}
    package = f"{__name__}.{folder}" if folder else __name__
    return [import_module(f"{package}.{module}").check for module in modules - {"__init__"}]
