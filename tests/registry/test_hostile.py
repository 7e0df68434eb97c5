"""Registries that lie, lead astray, or never end; and what they learn of us."""

from __future__ import annotations

import gzip
import json
from itertools import repeat
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from dockwright.errors import (
    ConfigError,
    RegistryError,
    RegistryLimited,
    RegistryUnauthorized,
    RegistryUnavailable,
    RegistryUntrusted,
)
from dockwright.registry import Client, Credential, Credentials, Limits
from tests.support.registry import Answer, Wish, build, digest_of
from tests.support.registry.images import DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST
from tests.support.registry.internet import QUICK, Raw

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.registry.internet import Internet, Sent

HOST = "registry.example.com"
NAME = f"{HOST}/team/app"
GIVEN = {HOST: Credential("bob", "secret")}
IMAGE = build(Wish(("linux/amd64", "linux/arm64")))


def manifest(body: bytes = IMAGE.top.data, content_type: str = OCI_INDEX, digest: str = "") -> Answer:
    return Answer(200, body, {"Content-Type": content_type, **({"Docker-Content-Digest": digest} if digest else {})})


def challenged(value: str) -> Answer:
    return Answer(401, b"", {"WWW-Authenticate": value})


def bearer(realm: str) -> Answer:
    return challenged(f'Bearer realm="{realm}",service="x",scope="repository:team/app:pull"')


def moved(location: str) -> Answer:
    return Answer(307, b"", {"Location": location})


