"""GitHub's expression language, evaluated exactly as far as its inputs are known.

The language is that of "Evaluate expressions in workflows and actions" and "Contexts" (docs.github.com). What is not
known stays `Unknown`, and becomes true or false only where the rest decides alone (`inputs.x || true`). Nothing raises.
"""

from __future__ import annotations

from dockwright.files.expression.evaluate import STATUS, evaluate
from dockwright.files.expression.functions import concatenate, from_plain
from dockwright.files.expression.parse import LONGEST, parse
from dockwright.files.expression.template import Scope, condition, expand, expressions, value_of
from dockwright.files.expression.values import (
    ANY_TEXT,
    UNKNOWN,
    Array,
    Evaluated,
    Record,
    Unknown,
    parse_number,
    to_text,
    truth,
)

__all__ = [
    "ANY_TEXT",
    "LONGEST",
    "STATUS",
    "UNKNOWN",
    "Array",
    "Evaluated",
    "Record",
    "Scope",
    "Unknown",
    "concatenate",
    "condition",
    "evaluate",
    "expand",
    "expressions",
    "from_plain",
    "parse",
    "parse_number",
    "to_text",
    "truth",
    "value_of",
]
