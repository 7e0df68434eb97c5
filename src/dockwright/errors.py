"""Every exception that the package raises on purpose.

    Error
     +- UsageError          the command line or the action's inputs make no sense together
     +- ConfigError         a configuration file cannot be used (names the file and the key)
     +- GitError            git refused, or the folder is no repository
     +- EditConflict        two edits of one fix, or of one run, overlap
     +- InvalidReference    a text is no image reference

`help` is what the person can do about it: one sentence, or empty.
"""

from __future__ import annotations


class Error(Exception):
    """An expected failure that ends a run; `help` says what the person can do."""

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002 - the word that users know
        """Keep the message and the advice apart, so that each report can place them."""
        super().__init__(message)
        self.help = help


class UsageError(Error):
    """The command line or the action's inputs make no sense together."""


class ConfigError(Error):
    """A configuration file cannot be used."""


class GitError(Error):
    """Git refused, is missing, or the folder is no repository."""


class EditConflict(Error):
    """Two edits overlap, so applying both would corrupt the text."""


class InvalidReference(Error):
    """A text is no image reference (distribution/reference grammar)."""
