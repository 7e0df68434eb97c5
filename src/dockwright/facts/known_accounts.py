"""Which accounts an image has for certain, and whether a stage may have made more.

The lists are those of `/etc/passwd` in Debian's base-passwd and Alpine's alpine-baselayout, old releases included, with
what Docker's official images of languages add. Read 2026-11 in those packages' and images' sources.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockwright.dockerfile.script import commands_of
from dockwright.facts.bases import Family, family_of
from dockwright.facts.manager_syntax import Action
from dockwright.facts.package_managers import steps_of
from dockwright.lifecycle import official_name

if TYPE_CHECKING:
    from dockwright.dockerfile import Dockerfile, Instruction, Stage

_OF_FAMILY = {
    Family.DEBIAN: "_apt backup bin daemon games gnats irc libuuid list lp mail man messagebus news nobody proxy root "
    "sync sys syslog systemd-bus-proxy systemd-network systemd-resolve systemd-timesync ubuntu uucp www-data",
    Family.ALPINE: "adm at bin cron cyrus daemon dhcp ftp games guest halt lp mail man messagebus news nobody ntp "
    "operator postgres postmaster root shutdown smmsp squid sshd svn sync uucp vpopmail xfs",
}
_ADDED = {
    "alpine": "",
    "buildpack-deps": "",
    "debian": "",
    "erlang": "",
    "gcc": "",
    "golang": "",
    "node": "node",
    "perl": "",
    "php": "www-data",
    "pypy": "",
    "python": "",
    "ruby": "",
    "rust": "",
    "ubuntu": "",
}
"""The official images whose accounts are known, and what they add."""

_SCRIPTS = frozenset("ansible-playbook bash dpkg make rpm sh source . eval installer puppet python python3".split())
"""Commands of which it cannot be seen whether they make accounts."""
_MAKES_NONE = frozenset(("chgrp", "chown", "mkdir"))
_MAKERS = frozenset(("adduser", "useradd"))
_OF_NO_PACKAGE = frozenset(
    "app application appuser deploy myuser non-root nonroot nonrootuser runner user worker".split()
)
"""Names that no package gives to the account of its service."""
_BRINGS_FILES = r"(?:\./?|/|/etc/?|/etc/passwd|\S*passwd|\S*rootfs\S*)"


def known_accounts(dockerfile: Dockerfile, stage: Stage) -> frozenset[str] | None:
    """Return the accounts of the image that a lineage begins with; None if they are not known."""
    bottom = dockerfile.lineage(stage)[-1]
    if bottom.scratch:
        return frozenset()
    reference = bottom.image.reference if bottom.image is not None else None
    family = family_of(reference) if reference is not None else None
    added = _ADDED.get(official_name(reference.name) or "") if reference is not None else None
    return None if family is None or added is None else frozenset(f"{_OF_FAMILY[family]} {added}".split())


def may_make(dockerfile: Dockerfile, stage: Stage, account: str) -> bool:
    """Tell whether something in a lineage may make an account: it is named there, or what is done cannot be seen."""
    for level in dockerfile.lineage(stage):
        for each in level.instructions:
            if each.name == "ADD" or (each.name == "COPY" and _brings_accounts(each)):
                return True
            if each.name == "RUN" and _run_may_make(dockerfile, each, account):
                return True
    return False


def _brings_accounts(copy: Instruction) -> bool:
    target = copy.words[-1].text if copy.words else ""
    return any("passwd" in word.text for word in copy.words) or re.fullmatch(_BRINGS_FILES, target) is not None


def _run_may_make(dockerfile: Dockerfile, run: Instruction, account: str) -> bool:
    commands = commands_of(dockerfile, run)
    if not commands or run.heredocs or "passwd" in run.span.text:
        return True
    if account not in _OF_NO_PACKAGE:
        # Packages bring the accounts of their services along.
        steps = steps_of(dockerfile, run)
        if any(step.is_system and step.action in {Action.INSTALL, Action.UPGRADE} for step in steps):
            return True
    named = rf"(?<![\w-]){re.escape(account)}(?![\w-])"
    for command in commands:
        name = command.name
        if name is None or "/" in name or name in _SCRIPTS or name.endswith(".sh"):
            return True
        unseen = command.name in _MAKERS and any(word.literal is None for word in command.arguments)
        if unseen or (name not in _MAKES_NONE and any(re.search(named, word.text) for word in command.arguments)):
            return True
    return False
