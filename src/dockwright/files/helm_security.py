"""The values of Helm charts: as whom the containers run whose images they name.

Charts agree on names by habit only (those of `helm create`): `securityContext` and `podSecurityContext` stand beside
`image`, or once for the whole chart. Whether the chart's templates use them is for who asks to find out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.files._yaml import YamlList, YamlMapping, read_documents
from dockwright.files.kubernetes import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.files._yaml import Node, YamlText
    from dockwright.source import Source

_CONTEXTS = ("securityContext", "containerSecurityContext", "podSecurityContext")


def read_chart_containers(source: Source) -> Iterator[Container]:
    """Yield the containers of a chart's values: what has an image's repository, and where they may say a user."""
    if "repository" not in source.text or "runAsNonRoot" not in source.text:
        return
    for document in read_documents(source)[:1]:
        todo: list[Node] = [document]
        seen: set[int] = set()
        while todo:
            node = todo.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            match node:
                case YamlList():
                    todo += node.items
                case YamlMapping():
                    image = node.mapping("image")
                    repository = image.text("repository") if image is not None else None
                    if repository is not None and not repository.is_null:
                        yield _container(repository, node, document)
                    todo += node.values.values()
                case _:
                    pass


def _container(repository: YamlText, beside: YamlMapping, document: YamlMapping) -> Container:
    def setting(name: str) -> YamlText | None:
        for key in _CONTEXTS:
            for place in (beside, document):
                context = place.mapping(key)
                text = context.text(name) if context is not None else None
                if text is not None and not text.is_null:
                    return text
        return None

    return Container(repository, setting("runAsUser"), setting("runAsNonRoot"))
