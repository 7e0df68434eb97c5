"""Which files are secrets: by their names, and by what they hold where they can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.facts.secrets import Evidence, Suspicion, find_tokens, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

_BY_SSH = "Use `RUN --mount=type=ssh`."
_BY_MOUNT = "Use `RUN --mount=type=secret` where the build needs it."
_AT_START = "Give it to the container when it starts."


class SecretFile(Struct, frozen=True, gc=False):
    """A kind of file.

    Attributes:
        names: a regular expression for the end of a path in lower case, from a whole name on.
        kind: what it is, with its article.
        instead: what to do, one sentence.
        mixed: such a file may as well hold nothing secret, so its content decides where it can be read.
        unread: how sure it is that one that cannot be read is secret; None says nothing.
    """

    names: str
    kind: str
    instead: str
    mixed: bool = False
    unread: Evidence | None = Evidence.LIKELY


_MAYBE = Evidence.DEFAULT
_FILES: Sequence[SecretFile] = (
    SecretFile(r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:[._-](?!.*pub).*)?", "a private SSH key", _BY_SSH),
    SecretFile(r"\.ssh", "a folder of SSH keys", _BY_SSH),
    SecretFile(r"[._]netrc|\.git-credentials|\.pypirc|\.pgpass", "a file of passwords", _BY_MOUNT),
    SecretFile(r"\.npmrc|\.yarnrc\.yml", "what npm or Yarn logs in with", _BY_MOUNT, mixed=True, unread=_MAYBE),
    SecretFile(r"auth\.json", "what Composer logs in with", _BY_MOUNT, mixed=True, unread=_MAYBE),
    SecretFile(r"\.dockercfg|\.docker/config\.json", "what Docker logs in with", _BY_MOUNT),
    SecretFile(r"\.aws(?:/credentials)?", "what AWS is called with", _BY_MOUNT),
    SecretFile(r"kubeconfig|\.kube(?:/config)?", "what a cluster is called with", _AT_START),
    SecretFile(r"(?:\w+[-_])?(?:service[-_]?account|credentials)(?:[-_]\w+)?\.json", "a service's key", _AT_START),
    SecretFile(r"\.env", "a file of settings and secrets", _AT_START, mixed=True),
    SecretFile(r"\.env\.\w+", "a file of settings, perhaps with secrets", _AT_START, mixed=True, unread=_MAYBE),
    SecretFile(r"secrets?\.(?:ya?ml|json|toml|txt|ini|env)", "a file of secrets", _AT_START, mixed=True),
    SecretFile(r"config/master\.key", "the key to Rails' credentials", _AT_START),
    SecretFile(r"terraform\.tf(?:state|vars)", "a file of Terraform's values", _AT_START, mixed=True),
    SecretFile(r".*\.(?:p12|pfx)", "a certificate with its private key", _AT_START),
    SecretFile(r"(?:.*[._-])?(?:priv|privkey|private|key)\.pem", "a private key", _AT_START),
    SecretFile(r"(?:server|tls|ssl|private|privkey|client)\.key", "a private key", _AT_START),
    SecretFile(r".*\.(?:pem|key|ppk)", "a private key", _AT_START, mixed=True, unread=None),
)
_ANY = rf"(?:.*/)?(?:{'|'.join(f'({each.names})' for each in _FILES)})"
_HINTS = (
    *("id_", "/.", "_netrc", "auth.json", "kube", "account", "credentials", "secret", "master.key", "terraform"),
    *(".p12", ".pfx", ".pem", ".key", ".ppk"),
)
"""Texts of which the path of each of these files holds one: a cheap look before the patterns are needed."""
_LONGEST = 256
"""Characters of a path that are looked at, from its end."""
_MADE_UP = (
    r"(?:^|[/._-])(?:tests?|testdata|fixtures?|examples?|samples?|demos?|dummy|snakeoil|mocks?|dist|template|tmpl|tpl"
    r"|defaults?|schema|localhost)(?:[/._-]|$)|[._-]?(?:pub|public|gpg|pgp)[._-]?[^/]*$"
)
"""Words in a path that say that it is no secret, or none that matters."""
_SETTING = r"^[ \t]*(?:export[ \t]+)?[\"']?(?P<name>[\w.-]+)[\"']?[ \t]*[=:][ \t]*[\"']?(?P<value>[^\"'\s#]+)"
_NPM_LOGIN = (
    r"_(?:authToken|auth|password)[ \t]*=[ \t]*[\"']?(?!\$)[^\s\"'$]{8,}|npmAuthToken:[ \t]*[\"']?(?![\"']?\$)\S{8,}"
)


def secret_file(path: str) -> SecretFile | None:
    """Return the kind of secret that a path names; None if it names none, or one that is made up."""
    name = path.lower().rstrip("/")[-_LONGEST:]
    if name == "." or not any(hint in f"/{name}" for hint in _HINTS):
        return None
    match = re.fullmatch(_ANY, name)
    if match is None or re.search(_MADE_UP, name):
        return None
    return _FILES[(match.lastindex or 1) - 1]


def weigh_file(file: SecretFile, text: str | None) -> Suspicion | None:
    """Weigh a file by what it holds; None is a text that cannot be read."""
    if text is None:
        return None if file.unread is None else Suspicion(file.unread, file.kind)
    tokens = find_tokens(text)
    if tokens:
        return Suspicion(Evidence.CERTAIN, tokens[0].kind)
    if not file.mixed or re.search(_NPM_LOGIN, text):
        return Suspicion(Evidence.LIKELY, file.kind)
    found = [weigh(match["name"], match["value"]) for match in re.finditer(_SETTING, text, re.MULTILINE)]
    evidence = {suspicion.evidence for suspicion in found if suspicion is not None}
    return Suspicion(Evidence.LIKELY, file.kind) if Evidence.LIKELY in evidence else None
