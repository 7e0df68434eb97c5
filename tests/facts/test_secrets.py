from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.facts.secret_files import secret_file, weigh_file
from dockwright.facts.secrets import (
    _FORMATS,
    _MARKS,
    Evidence,
    find_tokens,
    find_url_password,
    is_placeholder,
    looks_generated,
    names_secret,
    weigh,
)

BODY = "Zk3vT9xQ2mRb7LpW5nYc8HdJ4sFg6KaBt1Qe"


@pytest.mark.parametrize(
    "name",
    "PASSWORD DB_PASSWORD dbPassword MYSQL_PWD API_KEY APIKEY APIKey secretKey AWS_SECRET_ACCESS_KEY NPM_TOKEN "
    "JWT_SECRET PGPASSWORD DB_PASS CREDENTIALS SSH_PRIVATE_KEY DEPLOY_KEY RAILS_MASTER_KEY GITHUB_PAT VNC_PW".split(),
)
def test_names_of_secrets(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize(
    "name",
    "PWD OLDPWD OLD_PWD KEY GPG_KEY PYTHON_GPG_KEYS PUBLIC_KEY TOKEN_URL SECRET_NAME AWS_ACCESS_KEY_ID SSH_KEY_DIR "
    "KMS_KEY_ALIAS PASSWORD_FILE TOKEN_TTL USERNAME PASSPORT COMPASS_VERSION TOKENIZERS_PARALLELISM MAX_TOKENS "
    "ALLOW_EMPTY_PASSWORD NEXT_PUBLIC_API_KEY VITE_API_KEY PASSWORD_HASH CACHE_KEY SORT_KEY AUTHOR SECRETARY".split(),
)
def test_names_of_other_things(name: str) -> None:
    assert not names_secret(name)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"ghp_{BODY}", "a GitHub token"),
        (f"https://x:ghp_{BODY}@github.com/", "a GitHub token"),
        (f"npm_{BODY}", "an npm token"),
        ("glpat-Zk3vT9xQ2mRb7LpW5nYc", "a GitLab token"),
        ("AKIAZK3VT7XQ2MRB7LPW", "an AWS access key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "a private key"),
        (f"sk-proj-{BODY}", "an OpenAI or Anthropic key"),
    ],
)
def test_formats_of_tokens(text: str, kind: str) -> None:
    (token,) = find_tokens(f"A={text}\n")
    assert token.kind == kind
    assert text.startswith(f"A={text}\n"[token.start : token.end]) or "ghp_" in text


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_short",
        f"ghp{BODY}",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "7169605F62C751356D054A26A821E680E5FA6305",
    ],
)
def test_what_is_no_token(text: str) -> None:
    assert find_tokens(text) == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "changeme",
        "CHANGE_ME",
        "<token>",
        "{{ token }}",
        "xxxxxxxx",
        "**None**",
        "...",
        "your-token",
        "my-secret",
        "dummy",
        "test",
        "none",
        "null",
        "true",
        "0",
        "1234",
        "/run/secrets/db",
        "./key.pem",
        "key.pem",
        "@TOKEN@",
        "https://acme.dev/token",
        "ssh-ed25519 AAAA shop",
        "0000-0000",
        "$6$salt$hash",
        "sha1:98b7:8da1",
    ],
)
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["admin", "root", "k2Jw8_xPq94Zt", "azur4c457", "thisismine", "a1b2c3d4e5f60718"])
def test_no_placeholders(value: str) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize("value", ["k2Jw8_xPq94Zt", "q7Zx2mVd81LkPw0s", "a1b2c3d4e5f60718", "1qaz@WSX3edc", BODY])
def test_values_that_somebody_took_care_of(value: str) -> None:
    assert looks_generated(value)


@pytest.mark.parametrize("value", ["root", "jenkins", "vncpassword", "thisismysecretkey", "rabbitpass1", "bacula-web"])
def test_values_that_everybody_knows(value: str) -> None:
    assert not looks_generated(value)


@pytest.mark.parametrize(
    ("name", "value", "evidence"),
    [
        ("DB_PASSWORD", "k2Jw8_xPq94Zt", Evidence.LIKELY),
        ("DB_PASSWORD", "postgres", Evidence.DEFAULT),
        ("DB_PASSWORD", "changeme", None),
        ("GREETING", "k2Jw8_xPq94Zt", None),
        ("GREETING", f"ghp_{BODY}", Evidence.CERTAIN),
        ("SIGNING_KEY", "7169605F62C751356D054A26A821E680E5FA6305", None),
        ("GIT_TOKEN", "5bfae573af3eb9eff8cb52c1beb2be2580b6fcb3", Evidence.LIKELY),
        ("DATABASE_URL", "postgres://shop:k2Jw8_xPq94Zt@db.acme.dev/shop", Evidence.LIKELY),
    ],
)
def test_name_and_value_together(name: str, value: str, evidence: Evidence | None) -> None:
    suspicion = weigh(name, value)
    assert (suspicion.evidence if suspicion else None) is evidence


