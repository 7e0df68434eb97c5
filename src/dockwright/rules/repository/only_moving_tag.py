"""Only `latest` is published, and `latest` is what is deployed

## Why

A rebuild that nobody rolls out mends nothing. Where the only tag is `latest` and Kubernetes is told to run `latest`,
nothing in the manifest changes when a new image is published: the pods go on as they are, until one is restarted for
another reason and gets the new image unseen. And there is no older tag to go back to
([Kubernetes: images](https://kubernetes.io/docs/concepts/containers/images/#image-names)).

Off by default, as a tool outside the repository may restart the pods. Not said where the repository mentions one (Flux,
Argo CD's image updater, Keel, `kubectl rollout restart`), or other tags may be published.

## Bad

```dockerfile
FROM debian:trixie-slim
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ghcr.io/example/shop:latest
```

```yaml file=deploy/shop.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          image: ghcr.io/example/shop:latest
```

## Good

```dockerfile
FROM debian:trixie-slim
```

```yaml file=.github/workflows/publish.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            ghcr.io/example/shop:latest
            ghcr.io/example/shop:${{ github.sha }}
```

```yaml file=deploy/shop.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          image: ghcr.io/example/shop:latest
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.facts.builds import build_files
from dockwright.facts.published_names import full_name, published_names
from dockwright.facts.sample_paths import is_for_development, is_sample
from dockwright.facts.surroundings import workloads
from dockwright.finding import Problem, Related, Severity
from dockwright.rules import rule_of_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockwright.facts.published_names import Published
    from dockwright.files._yaml import YamlText
    from dockwright.project import Project, Tree

_ROLLS_OUT = (
    r"(?i)rollout restart|set image|kustomize edit|image-?updater|imagepolicy|keel\.sh|reloader|helm upgrade|skaffold"
)
_MOST_TEXTS = 200


@rule_of_project(Severity.NOTICE, enabled=False)
def check(project: Project) -> Iterator[Problem]:
    """Yield the tag of each image of which only `latest` is published and run."""
    if not build_files(project.tree):
        return
    names = published_names(project.tree)
    deployed = _deployed(project.tree, names) if names else {}
    if not deployed or _rolls_out(project.tree):
        return
    for name, place in deployed.items():
        tag = names[name][0].tag.value.span
        if tag is not None:
            related = (Related(place.span, "`latest` is run here"),)
            yield Problem(tag, _MESSAGE, causes=(place.span,), related=related)


_MESSAGE = (
    "Only `latest` is published, and the manifest runs `latest`: a new image changes nothing there, and is rolled out "
    "whenever a pod happens to restart. Publish a tag for each build, too, and deploy that."
)


def _deployed(tree: Tree, names: Mapping[str, Sequence[Published]]) -> dict[str, YamlText]:
    found: dict[str, YamlText] = {}
    for workload in workloads(tree):
        for container in workload.containers:
            image = container.image
            if image is None or "@" in image.text or is_sample(image.span.source.path):
                continue
            name, _, tag = image.text.partition(":")
            full = full_name(name)
            moving = tag in {"", "latest"} and not is_for_development(image.span.source.path)
            if moving and full is not None and full in names and _only_latest(names[full]):
                found.setdefault(full, image)
    return found


def _only_latest(every: Sequence[Published]) -> bool:
    return all(each.run.settings.tags_known and _all_latest(each) for each in every)


def _all_latest(each: Published) -> bool:
    tags = each.run.settings.tags
    return not each.run.settings.is_open("tags") and all(tag.tag == "latest" for tag in tags)


def _rolls_out(tree: Tree) -> bool:
    paths = [path for path in tree.paths() if path.endswith((".yml", ".yaml", ".sh", "Makefile"))][:_MOST_TEXTS]
    return any(re.search(_ROLLS_OUT, source.text) for path in paths if (source := tree.read(path)) is not None)
