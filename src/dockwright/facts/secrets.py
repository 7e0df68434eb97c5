"""What a secret looks like: by the name that it is given, and by its own form.

Both count. A name alone is no evidence (`GPG_KEY` is a public fingerprint, `TOKEN_URL` an address), and neither is a
random-looking value (a checksum). Token formats are those that their issuers document.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class Evidence(Enum):
    """How sure it is that a value is a secret.

    `DEFAULT`: it is named as one, and its value is one that everybody knows or tries first.
    `LIKELY`: it is named as one, and its value is none that people make up.
    `CERTAIN`: it has a format that only credentials have.
    """

    DEFAULT = "default"
    LIKELY = "likely"
    CERTAIN = "certain"


class Suspicion(Struct, frozen=True, gc=False):
    """Why a value counts as a secret; `kind` says what it is, if its format tells ("a GitHub token")."""

    evidence: Evidence
    kind: str = "a password"


class TokenFormat(Struct, frozen=True, gc=False):
    """A format of which every text is a credential; `name` says whose, `pattern` is a regular expression."""

    name: str
    pattern: str


_FORMATS: Sequence[TokenFormat] = (
    TokenFormat("a private key", r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
    TokenFormat("an AWS access key", r"\bA(?:KIA|SIA)[A-Z2-7]{16}\b"),
    TokenFormat("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{36,255}\b"),
    TokenFormat("a GitLab token", r"\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}"),
    TokenFormat("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    TokenFormat("a PyPI token", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    TokenFormat("a Docker access token", r"\bdckr_[po]at_[A-Za-z0-9_-]{27,}"),
    TokenFormat("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}"),
    TokenFormat("a Slack webhook", r"\bhooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}"),
    TokenFormat("a Stripe key", r"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    TokenFormat("an OpenAI or Anthropic key", r"\bsk-(?:proj-|ant-|svcacct-)[A-Za-z0-9_-]{32,}"),
    TokenFormat("a Hugging Face token", r"\bhf_[A-Za-z0-9]{34}\b"),
    TokenFormat("a DigitalOcean token", r"\bdo[op]_v1_[a-f0-9]{64}\b"),
    TokenFormat("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"),
)
_MARKS = (
    *("PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-"),
    *("glcbt-", "glptt-", "npm_", "pypi-", "dckr_", "xox", "hooks.slack.com", "k_live_", "sk-", "hf_", "_v1_", "SG."),
)
"""One of these is in every credential of the formats; looking for them is ten times quicker than the pattern."""

_SHORTEST = 20
"""No format has fewer characters than an AWS access key."""


class Token(Struct, frozen=True, gc=False):
    """A credential found in a text: whose format it has, and where."""

    kind: str
    start: int
    end: int


def has_mark(text: str) -> bool:
    """Tell whether a text may hold a credential of a known format."""
    return any(map(text.__contains__, _MARKS))


def find_tokens(text: str) -> list[Token]:
    """Find credentials of known formats; examples from documentation are none."""
    if len(text) < _SHORTEST or not has_mark(text):
        return []
    return [
        Token(_FORMATS[(match.lastindex or 1) - 1].name, match.start(), match.end())
        for match in re.finditer(_any_format(), text)
        if not re.search(_EXAMPLE, match[0])
    ]


def _any_format() -> str:
    return "|".join(f"({each.pattern})" for each in _FORMATS)


_EXAMPLE = r"EXAMPLE|XXXX|xxxx|0{8}|1234567890|abcdefgh|ABCDEFGH|\*\*\*"

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SECRET_WORDS = frozenset(
    {
        *("apikey", "apitoken", "authtoken", "credential", "credentials", "pass", "passphrase", "passwd", "passwort"),
        *("password", "pw", "pwd", "secret", "secretkey", "secrets", "token", "accesstoken", "privatekey", "pat"),
    }
)
_SECRET_ENDS = ("password", "passwd", "passphrase", "secret", "token")
"""What a word without a boundary ends in: `PGPASSWORD`, `AUTHTOKEN`."""
_SECRET_KEYS = frozenset(
    {
        *("access", "admin", "api", "app", "auth", "deploy", "encryption", "license", "licence", "master", "private"),
        *("secret", "service", "session", "sign", "signing", "ssh", "account", "storage", "hmac", "jwt", "cookie"),
    }
)
"""Words that make a secret of a `KEY` that follows them."""
_HARMLESS_WORDS = frozenset(
    {
        *("public", "maps", "pub", "publishable", "anon", "gpg", "pgp", "vite", "react", "gatsby", "expo"),
        *("fingerprint", "checksum", "sha", "sha1", "sha256", "sha512", "md5", "hash", "hashes", "dummy", "fake"),
        *("test", "example", "bypass", "tokenizer", "tokenizers", "max", "min", "num", "count", "limit", "require"),
        *("required", "use", "enable", "disable", "allow", "no", "without", "with"),
    }
)
"""Words that say that it is public, about secrets, or made up. Frameworks put what begins with theirs in web pages."""
_HARMLESS_ENDS = frozenset(
    {
        *("id", "ids", "alias", "dir", "directory", "file", "files", "filename", "name", "names", "path", "paths"),
        *("url", "urls", "uri", "host", "hostname", "port", "endpoint", "server", "address", "domain", "issuer"),
        *("version", "enabled", "disabled", "ttl", "expiry", "expiration", "expires", "lifetime", "timeout", "age"),
        *("duration", "length", "size", "type", "kind", "mode", "format", "header", "prefix", "suffix", "plugin"),
        *("policy", "algorithm", "alg", "region", "ref", "arn", "store", "manager", "provider", "backend", "driver"),
        *("command", "cmd", "helper", "env", "var", "label", "field", "key_name", "scope", "scopes", "audience"),
        *("method", "strategy", "hint", "prompt", "rotation", "interval", "reset", "validator", "generator", "salt"),
    }
)


@lru_cache(maxsize=1024)  # options and variables have few names
def names_secret(name: str) -> bool:
    """Tell whether a variable is named as a secret, and not as something about one."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _HARMLESS_ENDS or _HARMLESS_WORDS.intersection(words):
        return False
    if words in (["pwd"], ["old", "pwd"]):
        return False
    if words[-1] == "key":
        return len(words) > 1 and words[-2] in _SECRET_KEYS
    return bool(_SECRET_WORDS.intersection(words)) or words[-1].endswith(_SECRET_ENDS)