def head(status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n" + headers + b"\r\n"


# --- who is told who we are -----------------------------------------------------------------------------------------


def test_a_realm_elsewhere_is_asked_without_a_name(net: Internet) -> None:
    net.hosts[HOST] = lambda sent: (
        manifest() if sent.authorization == "Bearer t" else bearer("https://evil.example.net/t")
    )
    net.answers("evil.example.net", Answer(200, b'{"token": "t"}'))
    assert net.client(GIVEN).resolve(NAME, "1").digest == IMAGE.digest
    assert [(sent.host, sent.authorization) for sent in net.sent] == [
        (HOST, None),
        ("evil.example.net", None),
        (HOST, "Bearer t"),
    ]


def test_a_realm_elsewhere_that_refuses_is_no_way_to_learn_more(net: Internet) -> None:
    net.answers(HOST, bearer("https://evil.example.net/t"))
    net.answers("evil.example.net", challenged('Basic realm="give me more"'))
    with pytest.raises(
        RegistryUnauthorized, match=r"^`evil\.example\.net` gives no token for `registry\.example\.com`"
    ):
        net.client(GIVEN).resolve(NAME, "1")
    assert net.secrets_seen() == set()


def test_a_token_server_that_the_user_named_is_told(net: Internet) -> None:
    net.hosts[HOST] = lambda sent: (
        manifest() if sent.authorization == "Bearer t" else bearer("https://auth.example.com/t")
    )
    net.answers("auth.example.com", Answer(200, b'{"access_token": "t"}'))
    client = net.client(GIVEN, token_hosts={HOST: "auth.example.com"})
    assert client.resolve(NAME, "1").digest == IMAGE.digest
    assert [sent.authorization for sent in net.sent] == [None, "Basic Ym9iOnNlY3JldA==", "Bearer t"]


@pytest.mark.parametrize(
    ("registry", "host", "realm"),
    [
        ("docker.io", "registry-1.docker.io", "auth.docker.io"),
        ("registry.gitlab.com", "registry.gitlab.com", "gitlab.com"),
    ],
)
def test_token_servers_that_are_known(net: Internet, registry: str, host: str, realm: str) -> None:
    net.hosts[host] = lambda sent: manifest() if sent.authorization == "Bearer t" else bearer(f"https://{realm}/t")
    net.answers(realm, Answer(200, b'{"token": "t"}'))
    client = net.client({registry: Credential("bob", "secret")})
    assert client.resolve(f"{registry}/team/app", "1").digest == IMAGE.digest
    assert net.secrets_seen() == {host, realm}


@pytest.mark.parametrize(
    ("realm", "message"),
    [
        ("http://registry.example.com/token", "`registry.example.com` is named with `http://`"),
        ("https://user@registry.example.com/token", "`registry.example.com` names an address that is no web address"),
        ("ftp://registry.example.com/token", "`registry.example.com` names an address that is no web address"),
        ("/token", "`registry.example.com` names an address that is no web address"),
        ("https://registry.example.com:99999/token", "`registry.example.com` names an address that is no web address"),
        ("https://169.254.169.254/token", "`169.254.169.254` is at the address 169.254.169.254, which is link-local"),
        ("https://[::ffff:10.0.0.1]/token", "`[::ffff:10.0.0.1]` is at the address ::ffff:10.0.0.1, which is private"),
        ("https://localhost/token", "`localhost` is at the address 127.0.0.1, which is loopback"),
        ("https://metadata/token", "`metadata` is a name of a local network"),
        ("https://metadata.google.internal/token", "`metadata.google.internal` is a name of a local network"),
    ],
)
def test_realms_that_are_not_contacted(net: Internet, realm: str, message: str) -> None:
    net.answers(HOST, bearer(realm))
    with pytest.raises(RegistryUntrusted) as caught:
        net.client(GIVEN).resolve(NAME, "1")
    assert str(caught.value) == f"{message}, so it is not contacted" or str(caught.value).startswith(f"{message}, and")
    assert net.secrets_seen() == set()
    assert len(net.sent) == 1


def test_a_token_server_does_not_redirect(net: Internet) -> None:
    net.hosts[HOST] = lambda sent: (
        moved("https://evil.example.net/") if sent.path == "/t" else bearer(f"https://{HOST}/t")
    )
    net.answers("evil.example.net", Answer(200, b'{"token": "t"}'))
    with pytest.raises(RegistryUnavailable, match=r"answers with status 307 instead of a token"):
        net.client(GIVEN).resolve(NAME, "1")
    assert {sent.host for sent in net.sent} == {HOST}


def test_an_identity_token_goes_to_no_stranger(net: Internet) -> None:
    net.answers(HOST, bearer("https://evil.example.net/t"))
    net.answers("evil.example.net", Answer(403))
    with pytest.raises(RegistryUnauthorized):
        net.client({HOST: Credential("", identity_token="identity")}).resolve(NAME, "1")
    assert [(sent.host, sent.method) for sent in net.sent] == [(HOST, "GET"), ("evil.example.net", "GET")]
    assert net.secrets_seen() == set()


def test_a_password_is_not_shown_without_being_asked_for(net: Internet) -> None:
    net.answers(HOST, manifest())
    net.client(GIVEN).resolve(NAME, "1")
    assert net.secrets_seen() == set()


def test_a_refusal_for_ever_is_tried_twice(net: Internet) -> None:
    net.answers(HOST, challenged('Basic realm="x"'))
    with pytest.raises(RegistryUnauthorized, match=r"does not accept the credentials"):
        net.client(GIVEN).resolve(NAME, "1")
    assert [sent.authorization for sent in net.sent] == [None, "Basic Ym9iOnNlY3JldA=="]


def test_tokens_for_ever_are_fetched_once(net: Internet) -> None:
    net.hosts[HOST] = lambda sent: Answer(200, b'{"token": "t"}') if sent.path == "/t" else bearer(f"https://{HOST}/t")
    with pytest.raises(RegistryUnauthorized):
        net.client(GIVEN).resolve(NAME, "1")
    assert [sent.path for sent in net.sent] == ["/v2/team/app/manifests/1", "/t", "/v2/team/app/manifests/1"]


def test_a_token_that_has_run_out_is_renewed_once(net: Internet) -> None:
    tokens = iter(["first", "second"])

    def host(sent: Sent) -> Answer:
        if sent.path == "/t":
            return Answer(200, json.dumps({"token": next(tokens), "expires_in": 3600}).encode())
        good = "Bearer first" if sent.path.endswith("/1") else "Bearer second"
        return manifest() if sent.authorization == good else bearer(f"https://{HOST}/t")

    net.hosts[HOST] = host
    client = net.client()
    assert client.resolve(NAME, "1").digest == client.resolve(NAME, "2").digest == IMAGE.digest
    assert [sent.path.rpartition("/")[2] for sent in net.sent] == ["1", "t", "1", "2", "t", "2"]


@pytest.mark.parametrize("answer", [b'{"token": "a\\r\\nX-Evil: 1"}', b'{"token": ""}', b"{}", b"[]", b"[" * 100_000])
def test_tokens_that_are_none(net: Internet, answer: bytes) -> None:
    net.hosts[HOST] = lambda sent: Answer(200, answer) if sent.path == "/t" else bearer(f"https://{HOST}/t")
    with pytest.raises(RegistryUntrusted):
        net.client(GIVEN).resolve(NAME, "1")


def test_a_registry_cannot_have_us_ask_for_more_than_pulling(net: Internet) -> None:
    ask = (
        f'Bearer realm="https://{HOST}/t",service="x",scope="repository:other/app:pull,push,delete registry:catalog:*"'
    )
    net.hosts[HOST] = lambda sent: Answer(200, b'{"token": "t"}') if sent.path == "/t" else challenged(ask)
    with pytest.raises(RegistryUnauthorized):
        net.client(GIVEN).resolve(NAME, "1")
    assert net.sent[1].query == {"service": "x", "scope": "repository:team/app:pull"}


# --- where we are led ------------------------------------------------------------------------------------------------


def test_a_blob_elsewhere_is_fetched_without_a_name(net: Internet) -> None:
    blob = IMAGE.blobs[0]
    net.hosts[HOST] = lambda sent: (
        moved("https://cdn.example.net/blob?signature=x") if sent.authorization else challenged('Basic realm="x"')
    )
    net.answers("cdn.example.net", Answer(200, blob))
    assert b"".join(net.client(GIVEN).blob(NAME, digest_of(blob), largest=10_000)) == blob
    assert [(sent.host, sent.authorization is not None) for sent in net.sent] == [
        (HOST, False),
        (HOST, True),
        ("cdn.example.net", False),
    ]


def test_a_host_that_we_are_led_to_gets_no_name_by_asking(net: Internet) -> None:
    net.answers(HOST, moved("https://evil.example.net/manifest"))
    net.answers("evil.example.net", challenged('Basic realm="x"'))
    with pytest.raises(RegistryUnauthorized):
        net.client(GIVEN).resolve(NAME, "1")
    assert net.secrets_seen() == set()


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("https://169.254.169.254/latest/meta-data", "which is link-local, so it is not contacted"),
        ("https://10.0.0.1/", "which is private, so it is not contacted"),
        ("https://[::1]/", "which is loopback, so it is not contacted"),
        ("http://cdn.example.net/", "`cdn.example.net` is named with `http://`"),
        ("file:///etc/passwd", "names an address that is no web address"),
        ("https://user:password@cdn.example.net/", "names an address that is no web address"),
        ("https://@cdn.example.net/", "names an address that is no web address"),
        ("https://registry.example.com\\@cdn.example.net/", "names an address that is no web address"),
        ("https://registry.example.com\\.cdn.example.net/", "names an address that is no web address"),
        ("https://cdn.example.net%2f/", "names an address that is no web address"),
        ("https://cdn.example.net:x/", "names an address that is no web address"),
        ("https://c\xe4.example.net/", "names an address that is no web address"),
        ("https://[::1/", "names an address that is no web address"),
    ],
)
def test_redirects_that_are_not_followed(net: Internet, location: str, message: str) -> None:
    net.answers(HOST, moved(location))
    net.answers("cdn.example.net", manifest())
    with pytest.raises(RegistryUntrusted) as caught:
        net.client(GIVEN).resolve(NAME, "1")
    assert message in str(caught.value)
    assert {sent.host for sent in net.sent} == {HOST}


