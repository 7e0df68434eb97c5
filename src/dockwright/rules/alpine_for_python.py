"""Python packages are compiled because the base is Alpine

## Why

Alpine's C library is musl, and a wheel made for Debian, Ubuntu or Red Hat (`manylinux`) does not run on it. Many
popular packages now have wheels for it, too (`musllinux`, [PEP 656](https://peps.python.org/pep-0656/)), and with those
Alpine is fine. Where a package has none, pip compiles it, which takes minutes instead of seconds and a compiler in the
image; or it installs an older version without a word; or it fails, because there is no source either. The compilers and
headers mostly eat up what the smaller base saved, and the official Alpine images of Python are built without
profile-guided optimization, which the Debian ones have
([docker-library/python](https://github.com/docker-library/python/blob/master/Dockerfile-linux.template)).

Reported are packages that are named in the Dockerfile, or in requirements, lock files or `pyproject.toml` beside it,
and that have a wheel for Debian but none for Alpine, by the lock itself or by a table that was measured on the package
index. Where those files cannot be read, a compiler that is installed next to pip is reported. Nothing is said where all
have wheels, where Debian has none either, where Alpine's own packages are used (`apk add py3-numpy`), where another
index serves the wheels, or where only a side stage uses Python, to make files.

## Bad

```dockerfile
FROM python:3.12-alpine3.20
RUN pip install --no-cache-dir scikit-learn==1.6.1
```

## Good

```dockerfile
FROM python:3.12-slim-trixie
RUN pip install --no-cache-dir scikit-learn==1.6.1
```

## Fix

Names the slim image of the same Python version on the current Debian, if that tag is known to exist and nothing in the
file is written for Alpine (`apk`, `adduser -D`). Unsafe: the system below is another one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.built_targets import side_stages
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import levels, roots
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.image import ImageKind, ImageUse, Reference
from dockwright.lifecycle import current_debian, listed_tags, official_name
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.musllinux import Lacking
    from dockwright.facts.package_managers import Step
    from dockwright.facts.requirements import Requirement
    from dockwright.project import Project

_COMPILERS = frozenset(
    "alpine-sdk build-base cargo clang g++ gcc gfortran libc-dev musl-dev python-dev python2-dev python3-dev "
    "rust".split()
)
_HEADERS_OF_PYTHON = frozenset(("py3-dev", "python-dev", "python2-dev", "python3-dev"))
_LONGEST = 60
_MOST_IMAGES = 20
_SHOWN = 5

# Patterns are kept as text: few files need them, and compiling them takes time at every start.
_PYTHON = r"py(?:thon)?[23]?(?:-pip)?|python3~.*"
_TAG = r"(?:(\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?|rc)-)?alpine(?:\d+\.\d+)?"
_FOR_ALPINE = r"(?<![\w-])(?:apk|addgroup\s+-S|adduser\s+-[DSHG]|su-exec)(?![\w-])|/etc/apk|musl|alpine"


class _Base(Struct, frozen=True):
    """An Alpine image below some stages: `minor` is the version of its Python, if the tag says it."""

    use: ImageUse
    reference: Reference
    is_python: bool
    minor: str | None


@rule_in_context(Severity.WARNING, words=("pip", "uv", "poetry", "pdm"))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each Alpine image on which Python packages are compiled."""
    stages: dict[int, list[Stage]] = {}
    for root, stage in zip(roots(dockerfile), dockerfile.stages, strict=True):
        stages.setdefault(root.index, []).append(stage)
    side: frozenset[int] | None = None
    for index, standing in stages.items():
        image = dockerfile.stages[index].image
        base = _alpine(image) if image is not None else None
        if base is None:
            continue
        side = side_stages(dockerfile, project) if side is None else side
        for stage in standing:
            if stage.index not in side or _is_taken_from(dockerfile, stage, side):
                problem = _judge(dockerfile, project, base, stage)
                if problem is not None:
                    yield problem
                    break


def _alpine(use: ImageUse) -> _Base | None:
    """Return what an image is, if it is Alpine and can have Python."""
    if use.kind is not ImageKind.FROM or use.reference is None:
        return None
    name, tag = official_name(use.reference.name), use.reference.tag or ""
    if name == "alpine":
        return _Base(use, use.reference, is_python=False, minor=None)
    if name != "python" or "alpine" not in tag:
        return None
    version = re.match(r"3\.\d+", tag)
    return _Base(use, use.reference, is_python=True, minor=version[0] if version else None)


def _is_taken_from(dockerfile: Dockerfile, stage: Stage, side: frozenset[int]) -> bool:
    """Tell whether a published image with Python on Alpine is built with a stage's files.

    Otherwise a stage that nobody publishes only makes files, and nobody runs its packages.
    """
    published = [other for other in dockerfile.stages if other.index not in side]
    return any(stage.index in dockerfile.needed(other) and _runs_python(dockerfile, other) for other in published)


def _runs_python(dockerfile: Dockerfile, stage: Stage) -> bool:
    image = roots(dockerfile)[stage.index].image
    base = _alpine(image) if image is not None else None
    if base is None or base.is_python:
        return base is not None
    return any(re.fullmatch(_PYTHON, name) for name in _apk_packages(dockerfile, stage))


