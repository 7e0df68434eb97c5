"""Write the pages that are made of the code: the rules, the configuration and its schema, the command line, the action.

scripts/docs.py          writes them
scripts/docs.py --check  compares them, and fails if one is stale, missing or left over
"""

from __future__ import annotations

import json
import re
import sys
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

import dockwright
from dockwright import pattern, suppress
from dockwright.arguments import build_parser
from dockwright.config.file import ConfigFile
from dockwright.config.mirrors import NAMES
from dockwright.config.model import ALL
from dockwright.finding import Severity
from dockwright.rules import all_rules

if TYPE_CHECKING:
    from argparse import Action
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from dockwright.rules import Rule

TOP = Path(__file__).resolve().parent.parent
ACTION = Path(dockwright.__file__).resolve().parents[2] / "action.yml"  # the one of the code that is described
SCHEMA = "schema/dockwright.schema.json"
MADE = "<!-- Made by scripts/docs.py: do not edit. -->"
_FENCE = re.compile(r"^(?P<start>`{3,}\w+) (?P<words>.+)$", re.MULTILINE)
GENERATED = ("docs/rules/*.md", "docs/action.md", "docs/cli.md", "docs/config.md", SCHEMA)


def main() -> int:
    """Write or compare; the exit code says whether everything is current."""
    parser = ArgumentParser(description="Write the pages that are made of the code.")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = bool(parser.parse_args().check)
    made = pages()
    stale = list(_stale(made))
    for path, why in stale:
        if check:
            print(f"{path}: {why}; run `make docs`", file=sys.stderr)
        elif path in made:
            (TOP / path).parent.mkdir(parents=True, exist_ok=True)
            (TOP / path).write_bytes(made[path].encode())
        else:
            (TOP / path).unlink()
    return 1 if check and stale else 0


