"""What is known offline of public base images: whom they run as, and which family of systems they are.

Only a fallback: an image's own configuration (`config.User`) is the authority where a registry was asked. An image
that is not listed is unknown. Collected 2026-11 from the Dockerfiles that the images are built from: those that the
official images' list (github.com/docker-library/official-images) names, and the vendors' own.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.image import DOCKER_HUB

if TYPE_CHECKING:
    from dockwright.image import Reference


class Starts(Enum):
    """As whom a container of an image begins, unless a Dockerfile says otherwise.

    `ROOT`: as root, and it stays root.
    `WORKERS`: its server's first process stays root, those that answer requests are not.
    `STEPS_DOWN`: as root, and its entrypoint gives that up before the server starts.
    `INIT`: its init system runs as root, and its services as whom they choose.
    `PLATFORM`: as whom the service says that it is made for (AWS Lambda, development containers).
    `NON_ROOT`: as somebody else.
    """

    ROOT = "root"
    WORKERS = "workers"
    STEPS_DOWN = "steps down"
    INIT = "init"
    PLATFORM = "platform"
    NON_ROOT = "non-root"


class Family(Enum):
    """A family of systems: how its accounts are made."""

    DEBIAN = "debian"
    ALPINE = "alpine"


class Base(Struct, frozen=True, gc=False):
    """What is known of an image.

    Attributes:
        starts: as whom its containers begin.
        account: an account that it has besides root, as `USER` takes it.
        serves: whether it starts a service without any CMD of the Dockerfile; others start a shell, or nothing.
    """

    starts: Starts
    account: str | None = None
    serves: bool = True


_OFFICIAL = "docker.io/library/"
_HUB_LIBRARY_MIRRORS = ("public.ecr.aws/docker/library/", "mirror.gcr.io/library/")
_ARCHITECTURES = "amd64 arm32v5 arm32v6 arm32v7 arm64v8 i386 mips64le ppc64le riscv64 s390x armhf aarch64"
"""Docker Hub's namespaces of the official images for one architecture; the last two are their former names."""

_WINDOWS = ("windowsservercore", "nanoserver", "windows", "dotnet/framework/")
"""Words in the tag of an official image, or in the name of one of Microsoft's, that is for Windows."""

_SYSTEMS = (
    "almalinux alpine alt amazonlinux archlinux busybox centos clefos debian fedora mageia neurodebian opensuse "
    "oraclelinux photon rockylinux sl ubuntu"
)
_LANGUAGES = (
    "amazoncorretto azul-zulu bash buildpack-deps clojure composer dart docker eclipse-temurin elixir erlang gcc "
    "golang gradle haskell haxe hylang ibm-semeru-runtimes ibmjava iojs java jruby julia maven mono node openjdk perl "
    "php pypy python r-base rakudo-star ros ruby rust sapmachine swift"
)
_SERVERS = "caddy registry tomcat tomee traefik"

_TOOLS = f"{_SYSTEMS} {_LANGUAGES}"
_OFFICIAL_WORKERS = "drupal httpd joomla matomo mediawiki nextcloud nginx phpmyadmin unit wordpress"
_OFFICIAL_STEPS_DOWN = (
    "arangodb cassandra consul couchdb eclipse-mosquitto elasticsearch flink ghost influxdb mariadb mongo mysql neo4j "
    "percona postgres rabbitmq redis redmine rethinkdb storm telegraf vault zookeeper"
)

