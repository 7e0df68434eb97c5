"""The configuration: `.github/dockwright.yml` or `dockwright.yml`; without one, hadolint's `.hadolint.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.config.model import Config, Override, Setting
from dockwright.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockwright.rule_names import RuleNames
    from dockwright.source import Source

    Read = Callable[[str], Source | None]

__all__ = ["HADOLINT_PATHS", "PATHS", "Config", "Override", "Setting", "load"]

PATHS = (".github/dockwright.yml", "dockwright.yml")
"""Where the configuration may be; only one of them."""

HADOLINT_PATHS = (".hadolint.yaml", ".hadolint.yml")
"""Where hadolint looks in a repository; the first that is there counts."""


def load(read: Read, names: RuleNames, *, path: str | None = None) -> Config:
    """Read the configuration through `read`, which returns None where there is no file.

    Args:
        read: reads a file by its path from the repository's top.
        names: what rules are called.
        path: the file to read instead of those that are looked for.

    Raises:
        ConfigError: if two files are there, the named one is not, or one says what it may not.
    """
    ours = [source for each in ((path,) if path else PATHS) if (source := read(each)) is not None]
    if path and not ours:
        raise ConfigError(f"`{path}`: there is no such configuration file")
    if len(ours) > 1:
        both = " and ".join(f"`{source.path}`" for source in ours)
        raise ConfigError(f"{both} are both there, and only one can count", help="Merge them and delete one.")
    if ours:
        from dockwright.config.file import read_config

        return read_config(ours[0], names)
    for each in HADOLINT_PATHS:
        if (source := read(each)) is not None:
            from dockwright.config.hadolint import read_hadolint

            return read_hadolint(source, names)
    return Config()
