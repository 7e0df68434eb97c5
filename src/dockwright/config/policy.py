"""What an organisation asks of its images: the registries that it trusts, and the labels that images have."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class LabelKind(Enum):
    """What a label's value has to be; the words are hadolint's."""

    TEXT = "text"
    EMAIL = "email"
    HASH = "hash"
    RFC3339 = "rfc3339"
    SEMVER = "semver"
    SPDX = "spdx"
    URL = "url"


class Policy(Struct, frozen=True, kw_only=True):
    """What an organisation asks; what is empty asks nothing.

    Attributes:
        trusted_registries: the registries that images may come from; a `*` stands at the beginning or the end of one.
        label_schema: the labels that every image has, and what their values are.
        strict_labels: whether an image has no other labels.
    """

    trusted_registries: tuple[str, ...] = ()
    label_schema: Mapping[str, LabelKind] = {}
    strict_labels: bool = False