@pytest.mark.parametrize(
    "location", ["https://a..b/", "https://.a/", "https://1.2.3.4.5/", f"https://{'a' * 70}.com/", "//"]
)
def test_redirects_to_nowhere(net: Internet, location: str) -> None:
    net.answers(HOST, moved(location))
    with pytest.raises(RegistryError):
        net.client(limits=Limits(attempts=1)).resolve(NAME, "1")
    assert {sent.host for sent in net.sent} == {HOST}


def test_a_certificate_that_is_not_trusted(net: Internet) -> None:
    net.answers(HOST, manifest())
    client = Client(Credentials(GIVEN), network=structs.replace(net.network(), ca_file=None))
    message = (
        "^`registry.example.com` has no certificate that is trusted here, or speaks no TLS, so nothing is asked there$"
    )
    for tag in ("1", "2"):
        with pytest.raises(RegistryUntrusted, match=message):
            client.resolve(NAME, tag)
    assert net.sent == []


@pytest.mark.parametrize("content", [None, "nonsense"])
def test_certificates_that_cannot_be_read(net: Internet, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    client = Client(network=structs.replace(net.network(), ca_file=str(file)))
    with pytest.raises(ConfigError, match=r"^The certificates to trust cannot be read from `.*/ca.pem`: "):
        client.resolve(NAME, "1")


def test_a_certificate_of_another_host(net: Internet) -> None:
    net.answers("other.example.org", manifest())
    with pytest.raises(RegistryUntrusted, match=r"^`other.example.org` has no certificate that is trusted here"):
        net.client().resolve("other.example.org/team/app", "1")
    assert net.sent == []


def test_redirects_in_circles(net: Internet) -> None:
    net.answers(HOST, moved(f"https://{HOST}/v2/team/app/manifests/1"))
    with pytest.raises(RegistryUntrusted, match=r"^`registry.example.com` redirects again and again$"):
        net.client(GIVEN).resolve(NAME, "1")
    assert len(net.sent) == 6


def test_a_stranger_does_not_lead_to_a_registry_of_ours(net: Internet) -> None:
    net.hosts["127.0.0.1"] = lambda _: manifest()
    net.answers(HOST, moved(f"http://127.0.0.1:{net.port}/v2/team/app/manifests/1"))
    client = Client(allowed_hosts=frozenset({f"127.0.0.1:{net.port}"}), network=net.network())
    with pytest.raises(RegistryUntrusted, match=r"sends us to `127.0.0.1:[0-9]+`, a host of yours"):
        client.resolve(NAME, "1")
    assert [sent.host for sent in net.sent] == [HOST]


@pytest.mark.parametrize(
    "link", ["https://evil.example.net/v2/team/app/tags/list?last=b", "http://registry.example.com/", "//[::1"]
)
def test_a_list_that_goes_on_elsewhere_ends(net: Internet, link: str) -> None:
    net.answers(HOST, Answer(200, b'{"tags": ["a", "b"]}', {"Link": f'<{link}>; rel="next"'}))
    net.answers("evil.example.net", Answer(200, b'{"tags": ["c"]}'))
    tags = net.client(GIVEN).tags(NAME)
    assert (tags.names, tags.complete) == (("a", "b"), False)
    assert {sent.host for sent in net.sent} == {HOST}


# --- lies ------------------------------------------------------------------------------------------------------------

BOTH = json.dumps({"schemaVersion": 2, "manifests": [], "layers": [], "config": {}}).encode()
NESTED = b'{"schemaVersion": 2, "manifests": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
OTHER = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (manifest(digest=OTHER), f"`{HOST}` sends something else than `{OTHER}`, which was asked for"),
        (manifest(content_type=DOCKER_MANIFEST), f"`{HOST}` sends something else than it says (`{DOCKER_MANIFEST}`)"),
        (manifest(content_type=OCI_MANIFEST), f"`{HOST}` sends something else than it says (`{OCI_MANIFEST}`)"),
        (manifest(content_type="text/html"), f"`{HOST}` sends something else than it says (`text/html`)"),
        (manifest(BOTH), f"`{HOST}` answers with something that is no image"),
        (manifest(b"{}"), f"`{HOST}` answers with something that is no image"),
        (manifest(b"null"), f"`{HOST}` answers with something that is not what was asked for"),
        (manifest(b"<html>"), f"`{HOST}` answers with something that is not what was asked for"),
        (manifest(b"\xff\xfe"), f"`{HOST}` answers with something that is not what was asked for"),
        (manifest(NESTED), f"`{HOST}` answers with something that is not what was asked for"),
        (manifest(b'{"manifests": [{"digest": "sha256:x"}]}'), f"`{HOST}` answers with an index that names no digest"),
    ],
)
def test_lies(net: Internet, answer: Answer, message: str) -> None:
    net.answers(HOST, answer)
    with pytest.raises(RegistryUntrusted) as caught:
        net.client().resolve(NAME, "1")
    assert str(caught.value) == message


