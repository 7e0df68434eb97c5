"""The rights that the action runs with."""

from __future__ import annotations

import os

DOCKER_SOCKET = "/var/run/docker.sock"
"""Mounted into every action's container: whoever may write to it is root on the machine."""

_NOBODY = 65534


def drop_root(workspace: str, *, socket: str = DOCKER_SOCKET) -> None:
    """Become the owner of the workspace, if this is root and the owner is not.

    Containers of actions start as root. As the owner, git trusts the checkout, what is written can be removed by later
    steps, and a hole in a parser is not worth more than the files that are there anyway.
    """
    owner = os.stat(workspace)
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    try:
        # On GitHub's machines the runner's group is docker's, and that one may write to the socket.
        group = _NOBODY if owner.st_gid == os.stat(socket).st_gid else owner.st_gid
    except OSError:
        group = owner.st_gid
    try:
        os.setgroups([])
        os.setgid(group)
        os.setuid(owner.st_uid)
    except PermissionError:
        return  # a container without the capability to change; root has little power there
