"""Every exception that the package raises on purpose.

    Error
     +- UsageError          the command line or the action's inputs make no sense together
     +- ConfigError         a configuration file cannot be used (names the file and the key)
     +- GitError            git refused, or the folder is no repository
     +- GitHubError         GitHub's API refused, or could not be reached
     |   +- MissingPermission   the token may not do it (names the permission to grant)
     |   |   +- NotPermitted    no workflow of the repository may open pull requests (a setting)
     |   +- ReadOnlyToken       the token can only read, whatever the workflow grants: a fork's, or Dependabot's
     |   +- NotFound            it is not there, or the token may not know that it is
     |   +- Refused             the request is against a rule of GitHub's (422): a line outside the diff
     |   +- RateLimited         too many requests; GitHub has not executed this one
     |   +- Unavailable         a server error or no answer; the request may have been executed
     +- RegistryError       an image registry refused, or could not be reached (names the host)
     |   +- RegistryUnauthorized   it wants credentials, or does not accept those that it was given
     |   +- RegistryNotFound       it has no such repository, tag or manifest, or does not tell
     |   +- RegistryLimited        too many requests
     |   +- RegistryUnavailable    a server error or no answer
     |   +- RegistryUntrusted      its answer, or the address that it leads to, must not be used
     +- ShellCheckError     ShellCheck is missing, too old, or gives no usable answer
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


class GitHubError(Error):
    """GitHub's API refused, or could not be reached."""


class MissingPermission(GitHubError):
    """The token may not do it; `help` is what to add to the workflow."""


class NotPermitted(MissingPermission):
    """No workflow may open pull requests, whatever its `permissions` say; `help` is where to allow it."""


class ReadOnlyToken(GitHubError):
    """The token can only read, whatever the workflow grants."""


class NotFound(GitHubError):
    """What was asked for is not there, or the token may not know that it is."""


class Refused(GitHubError):
    """The request is against a rule of GitHub's (status 422); repeating it is of no use."""


class RateLimited(GitHubError):
    """Too many requests: this one was not executed, and may be sent again after `wait` seconds."""

    def __init__(self, message: str, *, help: str = "", wait: float = 60) -> None:  # noqa: A002 - as in the parent
        """Keep how long to wait."""
        super().__init__(message, help=help)
        self.wait = wait


class Unavailable(GitHubError):
    """A server error, or no answer in time: the request may have been executed all the same."""


class RegistryError(Error):
    """An image registry refused, or could not be reached."""

    def __init__(self, message: str, *, host: str, help: str = "") -> None:  # noqa: A002 - as in the parent
        """Keep the registry's host (and port), as references name it."""
        super().__init__(message, help=help)
        self.host = host


class RegistryUnauthorized(RegistryError):
    """The registry wants credentials, or does not accept those that it was given."""


class RegistryNotFound(RegistryError):
    """The registry has no such repository, tag or manifest, or does not tell this reader that it has."""


class RegistryLimited(RegistryError):
    """Too many requests; the registry has not executed this one."""


class RegistryUnavailable(RegistryError):
    """A server error, or no answer in time."""


class RegistryUntrusted(RegistryError):
    """The registry's answer, or an address that it leads to, must not be used: a wrong digest, a private host."""


class ShellCheckError(Error):
    """ShellCheck is missing, too old, or gives no usable answer."""


class EditConflict(Error):
    """Two edits overlap, so applying both would corrupt the text."""


class InvalidReference(Error):
    """A text is no image reference (distribution/reference grammar)."""
