"""YAML documents as values that know where they stand.

Made from PyYAML's events, one by one: its own composer recurses in C, and a file of a hundred thousand `{`
ends the process there. Aliases are followed and merge keys (`<<`) applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.files._scalar import trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yaml import Event

    from dockwright.source import Source, Span
    from dockwright.traced import Traced

LARGEST = 256 * 1024
"""Characters. A longer file is not read: people do not write such, and merge keys may cost its square."""

YAML = (".yaml", ".yml")
"""What names of YAML files end in."""

_DEEPEST = 100
_MOST_MERGED = 500_000
_BYTE_ORDER_MARK = "\ufeff"
_MERGE = "<<"
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class YamlText(Struct, frozen=True, gc=False):
    """A scalar as text: nothing is read as a number or a truth value.

    Attributes:
        text: the value.
        span: where it is written, with its quotes, anchor and tag.
        style: its quote or block indicator (`|`, `>`); empty if it is plain.
    """

    text: str
    span: Span
    style: str = ""

    @property
    def traced(self) -> Traced:
        """The text with the place of each character: without quotes, anchor, tag and indentation."""
        return trace(self.text, self.style, self.span)

    @property
    def is_null(self) -> bool:
        """Whether it is what YAML reads as no value at all."""
        return not self.style and self.text in _NULLS


class YamlList(Struct, frozen=True):
    """A sequence; `tag` is its tag as the file means it (`!reference`), if it has one."""

    items: tuple[Node, ...]
    tag: str | None = None

    @property
    def mappings(self) -> tuple[YamlMapping, ...]:
        """The items that are mappings."""
        return tuple(item for item in self.items if isinstance(item, YamlMapping))


class YamlMapping(Struct, frozen=True):
    """A mapping, merge keys applied. Keys that are no text are left out; of equal keys the last counts."""

    values: Mapping[str, Node]
    keys: Mapping[str, Span]

    def text(self, key: str) -> YamlText | None:
        """Return the text under a key; None if there is none or something else."""
        value = self.values.get(key)
        return value if isinstance(value, YamlText) else None

    def mapping(self, *path: str) -> YamlMapping | None:
        """Return the mapping that keys lead to, one below the other; None if there is none."""
        node: Node | None = self
        for key in path:
            node = node.values.get(key) if isinstance(node, YamlMapping) else None
        return node if isinstance(node, YamlMapping) else None

    def list(self, key: str) -> YamlList:
        """Return the list under a key; an empty one if there is none or something else."""
        value = self.values.get(key)
        return value if isinstance(value, YamlList) else YamlList(())


Node = YamlText | YamlList | YamlMapping


def read_documents(source: Source) -> tuple[YamlMapping, ...]:
    """Return the documents of a file that are mappings; none if the file is no YAML (a template, say)."""
    import yaml

    if len(source.text) > LARGEST:
        return ()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _Reader(source)
    try:
        reader.read(yaml.parse(source.text.removeprefix(_BYTE_ORDER_MARK), loader))
    except (yaml.YAMLError, UnicodeEncodeError, _TooMuchError):
        return ()
    return tuple(document for document in reader.documents if isinstance(document, YamlMapping))


class _TooMuchError(Exception):
    """The file is nested deeper, or merges more, than people write."""


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "nodes", "tag")

    def __init__(self, anchor: str | None, tag: str | None) -> None:
        self.anchor = anchor
        self.tag = tag
        self.nodes: list[Node] = []


class _Reader:
    """Builds the documents; `_open` holds what has begun, the outermost first."""

    def __init__(self, source: Source) -> None:
        self.documents: list[Node] = []
        self._source = source
        self._shift = int(source.text.startswith(_BYTE_ORDER_MARK))
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._merged = 0

    def read(self, events: Iterable[Event]) -> None:
        import yaml

        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._add(YamlText(event.value, self._span(event), event.style or ""), event.anchor)
                case yaml.CollectionStartEvent():
                    self._begin(event.anchor, event.tag)
                case yaml.SequenceEndEvent():
                    ended = self._open.pop()
                    self._add(YamlList(tuple(ended.nodes), ended.tag), ended.anchor)
                case yaml.MappingEndEvent():
                    ended = self._open.pop()
                    self._add(self._mapping(ended.nodes), ended.anchor)
                case yaml.AliasEvent():
                    # An alias inside its own anchor means nothing in files of these kinds: an empty list.
                    self._add(self._anchors.get(event.anchor or "", YamlList(())), None)
                case yaml.DocumentStartEvent():
                    self._anchors.clear()
                case _:
                    pass

    def _span(self, event: Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None  # noqa: S101 - None is for events that are made to be written
        assert end is not None  # noqa: S101
        return self._source.span(start.index + self._shift, end.index + self._shift)

    def _begin(self, anchor: str | None, tag: str | None) -> None:
        if len(self._open) == _DEEPEST:
            raise _TooMuchError
        self._open.append(_Open(anchor, tag))

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        (self._open[-1].nodes if self._open else self.documents).append(node)

    def _mapping(self, nodes: list[Node]) -> YamlMapping:
        """Make a mapping of its keys and values in turn; its own keys win over merged ones."""
        values: dict[str, Node] = {}
        keys: dict[str, Span] = {}
        merged: list[YamlMapping] = []
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, YamlText):
                continue
            if key.text == _MERGE:
                merged += value.mappings if isinstance(value, YamlList) else ()
                merged += (value,) if isinstance(value, YamlMapping) else ()
            else:
                values[key.text] = value
                keys[key.text] = key.span
        for other in merged:
            self._merged += len(other.values) + len(values)
            if self._merged > _MOST_MERGED:
                raise _TooMuchError
            values = {**other.values, **values}
            keys = {**other.keys, **keys}
        return YamlMapping(values, keys)
