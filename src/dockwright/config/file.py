"""Dockwright's own configuration file: what it may say, and how it is read.

A mistake is an error and never a default: whoever switches a rule off by a misspelt name would not learn of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from dockwright.config.document import Document, read_yaml
from dockwright.config.model import Config, Override, Setting
from dockwright.config.registries import Registry, by_host, check_registries
from dockwright.config.update_settings import UpdatesFile, check_updates, read_updates
from dockwright.options import FailOn
from dockwright.rule_names import RuleNames, did_you_mean

if TYPE_CHECKING:
    from dockwright.source import Source

ALL = "all"
"""The name that stands for every rule."""

Rules = dict[str, Setting | bool]
Patterns = tuple[Annotated[str, Meta(pattern="^[^!]")], ...]
_RULES = "Rules by id, or by their names in hadolint and BuildKit; `all` is every rule that is not named."
_GLOBS = "`*`, `?` and `**` mean what they mean in a .gitignore file."


class OverrideFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings for some of the files; of several that match a file and name a rule, the last counts."""

    paths: Annotated[Patterns, Meta(description=f"The files that it is for. {_GLOBS}", min_length=1)]
    rules: Annotated[Rules, Meta(description=_RULES)]


class ConfigFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The configuration of Dockwright: `.github/dockwright.yml` or `dockwright.yml`."""

    rules: Annotated[Rules, Meta(description=_RULES)] = {}
    overrides: Annotated[tuple[OverrideFile, ...], Meta(description="Other settings for some files.")] = ()
    fail_on: Annotated[FailOn, Meta(description="The least severity that fails a review.")] = FailOn.ERROR
    ignore_paths: Annotated[Patterns, Meta(description=f"Files that are not reviewed. {_GLOBS}")] = ()
    updates: Annotated[UpdatesFile, Meta(description="Which updates of images are proposed, and how.")] = UpdatesFile()
    registries: Annotated[
        dict[str, Registry],
        Meta(description="How registries are reached, by their hosts as images name them (`docker.io`)."),
    ] = {}


def read_config(source: Source, names: RuleNames) -> Config:
    """Read a configuration's text.

    Raises:
        ConfigError: naming the file and the line.
    """
    document = read_yaml(source)
    if document.value is None:
        return Config(path=source.path)
    document.check_keys(ConfigFile)
    overrides = document.at("overrides")
    count = len(overrides) if isinstance(overrides, list) else 0
    for index in range(count):
        document.check_keys(OverrideFile, "overrides", index)
        _check_rules(document, names, "overrides", index, "rules")
    _check_rules(document, names, "rules")
    document.check_choice([each.value for each in FailOn], "fail-on")
    check_updates(document)
    check_registries(document)
    file = document.convert(ConfigFile)
    return Config(
        rules=_settings(file.rules, names),
        overrides=tuple(Override(each.paths, _settings(each.rules, names)) for each in file.overrides),
        fail_on=file.fail_on,
        ignore_paths=file.ignore_paths,
        chosen_updates=read_updates(file.updates, document) if document.at("updates") else None,
        registries=by_host(file.registries),
        path=source.path,
    )


def _check_rules(document: Document, names: RuleNames, *where: str | int) -> None:
    rules = document.at(*where)
    if not isinstance(rules, dict):
        return  # `convert` says that it should be one
    values = [setting.value for setting in Setting]
    for name, value in rules.items():
        if name != ALL and not names.resolve(name):
            raise document.error((*where, name), f"no rule is called `{name}`{did_you_mean(names.closest(name))}")
        if not isinstance(value, bool) and value not in values:
            raise document.error(
                (*where, name),
                f"`{name}` is set to {_shown(value)}; it may be {', '.join(values[:-1])} or {values[-1]}",
            )


def _shown(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else "no plain text"


def _settings(rules: Rules, names: RuleNames) -> dict[str, Setting]:
    """Resolve names: an id counts before an alias, and both before `all`."""
    plain = {
        name: Setting.ON if value is True else Setting.OFF if value is False else value for name, value in rules.items()
    }
    every = plain.pop(ALL, None)
    made = {} if every is None else dict.fromkeys(names.ids, every)
    for name, value in sorted(plain.items(), key=lambda item: item[0] in names.ids):
        made |= dict.fromkeys(names.resolve(name), value)
    return made
