"""An ignore comment that ignores nothing

## Why

The comment was right once: the line it excuses was mended since, or the rule has learned to tell. It stays behind and
hides the same mistake when somebody makes it again. Only `# dockwright ignore=` comments are judged: those of hadolint
and BuildKit may be meant for rules of theirs. A rule that is switched off finds nothing, so its comments are not judged
either.

## Bad

```dockerfile
FROM debian:trixie-slim
# dockwright ignore=syntax the keyword was misspelt here
RUN echo hello
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN echo hello
```

## Fix

Removes the comment, or the name in it that is not needed. Safe: a comment builds nothing. There is no fix where the
line below would become a parser directive.
"""

from __future__ import annotations

from dockwright.finding import Severity
from dockwright.rules import rule_of_engine

check = rule_of_engine(__name__, Severity.NOTICE)