def test_another_manifest_than_the_one_asked_for_by_digest(net: Internet) -> None:
    net.answers(HOST, manifest(digest=OTHER))
    with pytest.raises(RegistryUntrusted, match=rf"sends something else than `{OTHER}`"):
        net.client().resolve(NAME, OTHER)


def test_another_blob_than_the_one_asked_for(net: Internet) -> None:
    net.answers(HOST, Answer(200, b"something else"))
    blob = net.client().blob(NAME, OTHER, largest=100)
    assert next(blob) == b"something else"
    with pytest.raises(RegistryUntrusted, match=rf"sends something else than `{OTHER}`"):
        next(blob)


def test_names_of_tags_that_are_none_are_left_out(net: Internet) -> None:
    tags = ["1.0", "1.0", "::error::x", "a\nb", "\u202e1", "", "x" * 129, "-1", "ok"]
    net.answers(HOST, Answer(200, json.dumps({"tags": tags}).encode()))
    assert net.client().tags(NAME).names == ("1.0", "ok")


def test_a_head_without_a_digest_is_asked_again(net: Internet) -> None:
    net.answers(HOST, manifest())
    assert net.client().digest(NAME, "1") == IMAGE.digest
    assert [sent.method for sent in net.sent] == ["HEAD", "GET"]


