"""Renovate's configuration: whether it leaves Dockerfiles alone.

Renovate reads Dockerfiles unless it is told otherwise (docs.renovatebot.com, "Configuration options"). Comments and
trailing commas (JSON5) are understood; keys without quotes only as far as the few settings here need it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockwright.source import Source

PATHS = (
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    ".gitlab/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
)
"""Where Renovate looks for it; `package.json` may hold it under the key `renovate`."""

# Text, not compiled patterns: few reviews need them.
_COMMENT = r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|//[^\n]*|/\*(?s:.*?\*/|.*)"
_MANAGERS = r"enabledManagers[\"']?\s*:\s*\[([^\]]*)\]"
_READS_DOCKERFILES = ("dockerfile", "custom", "regex")
_OFF = (
    r"[\"']docker:disable[\"']"
    r"|(?<![\w-])[\"']?(?:docker|dockerfile)[\"']?\s*:\s*\{[^{}]*?enabled[\"']?\s*:\s*false"
    r"|\A\s*\{[^{}\[]*?enabled[\"']?\s*:\s*false"
)


def leaves_dockerfiles_alone(source: Source) -> bool:
    """Tell whether the configuration switches Renovate off, altogether or for Dockerfiles."""
    text = re.sub(_COMMENT, lambda match: match[1] or "", source.text)
    managers = re.search(_MANAGERS, text)
    if managers is not None and not any(name in managers[1] for name in _READS_DOCKERFILES):
        return True
    return re.search(_OFF, text) is not None
