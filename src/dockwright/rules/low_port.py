"""A port below 1024 for a process that is not root

## Why

Linux gave ports below 1024 to root only. Most runtimes have lifted that for containers: Docker
[since 20.10](https://github.com/moby/moby/pull/41030), and Kubernetes on containerd
[since 2.0](https://github.com/containerd/containerd/pull/11502), let everyone bind them. But
[CRI-O](https://github.com/cri-o/cri-o/issues/10050), and with it OpenShift, does not, nor does any runtime on the
host's network (`network_mode: host`, `hostNetwork`), nor containerd before 2.0 by default. There the program ends with
"permission denied". A port from 1024 on works everywhere, and every runtime can map port 80 to it (`-p 80:8080`, a
Service's `targetPort`), so nobody has to be root for it.

The rule looks at what servers are told by their command or by well-known variables, at `listen` in configuration files
that are copied, and at `EXPOSE`, if that has no port from 1024 on. Without a user other than root, `runs-as-root`
speaks instead. A program that was given the capability (`setcap cap_net_bind_service`) is left alone, and so is a file
that lets somebody use `sudo` without a password: the server may be started with it. The finding is a warning where the
repository has manifests of Kubernetes or OpenShift or uses the host's network, otherwise a notice.

## Bad

```dockerfile
FROM python:3.14-slim-trixie
RUN pip install gunicorn flask
COPY shop.py .
USER 10001
EXPOSE 80
CMD ["gunicorn", "--bind", ":80", "shop:app"]
```

## Good

```dockerfile
FROM python:3.14-slim-trixie
RUN pip install gunicorn flask
COPY shop.py .
USER 10001
EXPOSE 8080
CMD ["gunicorn", "--bind", ":8080", "shop:app"]
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.user import users
from dockwright.facts.bases import Starts
from dockwright.facts.built_targets import run_targets
from dockwright.facts.ports import low_ports
from dockwright.facts.root import external_base
from dockwright.facts.surroundings import services_of, workloads
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Stage
    from dockwright.facts.ports import Port
    from dockwright.project import Project

_ALLOWED_BY = ("cap_net_bind_service", "authbind", "ip_unprivileged_port_start", "nopasswd")


@rule_in_context(Severity.WARNING)
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the ports below 1024 that somebody other than root is to bind, at the place that decides most."""
    for target in run_targets(dockerfile, project):
        account = _account(dockerfile, target.stage)
        ports = () if account is None else tuple(low_ports(dockerfile, target.stage, project.tree))
        if account is not None and ports and not any(word in dockerfile.source.text.lower() for word in _ALLOWED_BY):
            gentle = None if _may_be_refused(dockerfile, project) else Severity.NOTICE
            others = tuple(port.span for port in ports[1:])
            message = _message(ports, account)
            yield Problem(ports[0].span, message, causes=others, at_most=gentle, related=target.related)


def _message(ports: tuple[Port, ...], account: str) -> str:
    numbers = sorted({port.number for port in ports})
    named = f"port {numbers[0]}" if len(numbers) == 1 else "ports " + ", ".join(map(str, numbers))
    return (
        f"`{account}` is to bind {named}: most runtimes let non-root do that now, but not CRI-O (OpenShift), host "
        "networking and containerd before 2.0. Listen on 1024 or above; every runtime can map a low port to it."
    )


def _account(dockerfile: Dockerfile, stage: Stage) -> str | None:
    """Return the user that the image runs as, if it is known to be somebody other than root."""
    last = next(users(dockerfile, stage), None)
    if last is not None:
        return last.account if last.is_root is False else None
    base = external_base(dockerfile, stage)
    return base.account if base is not None and base.starts is Starts.NON_ROOT else None


def _may_be_refused(dockerfile: Dockerfile, project: Project) -> bool:
    """Tell whether the repository uses what may refuse the port."""
    services = services_of(project.tree, dockerfile.source.path)
    host = any(service.network_mode and service.network_mode.text == "host" for service in services)
    return host or bool(workloads(project.tree))
