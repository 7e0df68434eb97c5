"""An image that is run, in Compose, Kubernetes or a workflow, is past the end of its support

## Why

What is true of a base image is true of every image that is started as it is: once its release has ended, nobody fixes
what is found in it, and pulling it again brings nothing. Databases are the ones that are left behind most often, for a
new major version needs their data to be migrated.

- Compose files and Kubernetes manifests: a warning.
- Services and containers of a workflow's jobs, and files for development, which nobody deploys: a notice. So is a name
  that a variable may decide otherwise.

Where a file names two releases of the same image, or the repository three, they are there to be tested with, and
nothing is said; nor in files of tests and examples. The dates are those of `end-of-life-base`, which is about
Dockerfiles.

## Bad

```yaml case file=compose.yaml
services:
  db:
    image: postgres:12
```

## Good

```yaml case file=compose.yaml
services:
  db:
    image: postgres:18
```
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dockwright.facts.run_images import dated_images
from dockwright.facts.sample_paths import is_archived, is_for_development, is_sample
from dockwright.finding import Problem, Severity
from dockwright.image import ImageKind, Reference
from dockwright.lifecycle import DISTRIBUTIONS, State, assess, cycles, retired, successor
from dockwright.lifecycle.support import judge
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from dockwright.image import ImageUse
    from dockwright.lifecycle import Support
    from dockwright.project import Project

_DEPLOYED = frozenset((ImageKind.COMPOSE, ImageKind.KUBERNETES))
_MANY = 3
_KEEP_DATA = frozenset("mariadb mongodb mysql postgresql".split())


@rule_of_project(Severity.WARNING)
def check(project: Project) -> Iterator[Problem]:
    """Yield each image in a Compose file, manifest or workflow whose release has ended or that is given up."""
    uses = dated_images(project.tree)
    tested = _tested_with(uses)
    for use in uses:
        if (
            use.reference is None
            or is_sample(use.span.source.path)
            or is_archived(use.span.source.path)
            or (use.reference.name, use.span.source.path) in tested
        ):
            continue
        message = _message(use.reference, project.today)
        if message is not None:
            written = use.traced is not None and use.traced.text == use.word.text
            deployed = use.kind in _DEPLOYED and not is_for_development(use.span.source.path)
            ceiling = None if deployed and written else Severity.NOTICE
            yield Problem(use.span, message, at_most=ceiling)


def _tested_with(uses: Sequence[ImageUse]) -> frozenset[tuple[str, str]]:
    """Return the names, each with a file, of which several releases are run side by side."""
    tags: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for use in uses:
        if use.reference is not None:
            tags[use.reference.name][use.span.source.path].add(use.reference.tag or "")
    found = set()
    for name, files in tags.items():
        many = len(set().union(*files.values())) >= _MANY
        found |= {(name, path) for path, here in files.items() if many or len(here) > 1}
    return frozenset(found)


def _message(reference: Reference, today: date) -> str | None:
    name = reference.familiar.partition("@")[0]
    gone = retired(reference.name, reference.tag or "latest")
    if gone is not None:
        bare = Reference(reference.registry, reference.repository).familiar
        instead = f" Use {' or '.join(f'`{other}`' for other in gone.instead)} instead." if gone.instead else ""
        return f"`{bare}` {gone.reason} (as of {gone.since}), and gets no security updates.{instead}"
    ended = [each for each in assess(reference.name, reference.tag or "", today=today) if each.state is State.ENDED]
    if not ended:
        return None
    said = " and ".join(f"{each.component.title} since {each.ends}" for each in ended)
    read = min(each.component.read for each in ended)
    advice = _advice(reference, ended, today)
    return f"`{name}` runs what gets no security updates any more: {said}. {advice} Support dates as of {read}."


def _advice(reference: Reference, ended: Sequence[Support], today: date) -> str:
    """Say what to move to: the same on another system, else a release of what the image is for."""
    tag = successor(reference.name, reference.tag or "", today=today)
    if tag is not None:
        return f"Use `{Reference(reference.registry, reference.repository, tag).familiar}`."
    first = next((each for each in ended if each.component.product not in DISTRIBUTIONS), ended[0])
    product = first.component.product
    fine = [each for each in cycles(product) if judge(each, today)[0] is State.SUPPORTED]
    if not fine:
        return "Move to a supported release."
    data = " Its data has to be migrated for that." if product in _KEEP_DATA else ""
    return f"The newest supported release is {fine[-1].title}.{data}"
