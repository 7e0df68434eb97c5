"""Workflow files and composite actions to values with their places.

The format is GitHub's: "Workflow syntax for GitHub Actions" and "Metadata syntax for GitHub Actions" (docs.github.com).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockwright.files._yaml import YamlList, YamlMapping, YamlText, read_documents
from dockwright.files.build import BrokenFile
from dockwright.files.workflow.model import CompositeAction, Input, Job, Step, Text, Trigger, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockwright.files._yaml import Node
    from dockwright.source import Source, Span

_PATH = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_MOST_JOBS = 200
_MOST_STEPS = 300


def matches(path: str) -> bool:
    """Tell whether GitHub runs a file as a workflow, by its place."""
    return _PATH.fullmatch(path) is not None


def read_workflow(source: Source) -> Workflow | BrokenFile | None:
    """Read a workflow; None if the file is YAML but no workflow."""
    documents = read_documents(source)
    if not documents:
        return broken(source)
    document = documents[0]
    jobs = document.mapping("jobs")
    if jobs is None:
        return None
    run = document.mapping("defaults", "run")
    return Workflow(
        source=source,
        name=text(document, "name"),
        triggers=_triggers(document),
        env=texts(document.mapping("env")),
        folder=text(run, "working-directory"),
        shell=text(run, "shell"),
        jobs={
            name: _job(name, jobs.keys[name], job)
            for name, job in list(jobs.values.items())[:_MOST_JOBS]
            if isinstance(job, YamlMapping)
        },
        permissions=document.values.get("permissions"),
        concurrency=document.values.get("concurrency"),
        document=document,
    )


def read_composite_action(source: Source) -> CompositeAction | None:
    """Read an action's metadata; None if it is not made of steps, or broken."""
    for document in read_documents(source)[:1]:
        runs = document.mapping("runs")
        using = runs.text("using") if runs else None
        if runs and using and using.text == "composite":
            return CompositeAction(source, _inputs(document.mapping("inputs")), _steps(runs.list("steps")))
    return None


def broken(source: Source) -> BrokenFile | None:
    """Say why a file cannot be read as YAML; None if it can (it is empty, or too large to be read)."""
    import yaml

    try:
        for _ in yaml.parse(source.text.removeprefix("\ufeff"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = min(mark.index if mark else 0, max(0, len(source.text) - 1))
        return BrokenFile(
            source.path, source.span(offset, min(offset + 1, len(source.text))), f"it is no valid YAML: {error.problem}"
        )
    except (yaml.YAMLError, UnicodeEncodeError):
        span = source.span(0, min(1, len(source.text)))
        return BrokenFile(source.path, span, "it is no valid YAML: it has characters that are not allowed there")
    return None


def texts(mapping: YamlMapping | None) -> Mapping[str, Text]:
    """Return the values of a mapping that are text."""
    if mapping is None:
        return {}
    return {key: Text(each) for key, each in mapping.values.items() if isinstance(each, YamlText)}


def text(mapping: YamlMapping | None, key: str) -> Text | None:
    """Return the text under a key; None if there is none or something else."""
    node = None if mapping is None else mapping.text(key)
    return None if node is None else Text(node)


def several(node: Node | None) -> tuple[Text, ...]:
    """Return the texts of a place where one or a list of them may stand."""
    match node:
        case YamlText():
            return (Text(node),) if node.text else ()
        case YamlList():
            return tuple(Text(item) for item in node.items if isinstance(item, YamlText))
        case _:
            return ()


def _triggers(document: YamlMapping) -> tuple[Trigger, ...]:
    node = document.values.get("on")
    if isinstance(node, YamlMapping):
        return tuple(_trigger(name, node.keys[name], filters) for name, filters in node.values.items())
    return tuple(Trigger(each.text, each.span) for each in several(node))


def _trigger(name: str, span: Span, node: Node) -> Trigger:
    if name == "schedule" and isinstance(node, YamlList):
        crons = tuple(cron for item in node.mappings if (cron := text(item, "cron")))
        return Trigger(name, span, crons=crons)
    if not isinstance(node, YamlMapping):
        return Trigger(name, span)

    def patterns(key: str) -> tuple[Text, ...] | None:
        return several(node.values[key]) if key in node.values else None

    return Trigger(
        name,
        span,
        branches=patterns("branches"),
        branches_ignore=patterns("branches-ignore"),
        tags=patterns("tags"),
        tags_ignore=patterns("tags-ignore"),
        paths=patterns("paths"),
        paths_ignore=patterns("paths-ignore"),
        types=patterns("types"),
        inputs=_inputs(node.mapping("inputs")),
    )


def _inputs(mapping: YamlMapping | None) -> tuple[Input, ...]:
    found: list[Input] = []
    for name, node in mapping.values.items() if mapping else ():
        given = node if isinstance(node, YamlMapping) else YamlMapping({}, {})
        kind, required = given.text("type"), given.text("required")
        found.append(
            Input(
                name.lower(),
                kind.text if kind else "string",
                text(given, "default"),
                required is not None and required.text == "true",
            )
        )
    return tuple(found)


def _job(name: str, span: Span, node: YamlMapping) -> Job:
    run = node.mapping("defaults", "run")
    strategy = node.mapping("strategy")
    container = node.values.get("container")
    return Job(
        id=name,
        span=span,
        needs=tuple(each.text for each in several(node.values.get("needs"))),
        condition=text(node, "if"),
        runs_on=node.values.get("runs-on"),
        matrix=strategy.values.get("matrix") if strategy else None,
        container=text(container, "image") if isinstance(container, YamlMapping) else text(node, "container"),
        env=texts(node.mapping("env")),
        folder=text(run, "working-directory"),
        shell=text(run, "shell"),
        steps=_steps(node.list("steps")),
        uses=text(node, "uses"),
        inputs=_given(node.mapping("with")),
        permissions=node.values.get("permissions"),
        concurrency=node.values.get("concurrency"),
    )


def _given(mapping: YamlMapping | None) -> Mapping[str, Text]:
    return {key.lower(): value for key, value in texts(mapping).items()}


def _steps(node: YamlList) -> tuple[Step, ...]:
    return tuple(_step(index, step) for index, step in enumerate(node.mappings[:_MOST_STEPS]))


def _step(index: int, node: YamlMapping) -> Step:
    name = node.text("id")
    return Step(
        index=index,
        id=name.text if name else None,
        condition=text(node, "if"),
        uses=text(node, "uses"),
        inputs=_given(node.mapping("with")),
        run=text(node, "run"),
        shell=text(node, "shell"),
        folder=text(node, "working-directory"),
        env=texts(node.mapping("env")),
    )


def local_workflow(uses: str, repository: str | None = None) -> str | None:
    """Return the path of a called workflow that is in this repository.

    `repository` is its own name: `owner/name/.github/workflows/build.yml@main` is taken for the file as it is here.
    """
    path = uses.strip()
    if path.startswith("./.github/workflows/"):
        return path.removeprefix("./")
    prefix = f"{repository}/.github/workflows/"
    if repository is None or not path.lower().startswith(prefix.lower()):
        return None
    return path[len(repository) + 1 :].partition("@")[0]


def local_action(uses: str) -> tuple[str, ...]:
    """Return the paths at which the metadata of an action of this repository may be; none for others' actions."""
    path = uses.strip()
    if not path.startswith("./") or "${{" in path:
        return ()
    folder = posixpath.normpath(path.removeprefix("./") or ".")
    return tuple(posixpath.normpath(posixpath.join(folder, name)) for name in ("action.yml", "action.yaml"))