def _apk_packages(dockerfile: Dockerfile, stage: Stage) -> list[str]:
    return [
        word.text
        for level in levels(dockerfile, stage)
        for run in dockerfile.instructions("RUN", stage=level)
        if "apk" in run.span.text
        for step in steps_of(dockerfile, run)
        if step.manager == "apk" and step.action is Action.INSTALL
        for word in step.operands
    ]


def _judge(dockerfile: Dockerfile, project: Project, base: _Base, stage: Stage) -> Problem | None:
    from dockwright.facts.musllinux import compiled_everywhere, lacking
    from dockwright.facts.python_installs import python_installs
    from dockwright.facts.requirements import applies

    installed = python_installs(project.tree, dockerfile, stage)
    if not installed.steps or installed.other_index:
        return None
    system = _apk_packages(dockerfile, stage)
    wanted = [each for each in installed.requirements if base.is_python or not _is_installed(each, system)]
    lacks = [(each, found) for each in wanted if applies(each, base.minor) and (found := lacking(each, base.minor))]
    compilers = _compilers(base, system)
    if lacks:
        evidence = _say_lacking([found for _, found in lacks])
    elif installed.unread and compilers and not any(compiled_everywhere(each) for each in wanted):
        evidence = _say_compiled(compilers, installed.unread[0])
    else:
        return None
    fix, advice = _way_out(dockerfile, base, project.today)
    causes = [step.command.span for step in installed.steps]
    causes += [each.span for each, _ in lacks if each.span is not None]
    return Problem(base.use.span, f"{evidence} {advice}", fix, causes=tuple(causes))


def _is_installed(requirement: Requirement, packages: Iterable[str]) -> bool:
    """Tell whether Alpine's own package of the same name is installed, which pip then leaves alone."""
    return any(name.lower().replace("_", "-") == f"py3-{requirement.name}" for name in packages)


def _compilers(base: _Base, packages: Iterable[str]) -> list[str]:
    found = sorted(_COMPILERS.intersection(packages))
    # Without an image of Python's own, a compiler is as likely there for something else.
    return found if base.is_python or not _HEADERS_OF_PYTHON.isdisjoint(found) else []


def _say_lacking(lacks: list[Lacking]) -> str:
    """Say which packages have no wheel, and what comes of it."""
    named: dict[str, list[str]] = {"compiles": [], "impossible": [], "older": []}
    for each in lacks:
        name = each.package if each.older is None else f"{each.package} {each.older}"
        if name not in named[each.outcome.value]:
            named[each.outcome.value].append(name)
    said: list[str] = []
    if compiled := named["compiles"]:
        they = "it is" if len(compiled) == 1 else "they are"
        said.append(f"there is no wheel for {_listed(compiled)}, so that {they} compiled")
    if impossible := named["impossible"]:
        said.append(f"{_listed(impossible)} cannot be installed, having neither a wheel nor a source archive")
    if older := named["older"]:
        said.append(f"pip falls back to {_listed(older)}, the last with a wheel")
    return f"On Alpine {'; '.join(said)}. Debian has wheels."


def _say_compiled(compilers: list[str], step: Step) -> str:
    command = " ".join(word.text for word in step.command.words)
    command = command if len(command) <= _LONGEST else f"{command[:_LONGEST]}…"
    return (
        f"{_listed(compilers)} {'is' if len(compilers) == 1 else 'are'} installed for `{command}` to compile what has "
        f"no wheel for Alpine. On Debian most packages have one, which saves the compiler and minutes of each build."
    )


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _way_out(dockerfile: Dockerfile, base: _Base, today: date) -> tuple[Fix | None, str]:
    """Return the fix, if there is one, and what to do in words."""
    tag = _slim_tag(base.reference.tag or "", today) if base.is_python else None
    if tag is None:
        return None, "Use a slim image of Python on Debian."
    name = Reference(base.reference.registry, base.reference.repository, tag).familiar
    return _fix(dockerfile, name, today), f"Use `{name}`."


def _slim_tag(tag: str, today: date) -> str | None:
    """Return the slim tag of the same version on the current Debian; of its minor version if only that is known."""
    match = re.fullmatch(_TAG, tag)
    if match is None:
        return None
    suffix = f"slim-{current_debian(today)}"
    version = match[1] or ""
    candidates = [f"{version}-{suffix}", f"{'.'.join(version.split('.')[:2])}-{suffix}"] if version else [suffix]
    return next((candidate for candidate in candidates if candidate in listed_tags("python")), None)


def _fix(dockerfile: Dockerfile, name: str, today: date) -> Fix | None:
    """Return the edits of all Alpine images of Python together: stages must not differ in their C library."""
    from dockwright.facts.retag import retag

    if len(dockerfile.images) > _MOST_IMAGES:
        return None
    rest = "\n".join(each.span.text for each in dockerfile.body if each.name not in {"FROM", "ARG"})
    if re.search(_FOR_ALPINE, rest):
        return None
    edits = []
    for use in dockerfile.images:
        if _alpine(use) is not None and use.reference is not None:
            tag = _slim_tag(use.reference.tag or "", today)
            edit = retag(dockerfile, use, tag) if tag is not None else None
            if edit is None:
                return None
            edits.append(edit)
    return Fix(f"Use `{name}`", tuple(edits), Applicability.UNSAFE)
