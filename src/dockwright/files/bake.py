"""Bake files (`docker-bake.hcl`, `docker-bake.json`): what `docker buildx bake` builds, and the images that it names.

Source: docker/buildx, docs/bake-reference.md, bake/bake.go and bake/hclparser. Variables stand at their defaults; a
text that depends on one without has a hole there. What a command line sets (`--set`) is not known.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping  # noqa: TC003 - msgspec keeps the annotations
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._bake.entries import caches_of, members_of, named_of, outputs_of, text_of, texts_of
from dockwright.files._bake.images import of_contexts, of_dockerfile
from dockwright.files._bake.targets import Resolver, Settings
from dockwright.files._bake.world import BLOCKS, BakeWorld
from dockwright.files._hcl.json_syntax import parse_json
from dockwright.files._hcl.model import EMPTY_BODY
from dockwright.files._hcl.parse import parse
from dockwright.files._hcl.values import Unknown, as_truth, hole
from dockwright.files._jsonc import LARGEST
from dockwright.files.build import Cache, Output  # noqa: TC001 - as above
from dockwright.files.value import OFF, Toggle, Value
from dockwright.finding import Problem
from dockwright.traced import Traced

if TYPE_CHECKING:
    from dockwright.files._bake.world import Instance
    from dockwright.files._hcl.model import Body
    from dockwright.image import ImageUse
    from dockwright.source import Source, Span

DEFAULT_NAMES = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
"""What bake reads without `-f`, in the order in which it merges them, after the Compose files of the folder."""

_NAME = re.compile(r"docker-bake(?:[.-][\w.-]+)?\.(?:hcl|json)|(?:[\w.-]+[.-])?bake\.(?:hcl|json)", re.ASCII)
_TARGET_CONTEXT = "target:"
_MOST_INLINE = 2_000_000
_DEFAULT = "default"


class Target(Struct, frozen=True, kw_only=True):
    """A target with what it inherits; what is not set is None, empty or off.

    Attributes:
        name: what it is called, that of one combination for a matrix.
        span: where its block's label is written.
        contexts: named contexts, by name: `docker-image://...`, `target:...`, a folder or an address.
        dockerfile_inline: the text of a Dockerfile.
        cache_from: what is imported, that of inherited targets first.
        no_cache_filter: the stages that are built without cache.
        attest: entries of `attest`, in their CSV form.
        secrets: entries of `secret`, likewise.
        ssh: entries of `ssh`, likewise.
        open: names of attributes of which more may be set than is here, as they depend on what is not known;
            `inherits` if that holds for all.
    """

    name: str
    span: Span
    context: Value | None = None
    contexts: Mapping[str, Value] = {}
    dockerfile: Value | None = None
    dockerfile_inline: Value | None = None
    target: Value | None = None
    platforms: tuple[Value, ...] = ()
    tags: tuple[Value, ...] = ()
    args: Mapping[str, Value] = {}
    labels: Mapping[str, Value] = {}
    annotations: tuple[Value, ...] = ()
    cache_from: tuple[Cache, ...] = ()
    cache_to: tuple[Cache, ...] = ()
    output: tuple[Output, ...] = ()
    no_cache: Toggle = OFF
    no_cache_filter: tuple[Value, ...] = ()
    pull: Toggle = OFF
    attest: tuple[Value, ...] = ()
    secrets: tuple[Value, ...] = ()
    ssh: tuple[Value, ...] = ()
    open: frozenset[str] = frozenset()


class Group(Struct, frozen=True):
    """A group: the targets and groups that it names, with a hole for those that are not known.

    `span` is None for the group of a matrix, which bake makes.
    """

    name: str
    span: Span | None
    members: tuple[Value, ...]


class Bake(Struct, frozen=True):
    """What bake files say together.

    Attributes:
        targets: by name, in the order of the files.
        groups: by name; a matrix is one, too.
        bases: targets that are only there for others to inherit from: no group or context names them.
        problem: why one of the files cannot be read, if that is so.
    """

    targets: Mapping[str, Target]
    groups: Mapping[str, Group]
    bases: frozenset[str] = frozenset()
    problem: Problem | None = None

    def built(self, name: str = _DEFAULT) -> tuple[Target, ...]:
        """Return the targets that `docker buildx bake name` builds, each once."""
        found: dict[str, Target] = {}
        seen = {name}
        todo = [name]
        while todo:
            group = self.groups.get(current := todo.pop())
            if group is None and current in self.targets:
                found[current] = self.targets[current]
            names = [member.text for member in group.members] if group else []
            todo += [each for each in reversed(names) if each is not None and each not in seen]
            seen.update(each for each in names if each is not None)
        return tuple(found.values())


def matches(path: str) -> bool:
    """Tell whether a file is named as bake files are: `docker-bake.hcl`, `docker-bake.override.json`, `x.bake.hcl`."""
    return _NAME.fullmatch(posixpath.basename(path)) is not None


def read_bake(*sources: Source) -> Bake:
    """Return what bake files say together, merged in this order; of a broken one, only its problem."""
    bodies: list[Body] = []
    for source in sources:
        body, problem = _body(source)
        if problem is not None:
            return Bake({}, {}, problem=problem)
        bodies.append(body)
    world = BakeWorld(bodies)
    instances = list(world.instances())
    resolver = Resolver(world, instances)
    targets = {name: _target(resolver, name) for name in resolver.names}
    groups = {**_groups(world), **_matrices(instances)}
    named = {member.text for group in groups.values() for member in group.members}
    linked = {value.text for target in targets.values() for value in target.contexts.values()}
    named |= {text.removeprefix(_TARGET_CONTEXT) for text in linked if text is not None}
    return Bake(targets, groups, frozenset(resolver.inherited - named - {_DEFAULT}))


def read_images(source: Source) -> tuple[ImageUse, ...]:
    """Return the images that a file names: in `contexts`, and in the Dockerfiles that it holds.

    An argument that is an image's name (`args = {BASE = "python:3.12"}`) is one only if such a Dockerfile uses it so:
    of another one, the file does not know.
    """
    bake = read_bake(source)
    built = [target for target in bake.targets.values() if target.name not in bake.bases]
    contexts: dict[tuple[Span | None, str], Value] = {}
    uses: list[ImageUse] = []
    left = _MOST_INLINE
    for target in built:
        contexts.update({(value.written, value.traced.text): value for value in target.contexts.values()})
        inline = target.dockerfile_inline
        left -= 0 if inline is None else len(inline.traced)
        if inline is not None and left >= 0:
            uses += of_dockerfile(inline, args=target.args, contexts=target.contexts)
    uses += of_contexts(contexts.values())
    # Targets inherit from each other, so that the same place comes up again.
    distinct = {(use.kind, use.span.start, use.traced and use.traced.text): use for use in uses}
    return tuple(sorted(distinct.values(), key=lambda use: use.span.start))


def _body(source: Source) -> tuple[Body, Problem | None]:
    if len(source.text) > LARGEST:
        text = f"The file has more than {LARGEST} characters, so it is not read."
        return EMPTY_BODY, Problem(source.span(0, 0), text)
    return parse_json(source, blocks=BLOCKS) if source.path.endswith(".json") else parse(source)


def _target(resolver: Resolver, name: str) -> Target:
    settings = resolver.settings(name) or Settings()
    values = settings.values
    contexts = {key: value for key, value in members_of(values.get("contexts")).items() if value.traced}
    return Target(
        name=name,
        span=resolver.instances(name)[0].block.span,
        context=_text(settings, "context"),
        contexts=contexts,
        dockerfile=_text(settings, "dockerfile"),
        dockerfile_inline=_text(settings, "dockerfile-inline"),
        target=_text(settings, "target"),
        platforms=texts_of(values.get("platforms")),
        tags=texts_of(values.get("tags")),
        args=members_of(values.get("args")),
        labels=members_of(values.get("labels")),
        annotations=texts_of(values.get("annotations")),
        cache_from=caches_of(values.get("cache-from")),
        cache_to=caches_of(values.get("cache-to")),
        output=outputs_of(values.get("output")),
        no_cache=_toggle(settings, "no-cache"),
        no_cache_filter=texts_of(values.get("no-cache-filter")),
        pull=_toggle(settings, "pull"),
        attest=named_of(values.get("attest"), "type"),
        secrets=named_of(values.get("secret"), "id"),
        ssh=named_of(values.get("ssh"), "id"),
        open=frozenset(settings.open),
    )


def _text(settings: Settings, name: str) -> Value | None:
    value = settings.values.get(name)
    return None if value is None else text_of(value)


def _toggle(settings: Settings, name: str) -> Toggle:
    value = settings.values.get(name)
    return OFF if value is None else Toggle(as_truth(value), text_of(value))


def _groups(world: BakeWorld) -> dict[str, Group]:
    found: dict[str, Group] = {}
    for block in world.blocks("group"):
        targets = block.body.attributes.get("targets")
        value = None if targets is None else world.value(targets.expression, {})
        members = (Value(hole(value.span), value.span),) if isinstance(value, Unknown) else texts_of(value)
        found[block.labels[0]] = Group(block.labels[0], block.span, members)
    return found


def _matrices(instances: list[Instance]) -> dict[str, Group]:
    """Return the groups that bake makes: a matrix's label stands for all of its targets."""
    names: dict[str, dict[str, Value]] = {}
    for instance in instances:
        label = instance.block.labels[0]
        names.setdefault(label, {})[instance.name] = Value(Traced.made(instance.name), instance.block.span)
    return {
        label: Group(label, None, tuple(members.values()))
        for label, members in names.items()
        if list(members) != [label]
    }