# --- without end -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [b"Content-Length: 104857600\r\n", b""], ids=["said", "unsaid"])
def test_a_manifest_of_100_megabytes(net: Internet, headers: bytes) -> None:
    net.answers(HOST, Raw([head(headers=headers), *repeat(b"x" * 65536, 1600)]))
    with pytest.raises(RegistryUntrusted, match=r"^`registry.example.com` answers with more than 4,194,304 bytes"):
        net.client().resolve(NAME, "1")


@pytest.mark.parametrize(
    "pieces",
    [
        [head(headers=b"Content-Length: 1000000\r\n"), *repeat(b"x", 1000)],
        [b"HTTP/1.1 200 OK\r\n", *repeat(b"X: y\r\n", 90)],
        [b"H", *repeat(b"T", 1000)],
        [head(headers=b"Transfer-Encoding: chunked\r\n"), *repeat(b"1\r\nx\r\n", 1000)],
    ],
    ids=["body", "headers", "status line", "chunks"],
)
def test_a_slow_drip(net: Internet, pieces: list[bytes]) -> None:
    """Each byte comes in time; all together never would."""
    net.answers(HOST, Raw(pieces, pause=0.05))
    with pytest.raises(RegistryUnavailable, match=r"^`registry.example.com` takes too long to answer$"):
        net.client(limits=Limits(read=5, total=0.3, attempts=1)).resolve(NAME, "1")


def test_silence(net: Internet) -> None:
    net.answers(HOST, Raw([b""], pause=3))
    with pytest.raises(RegistryUnavailable, match=r"^`registry.example.com` takes too long to answer$"):
        net.client(limits=Limits(read=0.1, attempts=1)).resolve(NAME, "1")


def test_a_list_without_end(net: Internet) -> None:
    numbers = iter(range(10**6))

    def host(_: Sent) -> Answer:
        number = next(numbers)
        return Answer(
            200, b'{"tags": ["%d"]}' % number, {"Link": f'</v2/team/app/tags/list?last={number}>; rel="next"'}
        )

    net.hosts[HOST] = host
    tags = net.client(limits=Limits(pages=7)).tags(NAME)
    assert (tags.names, tags.complete) == (("0", "1", "2", "3", "4", "5", "6"), False)


def test_a_list_in_circles_ends(net: Internet) -> None:
    net.answers(HOST, Answer(200, b'{"tags": ["a"]}', {"Link": '</v2/team/app/tags/list?n=10000>; rel="next"'}))
    tags = net.client().tags(NAME)
    assert (tags.names, tags.complete, len(net.sent)) == (("a",), False, 1)


def test_a_list_of_too_many(net: Internet) -> None:
    net.answers(HOST, Answer(200, json.dumps({"tags": [str(number) for number in range(100)]}).encode()))
    tags = net.client(limits=Limits(tags=10)).tags(NAME)
    assert (tags.names, tags.complete) == (tuple("0123456789"), False)


def test_an_index_of_too_many(net: Internet) -> None:
    entry = {
        "mediaType": OCI_MANIFEST,
        "digest": OTHER,
        "size": 1,
        "platform": {"os": "linux", "architecture": "amd64"},
    }
    net.answers(HOST, manifest(json.dumps({"schemaVersion": 2, "manifests": [entry] * 501}).encode()))
    with pytest.raises(RegistryUntrusted, match=r"answers with an index of 501 images"):
        net.client().resolve(NAME, "1")


def test_indexes_within_indexes_end(net: Internet) -> None:
    """Each names a further one: the tag's index, those in it, and no deeper."""
    inner = json.dumps({"schemaVersion": 2, "manifests": [{"mediaType": OCI_INDEX, "digest": OTHER}]}).encode()
    entries = [{"mediaType": OCI_INDEX, "digest": digest_of(inner)}] * 20
    outer = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
    net.hosts[HOST] = lambda sent: manifest(outer if sent.path.endswith("/1") else inner)
    assert net.client().resolve(NAME, "1").platforms == ()
    assert len(net.sent) == 2


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
def test_a_gzip_bomb(net: Internet, encoding: str) -> None:
    bomb = gzip.compress(b" " * 64 * 1024 * 1024)
    assert len(bomb) < 100_000
    net.answers(HOST, Answer(200, bomb, {"Content-Encoding": encoding}))
    with pytest.raises(RegistryUntrusted, match=r"answers with more than 33,554,432 bytes"):
        net.client().tags(NAME)


