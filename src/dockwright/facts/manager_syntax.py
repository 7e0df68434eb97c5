"""How the command lines of package managers are read: their subcommands, and the options that take a value.

By the manuals: apt-get(8), apk(8), dnf(8), zypper(8), `pip install --help`, `uv help`, `npm help`, ... Only what
installs is listed; every other subcommand does not matter here.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Action(Enum):
    """What a command does with packages.

    `REFRESH` only fetches the lists of what there is; `PROJECT` installs what a project's own files ask for.
    """

    REFRESH = "refresh"
    INSTALL = "install"
    UPGRADE = "upgrade"
    PROJECT = "project"


class Syntax(Struct, frozen=True):
    """How a manager's command line is read; without a subcommand it does what `bare` says."""

    name: str
    verbs: Mapping[str, Action]
    takes_value: frozenset[str]
    bare: Action | None


# For each manager: an action and its subcommands in turn; `-` stands for none.
_VERBS = {
    "apt": "refresh: update install: install build-dep upgrade: upgrade dist-upgrade full-upgrade safe-upgrade",
    "apk": "refresh: update install: add upgrade: upgrade",
    "dnf": "refresh: makecache check-update install: install localinstall groupinstall reinstall "
    "upgrade: update upgrade distro-sync",
    "zypper": "refresh: refresh ref install: install in upgrade: update up patch dist-upgrade dup",
    "pip": "install: install wheel download",
    "pipx": "install: install",
    "uv": "install: add project: sync",
    "poetry": "install: add project: install sync",
    "pipenv": "install: install project: sync",
    "pdm": "install: add project: install sync",
    "conda": "install: install create upgrade: update",
    "npm": "install: install i add project: ci clean-install",
    "pnpm": "install: install i add project: fetch",
    "yarn": "install: add global project: install -",
    "bun": "install: install i add",
    "gem": "install: install",
    "bundle": "project: install -",
    "composer": "install: require upgrade: update project: install i",
    "cargo": "install: install project: fetch build",
    "go": "install: get install project: mod build",
    "dotnet": "project: restore build publish",
}

_PIP_VALUES = (
    "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links -w "
    "--wheel-dir --trusted-host --prefix --root --src --cache-dir --platform --python-version --implementation --abi "
    "--only-binary --no-binary --progress-bar --proxy --retries --timeout --log --cert --client-cert -d --dest "
    "--exists-action --upgrade-strategy --global-option --install-option --build-option --config-settings -C -p -P "
    "--report --group --python --root-user-action --use-feature --use-deprecated --index --default-index --extra "
    "--build-constraints -b --override --index-strategy --link-mode --keyring-provider --prerelease --resolution "
    "--exclude-newer --no-build-isolation-package --reinstall-package --upgrade-package --python-platform"
)
_NODE_VALUES = (
    "--prefix -C --dir --cwd --registry --filter -F --workspace -w --cache --network-timeout --network-concurrency "
    "--cache-folder --modules-folder --loglevel --fetch-timeout --fetch-retries --mutex --store-dir --reporter"
)
_TAKES_VALUE = {
    "apt": "-o --option -t --target-release --default-release -c --config-file -a --host-architecture",
    "apk": "-t --virtual -X --repository -p --root --repositories-file --keys-dir --arch --cache-dir --cache-max-age "
    "--timeout --wait --progress-fd",
    "dnf": "--enablerepo --disablerepo --repo --repoid --installroot --setopt --releasever -x --exclude -c --config -d "
    "-e",
    "zypper": "-R --root -r --repo --from -t --type -p --plus-repo --plus-content -C --capability",
    "pacman": "-b --dbpath -r --root --cachedir --config",
    "pip": _PIP_VALUES,
    "pipx": _PIP_VALUES,
    "uv": f"{_PIP_VALUES} --directory --project",
    "poetry": "-C --directory -P --project --without --with --only -E --extras",
    "pipenv": "-r --requirements -e --editable -i --index -p --python --pypi-mirror --extra-pip-args --categories",
    "pdm": "-p --project -G --group",
    "conda": "-c --channel -n --name -p --prefix -f --file --solver",
    "npm": _NODE_VALUES,
    "pnpm": _NODE_VALUES,
    "yarn": _NODE_VALUES,
    "bun": _NODE_VALUES,
    "gem": "-v --version -i --install-dir -n --bindir -s --source",
    "bundle": "-j --jobs --gemfile --path --without --with --retry --binstubs",
    "composer": "-d --working-dir --ignore-platform-req",
    "cargo": "--manifest-path --target --target-dir --features --bin -p --package --profile -j --jobs --config --path",
    "go": "-C -o -ldflags -tags -mod -p -gcflags -asmflags -installsuffix -buildmode",
    "mvn": "-f --file -P -pl --projects -s --settings -T --threads -l",
    "gradle": "-p --project-dir -x --exclude-task -b --build-file",
    "dotnet": "-c --configuration -o --output -r --runtime -f --framework -v --verbosity -s --source --configfile",
}

_ALIASES = {
    "apt-get": "apt",
    "aptitude": "apt",
    "bundler": "bundle",
    "composer.phar": "composer",
    "dnf5": "dnf",
    "gradlew": "gradle",
    "mamba": "conda",
    "microdnf": "dnf",
    "micromamba": "conda",
    "mvnw": "mvn",
    "tdnf": "dnf",
    "yum": "dnf",
}
"""Other programs that are read like one of these."""


@lru_cache(maxsize=256)  # it is asked by any name that a script holds
def syntax_of(program: str) -> Syntax | None:
    """Return how a program's command line is read; None for a program that is no package manager."""
    name = _ALIASES.get(program, program)
    if name not in _TAKES_VALUE:
        return None
    verbs: dict[str, Action] = {}
    action = Action.INSTALL
    for word in _VERBS.get(name, "").split():
        if word.endswith(":"):
            action = Action(word[:-1])
        else:
            verbs[word] = action
    return Syntax(name, verbs, frozenset(_TAKES_VALUE[name].split()), verbs.pop("-", None))
