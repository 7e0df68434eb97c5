"""`USER` is a name, not a number

## Why

Only the image's own `/etc/passwd` knows what number a name is. Kubernetes' `runAsNonRoot` compares numbers, a volume's
files belong to numbers, and a host that maps users knows numbers only. A name reads better, and is fine where nothing
of that is used: so this is off by default. Where a manifest of the repository really needs the number, `user-by-name`
says so.

Only the user that the published image ends with counts, and not `root`.

## Bad

```dockerfile
FROM debian:trixie-slim
RUN useradd --uid 10001 app
USER app
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN useradd --uid 10001 app
USER 10001
```

## Fix

The number that the account is given when it is made takes the place of its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.dockerfile.user import users
from dockwright.facts.accounts import made_accounts
from dockwright.finding import Applicability, Fix, Problem, Severity
from dockwright.rules import rule_in_context
from dockwright.source import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile
    from dockwright.project import Project


@rule_in_context(Severity.NOTICE, aliases=("hadolint:DL3066",), enabled=False, instructions=("USER",))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield the `USER` by name that a published image ends with."""
    target = dockerfile.target(project.target)
    last = None if target is None else next(users(dockerfile, target), None)
    account = None if last is None else last.account
    if target is None or last is None or not account or account.isdecimal() or account == "root":
        return
    number = next((each.uid for each in made_accounts(dockerfile, target) if each.name == account), None)
    message = f"Only this image knows which number `{account}` is. Write the number, where others have to know it."
    place = last.instruction.arguments.exact
    fix = None
    if number is not None and number.isdecimal() and place is not None and place.text.strip() == account:
        fix = Fix(f"Write `{number}`", (Edit(place, number),), Applicability.SAFE)
    yield Problem(last.instruction.span, message, fix)
