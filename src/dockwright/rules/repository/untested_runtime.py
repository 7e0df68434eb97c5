"""The image runs a version of the language that no workflow tests with

## Why

The tests say that the code works with the versions that they ran with. An image with another one may break where
modules were removed, defaults have changed or a dependency has no build for it, and only users notice. It comes about
when a bot moves the image's tag alone, or when the workflows move on alone
([Python: porting notes of each version](https://docs.python.org/3/whatsnew/)).

Compared are minor versions of Python and major versions of Node.js: the tag of the official image that is published
with what `actions/setup-python` and `actions/setup-node` set up in jobs that run tests in the folder of the build
context. Nothing is said unless all of these versions are written out, and where tests run in containers or choose
their version otherwise (tox, nox, `uv run --python`).

## Bad

```dockerfile
FROM python:3.14-slim-trixie
COPY . /app
CMD ["python", "-m", "shop"]
```

```yaml file=.github/workflows/test.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: pip install -r requirements.txt
      - run: python -m pytest
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
COPY . /app
CMD ["python", "-m", "shop"]
```

```yaml file=.github/workflows/test.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.12", "3.14"]
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: ${{ matrix.python }}
      - run: pip install -r requirements.txt
      - run: python -m pytest
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.facts.built_targets import path_names_building, run_targets
from dockwright.facts.copied_manifests import build_contexts
from dockwright.facts.dockerfiles import dockerfiles
from dockwright.facts.runtimes import runtime_of
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.facts.tested_versions import tested
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.runtimes import Runtime
    from dockwright.project import Project, Tree
    from dockwright.source import Span

_NUMBERS = {"python": 2, "node": 1}
"""How many numbers of a version tell releases apart that code may not work with alike."""


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield the image of each published stage with a version of its language that is not tested."""
    if not any(tested(project.tree, language) for language in _NUMBERS):
        return
    for dockerfile in dockerfiles(project.tree):
        path = dockerfile.source.path
        if is_sample(path) or is_for_development(path) or path_names_building(path):
            continue
        for target in run_targets(dockerfile, project):
            runtime = runtime_of(dockerfile, target.stage)
            if runtime is not None and runtime.image in _NUMBERS and _brings_code(dockerfile, target.stage):
                versions = _tested(project.tree, dockerfile, runtime)
                if versions and not any(_same(version, runtime) for version, _ in versions):
                    yield _problem(runtime, versions)


def _brings_code(dockerfile: Dockerfile, stage: Stage) -> bool:
    """Tell whether the image holds something of the repository: otherwise it is a tool."""
    return any(next(dockerfile.instructions("COPY", "ADD", stage=each), None) for each in dockerfile.lineage(stage))


def _tested(tree: Tree, dockerfile: Dockerfile, runtime: Runtime) -> list[tuple[str, Span]]:
    """Return the versions that tests run with in the folder of the build context; none if not all are known."""
    contexts = build_contexts(tree, dockerfile)
    here = [each for each in tested(tree, runtime.image) if each.folder in contexts]
    return [version for each in here for version in each.versions] if all(each.known for each in here) else []


def _same(version: str, runtime: Runtime) -> bool:
    """Tell whether a version may be the image's, as far as both are written out."""
    count = _NUMBERS[runtime.image]
    one, other = version.split(".")[:count], runtime.version.split(".")[:count]
    return all(a == b or not a.isdecimal() for a, b in zip(one, other, strict=False))


def _problem(runtime: Runtime, versions: list[tuple[str, Span]]) -> Problem:
    count = _NUMBERS[runtime.image]
    shown = list(dict.fromkeys(".".join(version.split(".")[:count]) for version, _ in versions))
    listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    has = ".".join(runtime.version.split(".")[:count])
    places = list(dict.fromkeys(span for _, span in versions))
    message = (
        f"The image runs {runtime.language} {has}, and the workflows test with {listed} only, so that nobody sees what "
        f"breaks with {has}. Test with {has}, too, or take an image of a version that is tested."
    )
    ceiling = Severity.NOTICE if "$" in runtime.use.word.text else None
    related = tuple(Related(span, "tests run with this version") for span in places[:3])
    return Problem(runtime.use.span, message, causes=tuple(places), at_most=ceiling, related=related)
