"""An ignore comment that names no rule

## Why

The name is misspelt, or the rule is called differently now: the comment ignores nothing, and whoever wrote it believes
that it does. Only `# dockwright ignore=` comments are judged: those of hadolint and BuildKit may name rules of theirs.

## Bad

```dockerfile
FROM debian:trixie-slim
# dockwright ignore=syntaxx
RUN echo hello
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN echo hello
```

## Fix

Writes the rule's name where only one is like what is written. Safe: a comment builds nothing.
"""

from __future__ import annotations

from dockwright.finding import Severity
from dockwright.rules import rule_of_engine

check = rule_of_engine(__name__, Severity.WARNING)