_PLACEHOLDER = (
    r"chang(?:e|m)|example|placeholder|dummy|fake|sample|replace|your|todo|redacted|insert|unused"
    r"|undefined|not[-_ ]?set|\.\.\.|x{3,}|y{3,}|\*\*|<.*>|\{\{.*\}\}|^@.*@$|^%.*%$|^(?:my|some|the|an?)[-_ ]"
    r"|^my.*(?:secret|token|key)|^(?:test(?:ing)?|foo|bar|foobar|none|null|nil|default|empty|build|secret|token|key|value"
    r"|string|true|false|yes|no|on|off|disabled?|enabled?|ignored?|\d{1,4})$"
)
_FEW_CHARACTERS = 3
"""A value of fewer different characters is a filler (`00000000-0000-...`)."""
_OTHER_VALUE = (
    r"[./~][\w./@+ -]*|[\w./-]+\.(?:pem|key|crt|cer|json|ya?ml|txt|env|jks|p12|pub|asc|gpg|conf|properties)"
    r"|(?:ssh-(?:rsa|ed25519|dss)|ecdsa-\S+) .*|-----BEGIN (?:PGP )?(?:PUBLIC KEY|CERTIFICATE).*"
    r"|[a-z][a-z0-9+.-]*://[^\s@]*"
    r"|(?:sha\d+|argon2\w*|pbkdf2\w*|bcrypt|scrypt):.*|\$\w{1,2}\$.*"  # a password's hash
)
_FINGERPRINT = r"[0-9a-fA-F]{40}|(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16})"
"""The fingerprint of an OpenPGP key, whole or its last half or quarter of bytes."""
_LOGIN_IN_URL = r"\b[a-z][a-z0-9+.-]{0,20}://(?P<user>[^\s/:@$'\"]*)(?::(?P<password>[^\s/@$'\"]*))?@(?P<host>[\w.-]+)"
_CLASSES = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
_ABOUT_ITSELF = ("pass", "secret", "token", "key", "default", "admin")
_TOKEN_LENGTH = 20
_LONGEST = 256
"""Characters that are looked at; what is longer is no placeholder, and patterns must not take long over it."""
_LONG = 16
_SHORT = 8


def is_placeholder(value: str) -> bool:
    """Tell whether a value stands for one that is given later, or can't be a secret at all: a path, an address."""
    value = value.strip()[:_LONGEST]
    few = len(set(value)) < _FEW_CHARACTERS
    if few or re.search(_PLACEHOLDER, value, re.IGNORECASE):
        return True
    return re.fullmatch(_OTHER_VALUE, value, re.DOTALL) is not None


def looks_generated(value: str) -> bool:
    """Tell whether a value is a password that somebody took care of, rather than a well-known default."""
    value = value.strip()
    classes = sum(any(is_of(character) for character in value) for is_of in _CLASSES)
    digits = sum(character.isdigit() for character in value)
    if any(word in value.lower() for word in _ABOUT_ITSELF):
        return False
    if len(value) >= _LONG and classes > 1 and digits > 1:
        return True
    return len(value) >= (_SHORT if digits > 1 else _LONG) and classes > 2  # noqa: PLR2004 - three of the four classes


def weigh(name: str, value: str) -> Suspicion | None:
    """Weigh a variable and its value together; None if it is no secret, as far as one can tell."""
    tokens = find_tokens(value)
    if tokens:
        return Suspicion(Evidence.CERTAIN, tokens[0].kind)
    url = find_url_password(value)
    if url is not None:
        return Suspicion(url)
    if not names_secret(name) or is_placeholder(value) or value.strip() == name:
        return None
    if re.fullmatch(_FINGERPRINT, value.strip()) and name.lower().endswith(("key", "keys")):
        return None
    return Suspicion(Evidence.LIKELY if looks_generated(value) else Evidence.DEFAULT)


def find_url_password(text: str) -> Evidence | None:
    """Weigh what a URL logs in with (`scheme://user:password@host`); None if there is none to worry about."""
    for match in re.finditer(_LOGIN_IN_URL, text) if "://" in text else ():
        user, password, host = match["user"], match["password"] or "", match["host"]
        # A name without a dot is another container, or the machine itself: a default of development.
        if "." not in host or host.startswith("127.") or "example" in host:
            continue
        if password == "" and "sentry" in host:
            continue  # a DSN: what may send reports, not read them; every web page that does shows it
        if len(user) >= _TOKEN_LENGTH and looks_generated(user):
            return Evidence.LIKELY  # GitHub and others take a token in the user's place
        if not is_placeholder(password) and password != user:
            return Evidence.LIKELY if looks_generated(password) else Evidence.DEFAULT
    return None