_LISTED: tuple[tuple[str, str, Base], ...] = (
    # Name and tag (`*` is any text) and what is known; the first row that matches counts.
    ("docker.io/library/haproxy", "*", Base(Starts.NON_ROOT, "haproxy")),
    ("docker.io/library/jetty", "*", Base(Starts.NON_ROOT, "jetty")),
    ("docker.io/library/kibana", "*", Base(Starts.NON_ROOT, "1000")),
    ("docker.io/library/kong", "*", Base(Starts.NON_ROOT, "kong")),
    ("docker.io/library/logstash", "*", Base(Starts.NON_ROOT, "1000")),
    ("docker.io/library/memcached", "*", Base(Starts.NON_ROOT, "memcache")),
    ("docker.io/library/odoo", "*", Base(Starts.NON_ROOT, "odoo")),
    ("docker.io/library/open-liberty", "*", Base(Starts.NON_ROOT, "1001")),
    ("docker.io/library/solr", "*", Base(Starts.NON_ROOT, "solr")),
    ("docker.io/library/sonarqube", "*", Base(Starts.NON_ROOT, "sonarqube")),
    ("docker.io/library/varnish", "*", Base(Starts.NON_ROOT, "varnish")),
    ("docker.io/library/websphere-liberty", "*", Base(Starts.NON_ROOT, "1001")),
    ("docker.io/library/wordpress", "cli*", Base(Starts.NON_ROOT, "www-data")),
    ("docker.io/library/docker", "*rootless*", Base(Starts.NON_ROOT, "rootless")),
    ("docker.io/library/docker", "*dind*", Base(Starts.INIT)),
    ("docker.io/library/ubuntu-upstart", "*", Base(Starts.INIT)),
    ("docker.io/library/php", "*apache*", Base(Starts.WORKERS, "www-data")),
    ("docker.io/library/php", "*fpm*", Base(Starts.WORKERS, "www-data")),
    ("docker.io/library/node", "*", Base(Starts.ROOT, "node", serves=False)),
    ("docker.io/library/gradle", "*", Base(Starts.ROOT, "gradle", serves=False)),
    ("gcr.io/distroless/*", "*nonroot*", Base(Starts.NON_ROOT, "65532")),
    ("gcr.io/distroless/*", "*", Base(Starts.ROOT, "65532", serves=False)),
    ("mcr.microsoft.com/dotnet/*", "*chiseled*", Base(Starts.NON_ROOT, "$APP_UID")),
    ("mcr.microsoft.com/dotnet/*", "*distroless*", Base(Starts.NON_ROOT, "$APP_UID")),
    ("mcr.microsoft.com/dotnet/core/*", "*", Base(Starts.ROOT, serves=False)),
    # The account `app` came with .NET 8.
    ("mcr.microsoft.com/dotnet/*", "5.*", Base(Starts.ROOT, serves=False)),
    ("mcr.microsoft.com/dotnet/*", "6.*", Base(Starts.ROOT, serves=False)),
    ("mcr.microsoft.com/dotnet/*", "7.*", Base(Starts.ROOT, serves=False)),
    ("mcr.microsoft.com/dotnet/*", "*", Base(Starts.ROOT, "$APP_UID", serves=False)),
    ("mcr.microsoft.com/playwright*", "*", Base(Starts.ROOT, "pwuser", serves=False)),
    ("mcr.microsoft.com/powershell", "*", Base(Starts.ROOT, serves=False)),
    ("mcr.microsoft.com/azure-cli", "*", Base(Starts.ROOT, serves=False)),
    ("mcr.microsoft.com/devcontainers/*", "*", Base(Starts.PLATFORM)),
    ("mcr.microsoft.com/vscode/devcontainers/*", "*", Base(Starts.PLATFORM)),
    ("public.ecr.aws/lambda/*", "*", Base(Starts.PLATFORM)),
    ("docker.io/amazon/aws-lambda-*", "*", Base(Starts.PLATFORM)),
    ("public.ecr.aws/amazonlinux/amazonlinux", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/amazon/aws-cli", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/google/cloud-sdk", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/oven/bun", "*", Base(Starts.ROOT, "bun", serves=False)),
    ("docker.io/denoland/deno", "*", Base(Starts.ROOT, "deno", serves=False)),
    ("ghcr.io/astral-sh/uv", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/nvidia/cuda", "*", Base(Starts.ROOT, serves=False)),
    ("nvcr.io/nvidia/cuda", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/tensorflow/tensorflow", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/pytorch/pytorch", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/continuumio/*", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/condaforge/*", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/opensuse/*", "*", Base(Starts.ROOT, serves=False)),
    ("quay.io/centos/*", "*", Base(Starts.ROOT, serves=False)),
    ("registry.access.redhat.com/ubi*/ubi*-init", "*", Base(Starts.INIT)),
    ("registry.access.redhat.com/ubi*/ubi*", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/redhat/ubi*-init", "*", Base(Starts.INIT)),
    ("docker.io/redhat/ubi*", "*", Base(Starts.ROOT, serves=False)),
    ("registry.access.redhat.com/ubi*", "*", Base(Starts.NON_ROOT, "1001")),  # Source-to-Image builders
    ("cgr.dev/chainguard/wolfi-base", "*", Base(Starts.ROOT, serves=False)),
    ("cgr.dev/chainguard/*", "*", Base(Starts.NON_ROOT, "65532")),
    ("docker.io/nginxinc/nginx-unprivileged", "*", Base(Starts.NON_ROOT, "101")),
    ("ghcr.io/nginxinc/nginx-unprivileged", "*", Base(Starts.NON_ROOT, "101")),
    ("docker.io/openresty/openresty", "*", Base(Starts.WORKERS)),
    ("docker.io/jenkins/jenkins", "*", Base(Starts.NON_ROOT, "jenkins")),
    ("docker.io/apache/airflow", "*", Base(Starts.NON_ROOT, "airflow")),
    ("docker.io/bitnami/minideb", "*", Base(Starts.ROOT, serves=False)),
    ("docker.io/bitnami/*", "*", Base(Starts.NON_ROOT, "1001")),
    ("docker.io/bitnamilegacy/*", "*", Base(Starts.NON_ROOT, "1001")),
    ("docker.io/bitnamisecure/*", "*", Base(Starts.NON_ROOT, "1001")),
    ("docker.io/cimg/*", "*", Base(Starts.NON_ROOT, "circleci")),
    ("docker.io/circleci/*", "*", Base(Starts.NON_ROOT, "circleci")),
    ("docker.elastic.co/*", "*", Base(Starts.NON_ROOT, "1000")),
    ("docker.io/grafana/grafana*", "*", Base(Starts.NON_ROOT, "472")),
    ("docker.io/prom/*", "*", Base(Starts.NON_ROOT, "nobody")),
    ("quay.io/prometheus/*", "*", Base(Starts.NON_ROOT, "nobody")),
    ("quay.io/keycloak/keycloak", "*", Base(Starts.NON_ROOT, "1000")),
    ("docker.io/jupyter/*", "*", Base(Starts.NON_ROOT, "$NB_UID")),
    ("quay.io/jupyter/*", "*", Base(Starts.NON_ROOT, "$NB_UID")),
    ("docker.io/mambaorg/micromamba", "*", Base(Starts.NON_ROOT, "$MAMBA_USER")),
    ("docker.io/selenium/*", "*", Base(Starts.NON_ROOT, "1200")),
    ("docker.io/moby/buildkit", "*rootless*", Base(Starts.NON_ROOT, "1000")),
    ("docker.io/valkey/valkey", "*", Base(Starts.STEPS_DOWN)),
    ("docker.io/hashicorp/*", "*", Base(Starts.STEPS_DOWN)),
    ("docker.io/postgis/postgis", "*", Base(Starts.STEPS_DOWN)),
    ("docker.io/timescale/timescaledb*", "*", Base(Starts.STEPS_DOWN)),
    ("docker.io/pgvector/pgvector", "*", Base(Starts.STEPS_DOWN)),
    ("docker.io/linuxserver/*", "*", Base(Starts.INIT)),
    ("ghcr.io/linuxserver/*", "*", Base(Starts.INIT)),
    ("lscr.io/linuxserver/*", "*", Base(Starts.INIT)),
    ("docker.io/lsiobase/*", "*", Base(Starts.INIT)),
    ("docker.io/phusion/*", "*", Base(Starts.INIT)),
    ("docker.io/jlesage/baseimage*", "*", Base(Starts.INIT)),
    ("docker.io/homeassistant/*", "*", Base(Starts.INIT)),
    ("ghcr.io/home-assistant/*", "*", Base(Starts.INIT)),
    ("ghcr.io/hassio-addons/*", "*", Base(Starts.INIT)),
    ("*/systemd", "*", Base(Starts.INIT)),
)

_DEBIAN_SYSTEMS = "buildpack-deps debian neurodebian ubuntu"
_DEBIAN_BY_DEFAULT = "elixir erlang gcc golang gradle haskell julia mono node perl php pypy python r-base ros ruby rust"
_DEBIAN_TAGS = "buster bullseye bookworm trixie forky sid stretch focal jammy noble resolute bionic xenial"
_OTHER_TAGS = "alpine windowsservercore nanoserver oracle ubi amazonlinux al2023 fedora centos rhel"


@lru_cache(maxsize=256)  # several rules ask for the same image
def base_of(reference: Reference) -> Base | None:
    """Return what is known of an image; None if it is not listed."""
    name = _canonical_name(reference)
    tag = reference.tag or ("" if reference.digest else "latest")
    for tags, base in _listed(name):
        if not tag and tags != "*":
            return None  # a digest without a tag may be this one or another
        if _like(tags, tag):
            return base
    official = name.removeprefix(_OFFICIAL)
    for names, base in (
        (_TOOLS, Base(Starts.ROOT, serves=False)),
        (_SERVERS, Base(Starts.ROOT)),
        (_OFFICIAL_WORKERS, Base(Starts.WORKERS)),
        (_OFFICIAL_STEPS_DOWN, Base(Starts.STEPS_DOWN)),
    ):
        if official in names.split():
            return base
    return None


@lru_cache(maxsize=256)
def _listed(name: str) -> tuple[tuple[str, Base], ...]:
    """Return the rows of the list that are for an image: patterns of its tags, in order."""
    return tuple([(tags, base) for listed, tags, base in _LISTED if _like(listed, name)])


def family_of(reference: Reference) -> Family | None:
    """Return the family of an official image, where its name and tag tell."""
    name = _canonical_name(reference)
    official = name.removeprefix(_OFFICIAL)
    tag = reference.tag or ""
    if not name.startswith(_OFFICIAL):
        return None
    if official == "alpine" or (official in _TOOLS.split() and "alpine" in tag):
        return Family.ALPINE
    if official in _DEBIAN_SYSTEMS.split():
        return Family.DEBIAN
    default = official in _DEBIAN_BY_DEFAULT.split() and not any(word in tag for word in _OTHER_TAGS.split())
    named = official in _TOOLS.split() and any(word in tag for word in _DEBIAN_TAGS.split())
    # Without a tag, a digest tells nothing of an image that also comes on Alpine.
    return Family.DEBIAN if named or (default and (tag or not reference.digest)) else None


def is_windows(reference: Reference) -> bool:
    """Tell whether an image is for Windows, by its name."""
    words = f"{reference.repository}:{reference.tag or ''}"
    microsoft = reference.registry == "mcr.microsoft.com" or reference.repository.startswith("library/")
    return microsoft and any(word in words for word in _WINDOWS)


def _canonical_name(reference: Reference) -> str:
    """Return the name that the lists use: an official image is one in a mirror, too, and for each architecture."""
    name = reference.name
    for mirror in _HUB_LIBRARY_MIRRORS:
        if name.startswith(mirror):
            return _OFFICIAL + name.removeprefix(mirror)
    namespace, _, image = reference.repository.partition("/")
    if reference.registry == DOCKER_HUB and namespace in _ARCHITECTURES.split():
        return _OFFICIAL + image
    return name


def _like(pattern: str, text: str) -> bool:
    """Match a whole text against a pattern in which `*` is any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == first
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(rest[-1]) >= at and text.endswith(rest[-1])
