"""The client at real registries, with skopeo for a second opinion."""

from __future__ import annotations

import base64
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from dockwright.errors import RegistryNotFound, RegistryUnauthorized
from dockwright.image import Platform
from dockwright.registry import Credential, Credentials, Descriptor
from tests.support.registry import PASSWORD, USER, Image, Wish, build, digest_of
from tests.support.registry.images import OCI_INDEX, OCI_MANIFEST, descriptor, encode
from tests.support.registry.real import IDENTITY_TOKEN, TokenRequest, require

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.registry import RealRegistries, RealRegistry

AMD, ARM = Platform("linux", "amd64"), Platform("linux", "arm64", "v8")
BOTH = ("linux/amd64", "linux/arm64/v8")
TYPES = {
    "an OCI index": Wish(BOTH, "oci"),
    "a Docker manifest list": Wish(BOTH, "docker", docker=True),
    "an OCI image": Wish(("linux/arm64/v8",), "oci", single=True),
    "a Docker image": Wish(("linux/arm64/v8",), "docker", single=True, docker=True),
    "an index with attestations": Wish(BOTH, "attested", attestations=True),
}


def skopeo(*arguments: str) -> bytes:
    require("skopeo")
    return subprocess.run(["skopeo", *arguments], check=True, capture_output=True, timeout=60).stdout


@pytest.mark.parametrize("kind", TYPES)
def test_what_a_tag_names_is_what_skopeo_finds(real_registry: RealRegistry, kind: str) -> None:
    wish = TYPES[kind]
    digest = real_registry.push_image("library/kinds", "1", image=build(wish))
    name, client = f"{real_registry.host}/library/kinds", real_registry.client()
    resolved = client.resolve(name, "1")

    raw = skopeo("inspect", "--tls-verify=false", "--raw", f"docker://{name}:1")
    assert client.manifest(name, resolved.digest) == raw
    assert resolved.media_type == json.loads(raw)["mediaType"]
    assert resolved.digest == client.digest(name, "1") == digest
    assert resolved.platforms == ((ARM,) if wish.single else (AMD, ARM))
    for platform in resolved.platforms:
        variant = ["--override-variant", platform.variant] if platform.variant else []
        override = ["--override-os", platform.os, "--override-arch", platform.architecture, *variant]
        seen = json.loads(skopeo(*override, "inspect", "--tls-verify=false", f"docker://{name}:1"))
        assert (seen["Os"], seen["Architecture"]) == (platform.os, platform.architecture)
    assert client.resolve(name, digest) == resolved


def test_tags_are_those_that_skopeo_lists(real_registry: RealRegistry) -> None:
    tags = [f"3.12.{number}-slim" for number in range(40)] + ["latest", "3.9", "3.10"]
    real_registry.push("library/many", *tags)
    name = f"{real_registry.host}/library/many"
    listed = json.loads(skopeo("list-tags", "--tls-verify=false", f"docker://{name}"))["Tags"]
    found = real_registry.client().tags(name)
    assert sorted(found.names) == sorted(tags) == sorted(listed)
    assert found.complete


def test_a_mirror_stands_for_docker_hub(real_registry: RealRegistry) -> None:
    digest = real_registry.push("library/mirrored", "1")
    client = real_registry.client()
    assert client.resolve("docker.io/library/mirrored", "1").digest == digest
    assert {host for host, _ in client.requests} == {real_registry.host}


def test_what_is_not_there_is_said(real_registry: RealRegistry) -> None:
    real_registry.push("library/there", "1")
    client = real_registry.client()
    host = real_registry.host
    with pytest.raises(RegistryNotFound, match=rf"^`{host}` has no tag `2` of `library/there`$"):
        client.digest(f"{host}/library/there", "2")
    with pytest.raises(RegistryNotFound, match=rf"^`{host}` has no tags of `library/nowhere`$") as caught:
        client.tags(f"{host}/library/nowhere")
    assert caught.value.host == host


@pytest.mark.parametrize("password", [PASSWORD, "wrong", None])
def test_passwords(registries: RealRegistries, password: str | None) -> None:
    registry = registries.passwords
    digest = registry.push("team/app", "1", platforms=BOTH)
    client, name = registry.client(password), f"{registry.host}/team/app"
    if password == PASSWORD:
        assert client.resolve(name, "1").digest == digest
        assert client.tags(name).names == ("1",)
        assert client.requests == {(registry.host, "manifest"): 2, (registry.host, "tags"): 1}
        return
    with pytest.raises(RegistryUnauthorized) as caught:
        client.resolve(name, "1")
    why = "wants credentials" if password is None else "does not accept the credentials that there are for it"
    assert str(caught.value) == f"`{registry.host}` {why}: it does not show tag `1` of `team/app`"
    assert "its input `registries`" in caught.value.help


