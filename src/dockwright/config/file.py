"""Dockwright's own configuration file: what it may say, and how it is read.

A mistake is an error and never a default: whoever switches a rule off by a misspelt name would not learn of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from dockwright.config.document import Document, read_yaml
from dockwright.config.mirrors import NAMES, URL, check_mirrors
from dockwright.config.model import ALL, Config, Override, Setting
from dockwright.config.online import OnlineSettings
from dockwright.config.policy import LabelKind, Policy
from dockwright.config.registries import Registry, by_host, check_registries
from dockwright.config.update_settings import UpdatesFile, check_updates, read_updates
from dockwright.options import FailOn, Profile
from dockwright.rule_names import RuleNames, did_you_mean

if TYPE_CHECKING:
    from dockwright.source import Source

Rules = dict[str, Setting | bool]
Patterns = tuple[Annotated[str, Meta(pattern="^[^!]")], ...]
_RULES = "Rules by id, or by their names in hadolint and BuildKit; `all` is every rule that is not named."
MirrorName = Annotated[str, Meta(pattern=f"^({'|'.join(NAMES)})$")]
_GLOBS = "`*`, `?` and `**` mean what they mean in a .gitignore file."


class OverrideFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings for some of the files; of several that match a file and name a rule, the last counts."""

    paths: Annotated[Patterns, Meta(description=f"The files that it is for. {_GLOBS}", min_length=1)]
    rules: Annotated[Rules, Meta(description=_RULES)]


class ShellCheckFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """ShellCheck, asked about the scripts of `RUN`, but not for everything."""

    exclude: Annotated[tuple[str, ...], Meta(description="Codes that are not told, such as SC2034.")] = ()


class ConfigFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The configuration of Dockwright: `.github/dockwright.yml` or `dockwright.yml`."""

    profile: Annotated[
        Profile,
        Meta(
            description="Which rules are on where nothing is said of them: `hadolint` and `buildkit` have the checks "
            "of these tools, with their levels, and `strict` every rule."
        ),
    ] = Profile.DEFAULT
    rules: Annotated[Rules, Meta(description=_RULES)] = {}
    overrides: Annotated[tuple[OverrideFile, ...], Meta(description="Other settings for some files.")] = ()
    fail_on: Annotated[FailOn, Meta(description="The least severity that fails a review.")] = FailOn.ERROR
    ignore_paths: Annotated[Patterns, Meta(description=f"Files that are not reviewed. {_GLOBS}")] = ()
    updates: Annotated[UpdatesFile, Meta(description="Which updates of images are proposed, and how.")] = UpdatesFile()
    registries: Annotated[
        dict[str, Registry],
        Meta(description="How registries are reached, by their hosts as images name them (`docker.io`)."),
    ] = {}
    trusted_registries: Annotated[
        tuple[str, ...],
        Meta(
            description="The registries that images may come from; `*.example.com` are all that end so. Any other is "
            "told by `untrusted-registry`."
        ),
    ] = ()
    label_schema: Annotated[
        dict[str, LabelKind],
        Meta(description="The labels that published images have, and what their values are."),
    ] = {}
    strict_labels: Annotated[bool, Meta(description="Whether images have no other labels than those.")] = False
    shellcheck: Annotated[
        bool | ShellCheckFile | None,
        Meta(
            description="Whether ShellCheck reads the scripts of `RUN`: true, false, or what of it is not told. Its"
            " codes are set in `rules` as well (`shellcheck:SC2086: notice`); `shellcheck` is all that are not named."
        ),
    ] = None
    online: Annotated[
        bool | OnlineSettings,
        Meta(
            description="Whether reviews ask registries about base images on changed lines: true, false, or who may be "
            "asked besides. What the base branch says counts, not the pull request."
        ),
    ] = False
    mirrors: Annotated[
        dict[MirrorName, URL],
        Meta(
            description="The servers that distributions' published updates are looked up on, instead of those that an "
            "image names for its packages. A server of yours may be at a private address, or speak `http://`."
        ),
    ] = {}
    osv: Annotated[
        bool | None,
        Meta(
            description="Whether `dockwright check` and `dockwright compare` ask osv.dev about the packages that lack "
            "updates, or change. Their names and versions are sent there."
        ),
    ] = None


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
    excluded = _check_shellcheck(document, names)
    document.check_choice([each.value for each in FailOn], "fail-on")
    document.check_choice([each.value for each in Profile], "profile")
    labels = document.at("label-schema")
    for label in labels if isinstance(labels, dict) else ():
        document.check_choice([each.value for each in LabelKind], "label-schema", label)
    check_updates(document)
    check_registries(document)
    check_mirrors(document)
    if isinstance(document.at("online"), dict):
        document.check_keys(OnlineSettings, "online")
    file = document.convert(ConfigFile)
    return Config(
        profile=file.profile,
        policy=Policy(
            trusted_registries=file.trusted_registries,
            label_schema=file.label_schema,
            strict_labels=file.strict_labels,
        ),
        rules=dict.fromkeys(excluded, Setting.OFF) | _settings(file.rules, names),
        overrides=tuple(Override(each.paths, _settings(each.rules, names)) for each in file.overrides),
        fail_on=file.fail_on,
        ignore_paths=file.ignore_paths,
        chosen_updates=read_updates(file.updates, document) if document.at("updates") else None,
        registries=by_host(file.registries),
        mirrors=file.mirrors,
        osv=file.osv,
        online=file.online if isinstance(file.online, OnlineSettings) else OnlineSettings(enabled=file.online),
        shellcheck=None if file.shellcheck is None else file.shellcheck is not False,
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


def _check_shellcheck(document: Document, names: RuleNames) -> list[str]:
    """Return the ids of the codes that are excluded."""
    if isinstance(document.at("shellcheck"), dict):
        document.check_keys(ShellCheckFile, "shellcheck")
    codes = document.at("shellcheck", "exclude")
    excluded: list[str] = []
    for index, code in enumerate(codes if isinstance(codes, list) else ()):
        found = names.resolve(code) if isinstance(code, str) else ()
        if not found or not found[0].startswith("shellcheck:"):
            raise document.error(("shellcheck", "exclude", index), "this is no code of ShellCheck; one is `SC2034`")
        excluded += found
    return excluded


def _shown(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else "no plain text"


def _settings(rules: Rules, names: RuleNames) -> dict[str, Setting]:
    """Return the settings by what each name stands for (see `RuleNames.keys`)."""
    made: dict[str, Setting] = {}
    for name, value in rules.items():
        setting = Setting.ON if value is True else Setting.OFF if value is False else value
        made |= dict.fromkeys((ALL,) if name == ALL else names.keys(name), setting)
    return made