def _stale(made: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in made.items():
        file = TOP / path
        if not file.is_file():
            yield path, "missing"
        elif file.read_bytes() != text.encode():
            yield path, "stale"
    for glob in GENERATED:
        for file in sorted(TOP.glob(glob)):
            path = file.relative_to(TOP).as_posix()
            if path not in made:
                yield path, "left over"


def pages() -> dict[str, str]:
    """Return every generated file, by its path."""
    schema = config_schema()
    made = {
        SCHEMA: json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        "docs/action.md": action_page(yaml.safe_load(ACTION.read_text(encoding="utf-8"))),
        "docs/cli.md": cli_page(build_parser()),
        "docs/config.md": config_page(schema),
        "docs/rules/README.md": rules_index(),
    }
    made |= {f"docs/rules/{rule.id}.md": rule_page(rule) for rule in all_rules()}
    return made


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


# --- rules --------------------------------------------------------------------------------------------------------


def rule_page(rule: Rule) -> str:
    """Return a rule's page: its docstring, below what is declared of it."""
    body = _FENCE.sub(_named_block, rule.page.partition("\n")[2].strip())
    facts = [
        ("severity", rule.severity.label if rule.enabled else f"{rule.severity.label}, off by default"),
        ("fixes", "yes" if rule.fixable else "no"),
        ("elsewhere", ", ".join(_elsewhere(alias) for alias in rule.aliases) or "-"),
        ("since", rule.since),
    ]
    return f"{MADE}\n# {rule.id}\n\n{rule.title}.\n\n{_table(*_columns(facts))}\n{body}\n"


def _named_block(fence: re.Match[str]) -> str:
    """Show the name of an example's file above its block, and leave out what only the tests read."""
    file = re.search(r"\bfile=(\S+)", fence["words"])
    return (f"`{file[1]}`:\n\n" if file else "") + fence["start"]


def _columns(facts: Iterable[tuple[str, str]]) -> tuple[list[str], list[list[str]]]:
    pairs = list(facts)
    return [name for name, _ in pairs], [[value for _, value in pairs]]


def _elsewhere(alias: str) -> str:
    """Link the page of the same check in another tool."""
    tool, _, name = alias.rpartition(":")
    match tool:
        case "hadolint":
            return f"[{name}](https://github.com/hadolint/hadolint/wiki/{name})"
        case "buildkit":
            page = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
            return f"[{name}](https://docs.docker.com/reference/build-checks/{page}/)"
        case _:
            return f"`{alias}`"


def rules_index() -> str:
    """Return the list of all rules, the most severe first."""
    sections = [MADE, "# Rules\n"]
    for severity in sorted(Severity, reverse=True):
        rules = [rule for rule in all_rules() if rule.severity is severity]
        if rules:
            rows = ([f"[{rule.id}]({rule.id}.md)", rule.title, _marks(rule)] for rule in rules)
            sections.append(f"## {severity.label.capitalize()}\n\n{_table(('rule', 'finds', ''), rows)}")
    return "\n".join(sections)


def _marks(rule: Rule) -> str:
    return ", ".join([*(["fix"] if rule.fixable else []), *([] if rule.enabled else ["off by default"])])


# --- configuration ------------------------------------------------------------------------------------------------


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration, in which a rule's setting may only be of a rule that there is."""
    schema = msgspec.json.schema(ConfigFile)
    definitions = schema.pop("$defs")
    setting = definitions["ConfigFile"]["properties"]["rules"]["additionalProperties"]
    named = {ALL: "Every rule that is not named."}
    for rule in all_rules():
        bare = [alias.rpartition(":")[2] for alias in rule.aliases]
        named |= dict.fromkeys([*rule.aliases, *bare], f"{rule.id}: {rule.title}")
    named |= {rule.id: rule.title for rule in all_rules()}
    definitions["Rules"] = {
        "title": "Rules",
        "type": "object",
        "properties": {name: {"description": named[name], **setting} for name in sorted(named)},
        "additionalProperties": False,
    }
    for name in ("ConfigFile", "OverrideFile"):
        rules = definitions[name]["properties"]["rules"]
        del rules["type"], rules["additionalProperties"]
        rules["allOf"] = [{"$ref": "#/$defs/Rules"}]
    top = definitions.pop("ConfigFile")
    top["properties"]["updates"]["default"] = {}
    _loosen_updates(definitions)
    top["title"] = "Dockwright"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": definitions}


def _loosen_updates(definitions: dict[str, Any]) -> None:
    """Say of updates what the types cannot: a series may look like a number, and settings for some have no defaults."""
    for name in ("UpdatesFile", "ImageSettingsFor"):
        definitions[name]["properties"]["series"]["anyOf"].append({"type": "number"})
    for each in definitions["ImageSettingsFor"]["properties"].values():
        each.pop("default", None)


def config_page(schema: Mapping[str, Any]) -> str:
    """Return the page about the configuration file."""
    definitions = schema["$defs"]
    override = definitions["OverrideFile"]
    updates = definitions["UpdatesFile"]["properties"]
    some_images = definitions["ImageSettingsFor"]
    match = {"match": some_images["properties"]["match"]}
    return f"""{MADE}
# Configuration

{schema["description"]} Both are paths from the repository's top, and only one of them may be
there. A key, a rule or a value that is not known is an error, which names the line. The schema for editors is
[{SCHEMA}](../{SCHEMA}).

```yaml
fail-on: warning
rules:
  all: on
  DL3006: off
overrides:
  - paths: ["dev/**", "*.test.Dockerfile"]
    rules:
      all: notice
ignore-paths:
  - third_party/
```

{_keys(schema["properties"])}
An item of `overrides` has two keys. {override["description"]}

{_keys(override["properties"])}
A rule may be set to:

{_table(("value", "means"), _SETTINGS)}
`true` and `false` mean `on` and `off`. A rule's name counts before its names elsewhere, and both before `all`.
The rules are listed in [rules](rules/README.md).

## Updates

`dockwright update` needs no configuration. `updates` says which updates of images are proposed, and how:

```yaml
updates:
  pin: true
  cooldown: {{patch: 1, minor: 14}}
  labels: [dependencies]
  images:
    - match: [python, "ghcr.io/acme/*"]
      types: [refresh, patch, minor]
      allowed: "<3.15"
    - match: acme/generated
      types: []
```

{_keys(updates)}
An item of `images` has `match`, and any of the keys above but `images`, `limit` and `ignore-paths`.
{some_images["description"]}

{_keys(match)}
A `cooldown` is a number of days, or a mapping of types to numbers. Ages are those that the registry tells: when a tag
was pushed (Docker Hub), or when an image says that it was built; otherwise the day on which a run with the same
`registry-cache` first met it. What has no age is not held, and nothing is held for longer than `max-hold`.

## Registries

`registries` says how a registry is reached, by its host as images name it: through a mirror or pull-through cache, or
at a private address. Addresses that are not public are refused unless they are listed here.

```yaml
registries:
  docker.io: {{mirror: "https://mirror.example"}}
  "registry.internal:5000": {{allow-private: true}}
```

{_keys(definitions["Registry"]["properties"])}
Credentials are never in this file: they are those of `docker login`.

## Mirrors

`mirrors` says where distributions publish their packages, for the evidence of updates, `check`, `compare` and `stale`.
Without it, those servers are asked that an image names for its own packages, by https and at public addresses only;
[checking](checking.md#servers) says what is found there. A server that is named here is asked instead of them.

```yaml
mirrors:
  debian-security: "https://mirror.example/debian-security"
  alpine-secdb: "https://secdb.mirror.example"
```

The names are {_names(NAMES)}. What is at a server is what the distribution's own one has, from the folder on that
has `dists` (Debian, Ubuntu), `v3.22` (Alpine; its secdb likewise), the architectures (Wolfi, Chainguard), `9`
(AlmaLinux, Rocky Linux), `updates` (Fedora), `al2023` (Amazon Linux), `OL9` (Oracle Linux) or `ubi9` (Red Hat's
Universal Base Images); `osv` is the API of OSV.

## Paths

{_docstring(pattern)}

## Ignore comments

{_docstring(suppress)}

## hadolint's configuration

Where there is no file of ours, `.hadolint.yaml` or `.hadolint.yml` is read, and a note says so: `ignored`, `override`,
`failure-threshold` and `no-fail` mean what they mean there (`info` and `style` are `notice`). Nothing corresponds to
its other keys, which the note names.
"""


def _names(names: Iterable[str]) -> str:
    *most, last = [f"`{name}`" for name in names]
    return f"{', '.join(most)} and {last}"


def _docstring(module: ModuleType) -> str:
    """Return what a module says of itself, without its first line."""
    return (module.__doc__ or "").partition("\n")[2].strip("\n")


_SETTINGS = (
    ("`off`", "not applied"),
    ("`on`", "applied, with its own severity; also where it is off by default"),
    ("`notice`, `warning`, `error`", "applied with this severity, or a lower one where a finding's evidence is weak"),
)


def _keys(properties: Mapping[str, Any]) -> str:
    rows = [[f"`{name}`", str(each["description"]), _default(each)] for name, each in properties.items()]
    return _table(("key", "is", "default"), rows)


def _default(each: Mapping[str, Any]) -> str:
    match each.get("default"):
        case [_, *_] as default:
            return f"`[{', '.join(map(str, default))}]`"
        case bool(default):
            return f"`{str(default).lower()}`"
        case int(default):
            return f"`{default}`"
        case default:
            return f"`{default}`" if default else "nothing" if "default" in each else "required"


# --- action -------------------------------------------------------------------------------------------------------


def action_page(action: Mapping[str, Any]) -> str:
    """Return the page about the action's inputs and outputs."""
    inputs = [
        (f"`{name}`", each["description"].strip(), f"`{each['default']}`" if each.get("default") else "")
        for name, each in action["inputs"].items()
    ]
    outputs = [(f"`{name}`", each["description"].strip()) for name, each in action["outputs"].items()]
    return f"""{MADE}
# The action

{action["description"]} How it is used is told in the [README](../README.md#review-pull-requests).

## Inputs

{_table(("input", "is", "default"), inputs)}
## Outputs

{_table(("output", "is"), outputs)}"""


# --- command line -------------------------------------------------------------------------------------------------


def cli_page(parser: ArgumentParser) -> str:
    """Return the page about the command line; it is not argparse's text, which differs between Pythons."""
    sections = [MADE, f"# Command line\n\n{parser.description or ''}\n"]
    for name, command in _commands(parser):
        sections.append(f"## dockwright {name}\n\n{command.description or ''}\n")
        rows = [_option(action) for action in command._actions if action.dest != "help"]  # noqa: SLF001 - no public way
        sections.append(_table(("argument", "does", "default"), rows))
    return "\n".join(sections)


def _commands(parser: ArgumentParser) -> Iterator[tuple[str, ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, _SubParsersAction):
            yield from action.choices.items()


def _option(action: Action) -> tuple[str, str, str]:
    value = str(action.metavar or "") or ("|".join(map(str, action.choices)) if action.choices else "")
    takes = value or (action.dest.upper() if action.nargs != 0 else "")
    names = ", ".join(f"`{name}`" for name in action.option_strings) or f"`{value or action.dest}`"
    shown = f"{names} `{takes}`" if action.option_strings and takes else names
    return shown, action.help or "", _default_of(action)


def _default_of(action: Action) -> str:
    match action.default:
        case None | False:
            return ""
        case True:
            return f"`{action.option_strings[0]}`"
        case list():
            return " ".join(f"`{each}`" for each in action.default)
        case default:
            return f"`{default}`"


if __name__ == "__main__":
    sys.exit(main())
