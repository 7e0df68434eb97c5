"""The names of Docker's official images: those that a name without `/` can mean on Docker Hub.

From the folder `library/` of github.com/docker-library/official-images, read 2026-08-21, with the names that it held
once and has dropped: their tags can still be pulled. Any other name without `/` is an image on the builder's own
machine, or a build context with a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockwright.image import DOCKER_HUB

if TYPE_CHECKING:
    from dockwright.image import Reference

_LIBRARY = "library/"
_PUBLISHED = (
    "adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux azul-zulu "
    "backdrop bash bonita buildpack-deps busybox caddy cassandra chronograf cirros clearlinux clefos clickhouse "
    "clojure composer convertigo couchbase couchdb crate dart debian docker drupal eclipse-mosquitto eclipse-temurin "
    "eggdrop elasticsearch elixir emqx erlang espocrm fedora flink fluentd friendica gazebo gcc geonetwork ghost "
    "golang gradle groovy haproxy haskell haxe hello-world hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb "
    "irssi jetty joomla jruby julia kapacitor kibana kong krakend lightstreamer liquibase logstash mageia mariadb "
    "matomo maven mediawiki memcached mongo mongo-express monica mysql nats neo4j neurodebian nextcloud nginx nim "
    "node notary odoo open-liberty openjdk oraclelinux orientdb percona perl photon php php-zendserver phpmyadmin "
    "plone postfixadmin postgres pypy python r-base rabbitmq rakudo-star redis redmine registry rethinkdb rocket.chat "
    "rockylinux ros ruby rust sapmachine satosa silverpeas solr sonarqube spark spiped storm swift swipl teamspeak "
    "telegraf tomcat tomee traefik ubuntu unit varnish websphere-liberty wordpress xwiki yourls znc zookeeper"
)
_DROPPED = (
    "adoptopenjdk celery centos consul couchdb-nouveau crux django docker-dev euleros express-gateway fsharp "
    "glassfish hello-seattle hipache hola-mundo iojs java jenkins jobber kaazing-gateway known mono nats-streaming "
    "nuxeo opensuse owncloud piwik rails rapidoid sentry sl sourcemage swarm thrift ubuntu-debootstrap ubuntu-upstart "
    "vault"
)
_NAMES = frozenset(f"{_PUBLISHED} {_DROPPED}".split())


def official(reference: Reference) -> str | None:
    """Return the short name of an official image (`python`); None for every other image."""
    if reference.registry != DOCKER_HUB or not reference.repository.startswith(_LIBRARY):
        return None
    name = reference.repository.removeprefix(_LIBRARY)
    return name if name in _NAMES else None


def only_local(reference: Reference) -> bool:
    """Tell whether no registry can have an image of this name: it is a named build context, or was built before."""
    if reference.registry == "localhost":  # where Podman keeps what it builds
        return True
    library = reference.registry == DOCKER_HUB and reference.repository.startswith(_LIBRARY)
    return library and official(reference) is None
