"""Dependabot and Renovate both update the same Dockerfiles

## Why

Each opens a pull request for the same new tag, closes or rebases its own when the other's is merged, and has its own
rules of what to skip: what one is told to leave alone, the other proposes. Reviewers see everything twice.

It is a notice, on Dependabot's entry for `docker`, where the repository also has a configuration of Renovate that does
not leave Dockerfiles alone, and no workflow runs Renovate with settings of its own. Whether Renovate is installed
cannot be seen from the files; if it is not, its configuration is what should go.

## Bad

```yaml case file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
```

```json file=renovate.json
{"extends": ["config:recommended"]}
```

```dockerfile also file=Dockerfile
FROM python:3.13-slim-trixie
```

## Good

```yaml case file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
```

```json file=renovate.json
{"extends": ["config:recommended"]}
```

```dockerfile also file=Dockerfile
FROM python:3.13-slim-trixie
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.updatable import tagged_images
from dockwright.facts.updaters import updaters
from dockwright.files import renovate
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project
from dockwright.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockwright.project import Project, Tree
    from dockwright.source import Source

_MOST_DOCKERFILES = 50
_SWITCHES = r"[\"']?enabled[\"']?\s*:\s*false"
_ABOUT_DOCKER = r"docker|\bdigest"


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each entry of Dependabot for Dockerfiles that Renovate's configuration covers, too."""
    known = updaters(project.tree)
    if not known.dependabot or known.renovate_off is not None:
        return
    source = next((each for path in renovate.PATHS if (each := project.tree.read(path))), None)
    if source is None or _may_leave_alone(source) or _is_run_by_a_workflow(project.tree):
        return
    for entry in known.dependabot:
        path = _covered(project.tree, entry.cover) if entry.span is not None else None
        if entry.span is not None and path is not None:
            message = (
                f"Dependabot updates `{path}` here, and `{source.path}` lets Renovate do the same: each opens its own "
                f"pull request for every new tag. Leave Dockerfiles to one of them."
            )
            place = Span(source, 0, len(source.line(1)))
            related = (Related(place, "Renovate's configuration does not leave Dockerfiles out"),)
            yield Problem(entry.span, message, None, (place,), None, related)


def _may_leave_alone(source: Source) -> bool:
    """Tell whether the configuration switches anything off that may be this."""
    return re.search(_SWITCHES, source.text) is not None and re.search(_ABOUT_DOCKER, source.text) is not None


def _is_run_by_a_workflow(tree: Tree) -> bool:
    """Tell whether a workflow here runs Renovate: then what it updates may be said where it is run."""
    paths = (path for path in tree.paths() if path.startswith(".github/workflows/"))
    return any("renovatebot/" in source.text for path in paths if (source := tree.read(path)))


def _covered(tree: Tree, covers: Callable[[str], bool]) -> str | None:
    paths = [path for path in tree.paths() if covers(path)][:_MOST_DOCKERFILES]
    return next((path for path in paths if tagged_images(tree, path)), None)
