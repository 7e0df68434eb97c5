"""A browser is downloaded that does not start on Alpine

## Why

Puppeteer and Playwright download builds of Chrome, Firefox and WebKit that are linked to glibc. On Alpine, which has
musl, the download succeeds, and the first start of the browser fails ("spawn .../chrome ENOENT", although the file is
there). Neither project makes builds for musl
([Puppeteer: running on Alpine](https://pptr.dev/troubleshooting#running-on-alpine),
[Playwright: Docker](https://playwright.dev/docs/docker)). Use a Debian image, or Alpine's own `chromium` and tell
Puppeteer where it is.

Said where the image has Alpine's Node.js, and where `package.json` has one of them among its `dependencies` or a
command downloads the browsers. Not said where a browser of Alpine's is installed, where the download is
switched off, or where a browser elsewhere is named.

## Bad

```dockerfile
FROM node:24-alpine
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "main.js"]
```

```json file=package.json
{"name": "shop", "dependencies": {"puppeteer": "^24.0.0"}}
```

## Good

```dockerfile
FROM node:24-alpine
RUN apk add --no-cache chromium
ENV PUPPETEER_SKIP_DOWNLOAD=true PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "main.js"]
```

```json file=package.json
{"name": "shop", "dependencies": {"puppeteer": "^24.0.0"}}
```
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from dockwright.facts.bases import Family, family_of
from dockwright.facts.built_targets import run_targets
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.facts.stages import levels, text_of
from dockwright.finding import Problem, Related, Severity
from dockwright.lifecycle import official_name
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction, Stage
    from dockwright.facts.copied_manifests import Place
    from dockwright.project import Project

_NO_DOWNLOAD = (
    r"(?i)\bapk\b[^&;|]*\b(?:chromium|firefox)|SKIP_(?:CHROMIUM_|BROWSER_)?DOWNLOAD|EXECUTABLE_PATH|WS_ENDPOINT"
    r"|browserless|gcompat|glibc|--ignore-scripts"
)
_DOWNLOADS = r"\b(?:npx|pnpm exec|yarn|pnpm dlx|bunx)[^\n&;|]{0,40}\bplaywright(?:@\S+)? install\b"
_RUN_SCRIPTS = frozenset(("npm", "yarn"))
"""Managers that run a package's own script, which downloads the browser; pnpm and Bun do so only where told."""
_DEPENDENCY = r'"(puppeteer)"\s*:\s*"'
_PRODUCTION = r'(?s)"dependencies"\s*:\s*\{([^{}]*)\}'


@rule_in_context(Severity.WARNING, words=("alpine",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the command that downloads a browser for glibc to Alpine."""
    for target in run_targets(dockerfile, project):
        image = dockerfile.lineage(target.stage)[-1].image
        reference = image.reference if image is not None else None
        if reference is None or official_name(reference.name) != "node" or family_of(reference) is not Family.ALPINE:
            continue
        if re.search(_NO_DOWNLOAD, text_of(dockerfile, target.stage)):
            continue
        problem = _browser(dockerfile, target.stage, project)
        if problem is not None:
            yield problem


def _browser(dockerfile: Dockerfile, stage: Stage, project: Project) -> Problem | None:
    from dockwright.facts.copied_manifests import Place, in_context

    for level in levels(dockerfile, stage):
        for run in dockerfile.instructions("RUN", stage=level):
            if re.search(_DOWNLOADS, run.span.text):
                return Problem(run.span, _message("Playwright"))
            for step in steps_of(dockerfile, run):
                if step.manager in _RUN_SCRIPTS and step.action in {Action.INSTALL, Action.PROJECT}:
                    if any(word.text.split("@")[0] == "puppeteer" for word in step.operands):
                        return Problem(step.command.span, _message("Puppeteer"))
                    place = Place(project.tree, dockerfile, level, run, ())
                    problem = in_context(place, partial(_judge, run=run)) if not step.operands else None
                    if problem is not None:
                        return problem
    return None


def _judge(place: Place, *, run: Instruction) -> Problem | None:
    manifest = place.file("package.json")
    production = re.search(_PRODUCTION, manifest.text) if manifest is not None else None
    found = re.search(_DEPENDENCY, production[1]) if production is not None else None
    if manifest is None or production is None or found is None:
        return None
    start = production.start(1) + found.start(1)
    span = manifest.span(start, start + len(found[1]))
    related = (Related(span, "its installation downloads a browser"),)
    return Problem(run.span, _message("Puppeteer"), causes=(span,), related=related)


def _message(name: str) -> str:
    advice = (
        "Use the same image on Debian (`-slim`), or Alpine's `chromium` with `PUPPETEER_EXECUTABLE_PATH`"
        if name == "Puppeteer"
        else "Use the same image on Debian (`-slim`)"
    )
    return (
        f"{name} downloads a browser that is linked to glibc, and does not start on Alpine, which has musl. {advice}."
    )