@pytest.mark.parametrize(
    ("url", "evidence"),
    [
        ("https://deploy:k2Jw8_xPq94Zt@git.acme.dev/", Evidence.LIKELY),
        ("https://k2Jw8xPq94ZtQ7Zx2mVd81@git.acme.dev/", Evidence.LIKELY),
        ("amqp://shop:rabbit@mq.acme.dev/", Evidence.DEFAULT),
        ("postgres://shop:k2Jw8_xPq94Zt@db/shop", None),
        ("postgres://shop:k2Jw8_xPq94Zt@127.0.0.1/shop", None),
        ("https://user:password@db.example.com/", None),
        ("https://anonymous:anonymous@ftp.acme.dev/", None),
        ("https://$USER:$PASSWORD@git.acme.dev/", None),
        ("https://git@git.acme.dev/", None),
        ("https://acme.dev/a@b:c", None),
    ],
)
def test_logins_in_urls(url: str, evidence: Evidence | None) -> None:
    assert find_url_password(url) is evidence


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_weighed(name: str, value: str) -> None:
    weigh(name, value)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "id_rsa",
            "keys/id_ed25519",
            ".ssh",
            ".ssh/",
            ".netrc",
            ".npmrc",
            ".env",
            "deploy/.env.production",
            "tls.key",
        ),
        *("certs/server-key.pem", "privkey.pem", "store.p12", ".aws/credentials", "gcp-service-account.json"),
        *(".kube/config", "kubeconfig", "config/master.key", "secrets.yml", "app_credentials.json"),
    ],
)
def test_secret_files(path: str) -> None:
    assert secret_file(path) is not None


@pytest.mark.parametrize(
    "path",
    [
        *(
            ".",
            "id_rsa.pub",
            "id_rsa_test.pub",
            ".env.example",
            ".env.dist",
            "tests/id_rsa",
            "public.key",
            "acme.gpg.key",
        ),
        *("snakeoil.key", "public-key.pem", "environment", "keys.py", "package.json", "known_hosts", "example.com.pem"),
    ],
)
def test_files_that_are_none(path: str) -> None:
    assert secret_file(path) is None


@pytest.mark.parametrize(
    ("path", "text", "evidence"),
    [
        ("id_rsa", None, Evidence.LIKELY),
        ("site.pem", None, None),
        ("site.pem", "-----BEGIN CERTIFICATE-----", None),
        ("site.pem", "-----BEGIN EC PRIVATE KEY-----", Evidence.CERTAIN),
        (".npmrc", None, Evidence.DEFAULT),
        (".npmrc", "//npm.acme.dev/:_authToken=${NPM_TOKEN}\n", None),
        (".npmrc", "//npm.acme.dev/:_authToken=k2Jw8xPq94Zt\n", Evidence.LIKELY),
        (".yarnrc.yml", 'npmAuthToken: "${NPM_TOKEN}"\n', None),
        (".yarnrc.yml", "npmAuthToken: k2Jw8xPq94Zt\n", Evidence.LIKELY),
        (".env", "export DB_PASSWORD='k2Jw8_xPq94Zt'\n", Evidence.LIKELY),
        (".env", "PORT=80\nDB_PASSWORD=postgres\n", None),
        ("secrets.yml", "production:\n  secret_key_base: <%= ENV['SECRET_KEY_BASE'] %>\n", None),
    ],
)
def test_what_a_file_holds(path: str, text: str | None, evidence: Evidence | None) -> None:
    file = secret_file(path)
    assert file is not None
    suspicion = weigh_file(file, text)
    assert (suspicion.evidence if suspicion else None) is evidence


def test_every_format_has_a_mark_by_which_texts_are_passed_over() -> None:
    for token_format in _FORMATS:
        literal = re.sub(r"\\b|\(\?:|[()?]|\{[^}]*\}|\[[^\]]*\]", "\0", token_format.pattern).replace("\\", "")
        parts = [part for part in re.split(r"[\0|]", literal) if len(part) >= 3]
        assert any(mark in part or part in mark for part in parts for mark in _MARKS), token_format
