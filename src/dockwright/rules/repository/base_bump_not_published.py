"""A bot updates the base image, and no image is published until the next release

## Why

Dependabot or Renovate opens a pull request when there is a new base image. Where images are published only for git tags
or releases, merging it changes nothing that anybody pulls: the fix waits for the next release, which may be months
away. A schedule that rebuilds the newest release brings it earlier, and so does a release for each such update
([Docker: rebuild your images often](https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often)).

Nothing is said where anything but a release or a person publishes the image, where a schedule starts other workflows,
or where releases are made by a program (release-please, semantic-release).

## Bad

```yaml case file=.github/workflows/image.yml
on: {push: {tags: ["v*"]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:${{ github.ref_name }}
```

```yaml file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule: {interval: weekly}
```

```dockerfile also file=Dockerfile
FROM debian:trixie-20261110-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
```

## Good

```yaml case file=.github/workflows/image.yml
on: {push: {branches: [main], tags: ["v*"]}}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/app:${{ github.ref_name }}
```

```yaml file=.github/dependabot.yml
version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule: {interval: weekly}
```

```dockerfile also file=Dockerfile
FROM debian:trixie-20261110-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files, dockerfile_at, repository
from dockwright.facts.rebuilds import published_images, scheduled_otherwise, target_of
from dockwright.facts.stages import roots
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.facts.rebuilds import Image, Publishing
    from dockwright.facts.updaters import Updaters
    from dockwright.image import ImageUse
    from dockwright.project import Project, Tree
    from dockwright.source import Span

# Text, not compiled patterns: few reviews need them.
_RELEASES_BY_ITSELF = (
    r"release-please|semantic-release|changesets/action|auto-release|release-drafter|create-release|gh release create"
    r"|git push[^\n]{0,80}tags?\b|tag-action|bump-version|version-bump|googleapis/release|cocogitto|git-cliff"
)
_RELEASE_FILES = (
    r"(?:.*/)?(?:\.releaserc[\w.]*|release-please-config\.json|\.release-please-manifest\.json|\.changeset/.*)"
)


@rule_of_project(Severity.NOTICE)
def check(project: Project) -> Iterator[Problem]:
    """Yield each event that is for releases only, and publishes images whose base a bot updates."""
    if not build_files(project.tree):
        return
    found: dict[Span, tuple[Publishing, list[ImageUse]]] = {}
    for image in published_images(project.tree).values():
        release = _only_releases(image)
        if release is not None:
            base = _followed_base(project.tree, image, release)
            if base is not None:
                found.setdefault(release.run.event.span, (release, []))[1].append(base)
    if found and not scheduled_otherwise(project.tree) and not _releases_by_itself(project.tree):
        for span, (release, bases) in found.items():
            yield _problem(project.tree, span, release, bases)


def _only_releases(image: Image) -> Publishing | None:
    """Return a run that publishes a release, if nothing but releases and persons publish the image."""
    if any(not each.is_release and not each.by_hand for each in image.publishing):
        return None
    return next((each for each in image.publishing if each.is_release and each.published.certain), None)


def _followed_base(tree: Tree, image: Image, release: Publishing) -> ImageUse | None:
    """Return the base image, if a bot opens pull requests for it."""
    from dockwright.facts.updaters import updaters

    dockerfile = dockerfile_at(tree, image.path)
    stage = target_of(dockerfile, release.run) if dockerfile is not None else None
    base = roots(dockerfile)[stage.index].image if dockerfile is not None and stage is not None else None
    if base is None or base.reference is None or base.reference.tag in {None, "latest"}:
        return None
    return base if _bot(updaters(tree), image.path, base) is not None else None


def _bot(known: Updaters, path: str, base: ImageUse) -> str | None:
    """Return the file by which a bot updates an image; None if none surely does."""
    if known.unspecific is not None and "renovate" in known.unspecific.lower():
        return known.unspecific
    if "$" in base.word.text or not any(update.cover(path) for update in known.dependabot):
        return None
    return known.dependabot_path


def _releases_by_itself(tree: Tree) -> bool:
    """Tell whether a program makes releases."""
    if any(re.search(_RELEASES_BY_ITSELF, each.source.text) for each in repository(tree).workflows):
        return True
    return any(re.fullmatch(_RELEASE_FILES, path) for path in tree.paths())


def _problem(tree: Tree, span: Span, release: Publishing, bases: list[ImageUse]) -> Problem:
    from dockwright.facts.updaters import updaters

    base = bases[0]
    reference = base.reference
    name = "" if reference is None else reference.familiar.partition("@")[0]
    bot = _bot(updaters(tree), base.span.source.path, base) or ""
    return Problem(
        span,
        f"A bot (`{bot}`) updates `{name}`, but images are published for {release.run.event.described} only: what it "
        "brings reaches nobody before the next release. Rebuild the newest release on a schedule as well.",
        causes=tuple(each.span for each in bases),
        related=tuple(Related(each.span, "a bot updates this image") for each in bases[:3]),
    )
