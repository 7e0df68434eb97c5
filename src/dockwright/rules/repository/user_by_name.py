"""Kubernetes is to check that the image is not root's, but its user is a name

## Why

With `runAsNonRoot: true` and no `runAsUser`, the kubelet looks at the image's `USER`. It compares numbers only: for a
name it ends with "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root", and
the pod never starts
([Kubernetes](https://kubernetes.io/docs/tasks/configure-pod-container/security-context/)). The number of the same
account works everywhere, and everything else stays the same.

Only said where a manifest of the repository runs the image, or the values of a Helm chart whose templates name no user
themselves; it is recognized by the last part of its name. Where nothing asks for the check, a name is fine.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
RUN useradd --uid 10001 app
USER app
CMD ["python", "-m", "shop"]
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
      securityContext: {runAsNonRoot: true}
      containers:
        - name: shop
          image: ghcr.io/example/shop:latest
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
RUN useradd --uid 10001 app
USER 10001
CMD ["python", "-m", "shop"]
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
      securityContext: {runAsNonRoot: true}
      containers:
        - name: shop
          image: ghcr.io/example/shop:latest
```

## Fix

The number that the account is given when it is made takes the place of its name. Safe: it is the same account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.user import users
from dockwright.facts.accounts import made_accounts
from dockwright.facts.built_targets import run_targets
from dockwright.facts.deployed import chart_containers_of, containers_of
from dockwright.facts.dockerfiles import dockerfiles
from dockwright.facts.surroundings import chart_containers, workloads
from dockwright.finding import Applicability, Fix, Problem, Related, Severity
from dockwright.lifecycle import official_name
from dockwright.rules import rule_of_project
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.dockerfile.user import User
    from dockwright.facts.built_targets import Target
    from dockwright.files.kubernetes import Container
    from dockwright.project import Project, Tree

_NUMBERS = {("node", "node"): "1000"}
"""The numbers of accounts that official images have."""


@rule_of_project(Severity.ERROR, aliases=("hadolint:DL3066",))
def check(project: Project) -> Iterator[Problem]:
    """Yield the `USER` by name of each image that a pod is to run with `runAsNonRoot`, and without `runAsUser`."""
    every = [each for workload in workloads(project.tree) for each in workload.containers]
    if _checked(project.tree, [*every, *chart_containers(project.tree)]) is None:
        return
    for dockerfile in dockerfiles(project.tree):
        if next(dockerfile.instructions("USER"), None) is not None:
            for target in run_targets(dockerfile, project):
                yield from _judge(dockerfile, target, project.tree)


def _judge(dockerfile: Dockerfile, target: Target, tree: Tree) -> Iterator[Problem]:
    last = next(users(dockerfile, target.stage), None)
    account = last.account if last is not None else None
    if last is None or not account or account.isdecimal() or account == "root":
        return
    containers = [*containers_of(tree, dockerfile, target), *chart_containers_of(tree, dockerfile, target)]
    if any(each.run_as_user is not None for each in containers):
        return
    container = _checked(tree, containers)
    place = container.run_as_non_root if container is not None else None
    if place is None:
        return
    related = (Related(place.span, "the pod starts only if the image's user is a number"), *target.related)
    uid = _number(dockerfile, target.stage, account)
    fix = _fix(last, account, uid) if uid is not None else None
    # A value from an ARG is a default: whoever builds may have chosen another.
    ceiling = Severity.NOTICE if "$" in last.instruction.arguments.text else None
    message = _message(account, uid, place.span.source.path)
    yield Problem(last.instruction.span, message, fix, causes=(place.span,), at_most=ceiling, related=related)


def _checked(tree: Tree, containers: list[Container]) -> Container | None:
    """Return the first container that asks for the check; none if it, or a patch for it, may name a user."""
    patches = [each for workload in workloads(tree) for each in workload.containers if each.image is None]
    if any(each.run_as_user is not None for each in patches):
        return None
    unnamed = (each for each in containers if each.run_as_user is None and each.run_as_non_root is not None)
    return next((each for each in unnamed if each.run_as_non_root and each.run_as_non_root.text == "true"), None)


def _number(dockerfile: Dockerfile, stage: Stage, account: str) -> str | None:
    made = {each.uid for each in made_accounts(dockerfile, stage) if each.name == account}
    if made:
        return made.pop() if len(made) == 1 else None
    image = dockerfile.lineage(stage)[-1].image
    name = official_name(image.reference.name) if image is not None and image.reference is not None else None
    return _NUMBERS.get((name or "", account))


def _fix(user: User, account: str, uid: str) -> Fix | None:
    place = user.instruction.arguments.exact
    if place is None or user.instruction.arguments.text.strip() != account:
        return None
    return Fix(f"Use the number `{uid}`", (Edit(place, uid),), Applicability.SAFE)


def _message(account: str, uid: str | None, path: str) -> str:
    advice = f"Write `USER {uid}`." if uid is not None else "Give the account a number, and write that."
    return (
        f"`{path}` runs this image with `runAsNonRoot` and no `runAsUser`, and Kubernetes cannot tell whether "
        f"`{account}` is root: the pod does not start. {advice}"
    )