def test_an_encoding_that_was_not_asked_for(net: Internet) -> None:
    net.answers(HOST, Answer(200, b"x", {"Content-Encoding": "br"}))
    with pytest.raises(RegistryUntrusted, match=r"answers in an encoding not asked for"):
        net.client().tags(NAME)


@pytest.mark.parametrize("encoding", [b"", b"Content-Encoding: gzip\r\n"])
def test_an_answer_that_breaks_off(net: Internet, encoding: bytes) -> None:
    body = gzip.compress(b'{"tags": []}' * 99)[:20] if encoding else b'{"tags":'
    net.answers(HOST, Raw([head(headers=b"Content-Length: 999\r\n" + encoding), body]))
    with pytest.raises(RegistryUnavailable, match=r"broke off within its answer"):
        net.client().tags(NAME)
    # For each size of page once, and for the smallest as often as anything is tried.
    assert len(net.sent) == 5


def test_gzip_that_breaks_off(net: Internet) -> None:
    net.answers(HOST, Answer(200, gzip.compress(b'{"tags": []}')[:-4], {"Content-Encoding": "gzip"}))
    with pytest.raises(RegistryUnavailable, match=r"broke off within its answer"):
        net.client(limits=Limits(attempts=1)).tags(NAME)


# --- too many requests, and failures ---------------------------------------------------------------------------------


def test_a_storm_of_429_ends(net: Internet) -> None:
    net.answers(HOST, Answer(429, b"", {"Retry-After": "0"}))
    with pytest.raises(RegistryLimited, match=r"^`registry.example.com` wants no further requests$") as caught:
        net.client().resolve(NAME, "1")
    assert len(net.sent) == 6
    assert "its input `registries`" in caught.value.help


def test_an_hour_is_not_waited(net: Internet) -> None:
    net.answers(HOST, Answer(429, b"", {"Retry-After": "3600"}))
    with pytest.raises(RegistryLimited, match=r"^`registry.example.com` wants no further requests for 3600 seconds$"):
        net.client().resolve(NAME, "1")
    assert len(net.sent) == 1


@pytest.mark.parametrize("retry_after", ["0", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", ""])
def test_one_429_is_waited_for(net: Internet, retry_after: str) -> None:
    answers = iter([Answer(429, b"", {"Retry-After": retry_after}), manifest()])
    net.hosts[HOST] = lambda _: next(answers)
    assert net.client().resolve(NAME, "1").digest == IMAGE.digest


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_that_passes(net: Internet, status: int) -> None:
    answers = iter([Answer(status), Answer(status, b"", {"Retry-After": "0"}), manifest()])
    net.hosts[HOST] = lambda _: next(answers)
    assert net.client().resolve(NAME, "1").digest == IMAGE.digest


def test_a_failure_that_stays(net: Internet) -> None:
    net.answers(HOST, Answer(503, b'{"errors": [{"code": "UNAVAILABLE", "message": "\\u001b[31m::error::"}]}'))
    message = r"^`registry.example.com` answers with status 503 \(UNAVAILABLE\) when asked for tag `1` of `team/app`$"
    with pytest.raises(RegistryUnavailable, match=message):
        net.client().resolve(NAME, "1")
    assert len(net.sent) == 3


def test_any_other_status(net: Internet) -> None:
    net.answers(HOST, Answer(418))
    with pytest.raises(RegistryError, match=r"^`registry.example.com` answers with status 418 when asked for tag `1`"):
        net.client().resolve(NAME, "1")


def test_a_host_that_is_not_there_is_tried_once_in_a_run(net: Internet) -> None:
    client = net.client(limits=QUICK)
    for name in ("a", "b"):
        with pytest.raises(RegistryUnavailable, match=r"`nowhere.example.org`"):
            client.resolve(f"nowhere.example.org/team/{name}", "1")


def test_nonsense_instead_of_http(net: Internet) -> None:
    net.answers(HOST, Raw([b"SSH-2.0-OpenSSH_9.6\r\n"]))
    with pytest.raises(RegistryUnavailable, match=r"^`registry.example.com` broke off before it answered$"):
        net.client().resolve(NAME, "1")
