"""The kinds of nodes in tree-sitter-bash's grammar, by what the walk does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.shell.model import Context

if TYPE_CHECKING:
    from dockwright.shell.model import Operator

GROUPS = {
    "subshell": int(Context.SUBSHELL),
    "compound_statement": 0,
    "if_statement": int(Context.CONDITION),
    "while_statement": int(Context.CONDITION),
    "for_statement": int(Context.LOOP),
    "c_style_for_statement": int(Context.LOOP),
    "case_statement": int(Context.BRANCH),
    "function_definition": int(Context.FUNCTION),
}
"""Compound commands, with the context of what stands first in them."""

PARTS = {
    "elif_clause": int(Context.CONDITION),
    "else_clause": int(Context.BRANCH),
    "case_item": int(Context.BRANCH),
    "do_group": int(Context.LOOP),
}
"""What changes the context within a compound command (besides the keyword `then`)."""

BRANCH = int(Context.BRANCH)
SUBSTITUTION = int(Context.SUBSTITUTION)
SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
OPAQUE = frozenset(
    {
        "simple_expansion",
        "expansion",
        "arithmetic_expansion",
        "brace_expression",
        "extglob_pattern",
        "regex",
        "array",
        "translated_string",
    }
)
"""Pieces of words whose insides are no pieces of the word."""

QUOTED = frozenset({"raw_string", "ansi_c_string"})
WORDS = frozenset(
    {"word", "number", "string", "concatenation", "test_operator", "variable_assignment"}
    | SUBSTITUTIONS
    | OPAQUE
    | QUOTED
)
OPERATORS: dict[str, Operator] = {
    "&&": "&&",
    "||": "||",
    ";": ";",
    "&": "&",
    "|": "|",
    "|&": "|&",
    ";;": ";",
    ";&": ";",
    ";;&": ";",
}
"""Tokens between commands, with what they mean for the order in which commands run."""

KEYWORDS = frozenset(
    {"if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "(", ")", "{", "}"}
)
STATEMENTS = frozenset({"program", "list", "pipeline", "redirected_statement", "heredoc_redirect", "ERROR"})
COMMANDS = frozenset({"command", "command_name", "declaration_command", "unset_command"})
HOLDERS = COMMANDS | STATEMENTS | {"variable_assignments"}
"""Where a word is a word of a command; tree-sitter-bash puts some beside the command that they belong to."""

LISTS = (STATEMENTS | {"negated_command"} | GROUPS.keys() | PARTS.keys() | SUBSTITUTIONS) - {"c_style_for_statement"}
"""Where `;`, `&&`, ... join commands; elsewhere they are operators of `[[ ]]`, `(( ))` or `for ((;;))`."""
TESTS = frozenset(
    {"test_command", "binary_expression", "unary_expression", "parenthesized_expression", "ternary_expression"}
)
REDIRECTIONS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})
