"""Compose files: the images that services run, those of Dockerfiles inside them, and those that builds copy from.

The format is the Compose specification (github.com/compose-spec/compose-spec). The image of a service that is built is
what the result will be called, so it is no use of an image, and neither is the same name in another service.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockwright.dockerfile import parse
from dockwright.files._image_use import named, parsed, relocated
from dockwright.files._interpolation import interpolate
from dockwright.files._yaml import YAML, YamlList, YamlMapping, YamlText, read_documents
from dockwright.image import ImageKind
from dockwright.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockwright.files._yaml import Node
    from dockwright.image import ImageUse, Reference
    from dockwright.traced import Traced

_NAME = re.compile(r"(?:.+[._-])?(?:docker[._-]?)?(?:compose|stack)\d*[._-].*", re.DOTALL | re.IGNORECASE)
_WORDS = ("image", "dockerfile_inline")
_IMAGE_CONTEXT = "docker-image://"
_FARTHEST = 10
_HOOKS = ("pre_start", "post_start", "pre_stop")
# Those of version 1 of the format are among them.
_KEYS = frozenset(
    """
    annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name
    cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec
    depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search dockerfile domainname driver_opts
    entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname
    image init ipc isolation label_file labels links log_driver log_opt logging mac_address mem_limit mem_reservation
    mem_swappiness memswap_limit models net network_mode networks oom_kill_disable oom_score_adj pid pids_limit
    platform ports post_start pre_start pre_stop privileged profiles provider pull_policy read_only restart runtime
    scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits
    use_api_socket user userns_mode uts volume_driver volumes volumes_from working_dir
    """.split()
)


def matches(path: str) -> bool:
    """Tell whether a file may be a Compose file: any YAML may, whatever it is called."""
    return path.endswith(YAML)


def read_images(source: Source) -> Iterator[ImageUse]:
    """Yield the images of a Compose file; one that is not called so is told by the keys of its services."""
    if not any(word in source.text for word in _WORDS):
        return
    is_named = _NAME.fullmatch(posixpath.basename(source.path)) is not None
    if not is_named and "services:" not in source.text:
        return
    for document in read_documents(source)[:1]:
        services = _services(document, is_named=is_named)
        built = {name for name, service in services.items() if _is_built(service, services)}
        own = {_key(image) for name in built if (image := services[name].text("image"))}
        for name, service in services.items():
            yield from _build(service.values.get("build"))
            for hook in (hook for key in _HOOKS for hook in service.list(key).mappings):
                if (image := hook.text("image")) is not None and _key(image) not in own:
                    yield from _image(image)
            image = service.text("image")
            if image is not None and name not in built and _key(image) not in own:
                yield from _image(image, service.text("platform"))


def _services(document: YamlMapping, *, is_named: bool) -> Mapping[str, YamlMapping]:
    services = document.mapping("services")
    if services is None:
        # Version 1 of the format has them at the top, beside nothing else.
        return _mappings(document) if is_named and _are_services(document) else {}
    return _mappings(services) if is_named or _are_services(services) else {}


def _mappings(services: YamlMapping) -> Mapping[str, YamlMapping]:
    return {name: service for name, service in services.values.items() if isinstance(service, YamlMapping)}


def _are_services(mapping: YamlMapping) -> bool:
    """Tell whether everything in a mapping has the form of a service."""
    return all(isinstance(service, YamlMapping) and _is_service(service) for service in mapping.values.values())


def _is_service(mapping: YamlMapping) -> bool:
    return all(key in _KEYS or key.startswith("x-") for key in mapping.values)


def _is_built(service: YamlMapping, services: Mapping[str, YamlMapping]) -> bool:
    """Tell whether a service is built, by itself or by one of the same file that it extends."""
    for _ in range(_FARTHEST):
        build = service.values.get("build")
        if build is not None:
            return not (isinstance(build, YamlText) and build.is_null)
        extended = _extended(service)
        if extended is None or extended not in services:
            return False
        service = services[extended]
    return False


def _extended(service: YamlMapping) -> str | None:
    match service.values.get("extends"):
        case YamlText(text=name):
            return name
        case YamlMapping() as extends if "file" not in extends.values and (of := extends.text("service")):
            return of.text
        case _:
            return None


def _key(image: YamlText) -> str | Reference:
    """Return what tells one image from another: its name, `latest` if it has no tag."""
    reference = parsed(interpolate(image.traced).text)
    if reference is None or reference.tag or reference.digest:
        return reference or image.text
    return parsed(f"{reference.canonical}:latest") or image.text


def _image(image: YamlText, platform: YamlText | None = None) -> Iterator[ImageUse]:
    if image.text and not image.is_null:
        known = platform.text if platform is not None and platform.text and "$" not in platform.text else None
        word = image.traced
        yield from named(ImageKind.COMPOSE, word, interpolate(word), platform=known)


def _build(build: Node | None) -> Iterator[ImageUse]:
    if not isinstance(build, YamlMapping):
        return
    inline = build.text("dockerfile_inline")
    if inline is not None:
        yield from _inline(inline)
    for context in _contexts(build.values.get("additional_contexts")):
        word = context.traced
        at = word.text.find(_IMAGE_CONTEXT)
        if at >= 0 and (at == 0 or word.text[at - 1] == "="):
            name = word.slice(at + len(_IMAGE_CONTEXT), len(word))
            yield from named(ImageKind.COMPOSE, name, interpolate(name))


def _contexts(contexts: Node | None) -> Iterator[YamlText]:
    """Yield the contexts of a build, given by name or as `name=context`."""
    nodes: Iterable[Node] = ()
    match contexts:
        case YamlMapping(values=values):
            nodes = values.values()
        case YamlList(items=items):
            nodes = items
        case _:
            pass
    for node in nodes:
        if isinstance(node, YamlText):
            yield node


def _inline(text: YamlText) -> Iterator[ImageUse]:
    """Yield the images of a Dockerfile inside the file, where the place of each of its characters is known."""
    outer = text.traced
    if len(outer.spans) == 1 and outer.exact is None:
        return
    filled: Traced = interpolate(outer)
    for use in parse(Source(text.span.source.path, filled.text)).images:
        found = relocated(use, filled)
        if found is not None:
            yield found