def test_tokens_of_two_repositories_and_a_private_one(registries: RealRegistries) -> None:
    registry, server = registries.tokens, registries.token_server
    digests = {name: registry.push(name, "1", content=name) for name in ("library/one", "library/two", "team/app")}
    server.asked.clear()
    client = registry.client(PASSWORD)
    assert {name: client.resolve(f"{registry.host}/{name}", "1").digest for name in digests} == digests
    assert [client.tags(f"{registry.host}/{name}").names for name in digests] == [("1",)] * 3
    # One refusal in all: then it is known what the host wants. One token for each repository.
    assert server.asked == [TokenRequest("GET", USER, f"repository:{name}:pull") for name in digests]
    assert client.requests[registry.host, "manifest"] == 4


def test_public_images_need_no_name(registries: RealRegistries) -> None:
    registry, server = registries.tokens, registries.token_server
    digest = registry.push("library/public", "1")
    registry.push("team/secret", "1")
    server.asked.clear()
    client = registry.client()
    assert client.digest(f"{registry.host}/library/public", "1") == digest
    assert server.asked == [TokenRequest("GET", "", "repository:library/public:pull")]
    with pytest.raises(RegistryUnauthorized, match=r"wants credentials: it does not show tag `1` of `team/secret`"):
        client.digest(f"{registry.host}/team/secret", "1")


def test_a_token_server_that_nobody_named_is_asked_without_a_name(registries: RealRegistries) -> None:
    registry, server = registries.tokens, registries.token_server
    registry.push("library/public", "1")
    server.asked.clear()
    registry.client(PASSWORD, trusts_token_host=False).digest(f"{registry.host}/library/public", "1")
    assert [asked.user for asked in server.asked] == [""]


def test_a_wrong_password_for_a_token(registries: RealRegistries) -> None:
    registry = registries.tokens
    registry.push("team/app", "1")
    with pytest.raises(RegistryUnauthorized, match=rf"gives no token for `{registry.host}`, with the credentials"):
        registry.client("wrong").digest(f"{registry.host}/team/app", "1")


def test_an_identity_token(registries: RealRegistries) -> None:
    registry, server = registries.tokens, registries.token_server
    digest = registry.push("team/app", "1")
    server.asked.clear()
    credentials = Credentials({registry.host: Credential("", identity_token=IDENTITY_TOKEN)})
    assert registry.client(credentials=credentials).digest(f"{registry.host}/team/app", "1") == digest
    assert server.asked == [TokenRequest("POST", USER, "repository:team/app:pull")]


def test_what_docker_login_keeps_is_used(registries: RealRegistries, tmp_path: Path) -> None:
    registry = registries.passwords
    digest = registry.push("team/app", "1")
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": auth}}}))
    client = registry.client(credentials=Credentials(docker_config=str(tmp_path)))
    assert client.digest(f"{registry.host}/team/app", "1") == digest


def test_a_blob_is_read_in_pieces(registries: RealRegistries) -> None:
    registry = registries.passwords
    content = bytes(range(256)) * 4096
    image = build(Wish(content="large"))
    registry.push_image("team/large", "1", image=Image((*image.blobs, content), image.manifests))
    client = registry.client(PASSWORD)
    pieces = list(client.blob(f"{registry.host}/team/large", digest_of(content), largest=2_000_000))
    assert b"".join(pieces) == content
    assert len(pieces) > 1


def test_referrers_by_their_tag(real_registry: RealRegistry) -> None:
    """This registry has no API for them, so that the tag is what counts."""
    digest = real_registry.push("library/signed", "1")
    referring = [build(Wish(content=content, single=True)) for content in ("signature", "other")]
    entries = [
        {**descriptor(image.top.data, OCI_MANIFEST), "artifactType": f"application/vnd.test.{number}"}
        for number, image in enumerate(referring)
    ]
    index = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}, OCI_INDEX)
    blobs = tuple(blob for image in referring for blob in image.blobs)
    manifests = (*(image.top for image in referring), index)
    real_registry.push_image("library/signed", digest.replace(":", "-"), image=Image(blobs, manifests))

    client, name = real_registry.client(), f"{real_registry.host}/library/signed"
    first, second = (
        Descriptor(OCI_MANIFEST, image.digest, len(image.top.data), f"application/vnd.test.{number}")
        for number, image in enumerate(referring)
    )
    assert client.referrers(name, digest) == (first, second)
    assert client.referrers(name, digest, artifact_type="application/vnd.test.1") == (second,)
    assert client.referrers(name, "sha256:" + "c" * 64) == ()


def test_a_missing_program_skips_but_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "no-such-program must be installed: `make packages` does it on Debian and Ubuntu, as root"
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=reason):
        require("no-such-program", "python3")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=reason):
        require("no-such-program", "python3")
