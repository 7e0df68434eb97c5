"""What well-known programs are, as far as it tells whether a container that starts them may be root.

The names are of commands, without their folder and their version (`php-fpm8.4` is `php-fpm`).
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, lru_cache


class Role(Enum):
    """What a program is.

    `NEEDS_ROOT`: it cannot do its work as anybody else: it logs people in, or sets up networks and mounts.
    `WORKERS`: a server that starts as root, and whose workers, or all of it, become somebody else by its own settings.
    `INIT`: it starts other programs, each as whom it is told.
    `SHELL`: without arguments, it waits for a person.
    `APPLICATION`: it runs an application, by an interpreter or as the framework's server.
    `FOR_DEVELOPERS`: it builds or tests, and ends.
    """

    NEEDS_ROOT = (
        "autofs bettercap charon chronyd containerd cron crond dhclient dhcpd dind dockerd fail2ban-client fail2ban- "
        "server hostapd iftop in.tftpd iotop ipsec iptables keepalived kubelet mount nmbd ntpd ocserv openconnect "
        "openvpn pppd pptpd racoon rpc.nfsd rpcbind shadowvpn smbd sshd tailscaled tcpdump udevd wg wg-quick xl2tpd"
    )
    WORKERS = (
        "apache2 apache2-foreground apache2ctl apachectl asterisk bind bind9 dnsmasq dovecot exim exim4 freeradius "
        "haproxy httpd httpd-foreground icinga2 lighttpd mysqld mysqld_safe nagios named nginx opendkim openresty "
        "php-fpm postfix postgres privoxy proftpd pure-ftpd radiusd rsyslogd squid squid3 stunnel stunnel4 tinyproxy "
        "unbound varnishd vsftpd zabbix_agentd zabbix_proxy zabbix_server"
    )
    INIT = "my_init runit runsvdir s6-svscan supervisord systemd"
    SHELL = "ash bash dash erl fish ghci iex ipython irb jshell julia ksh node python R ruby scala sh zsh"
    APPLICATION = (
        "bun bundle celery daphne deno dotnet elixir flask gunicorn hypercorn java mix mono node nodejs npm npx perl "
        "php pnpm puma python rails ruby streamlit unicorn uvicorn uwsgi yarn"
    )
    FOR_DEVELOPERS = "ant gradle grunt gulp jest karma make mocha mvn nox phpunit pytest rspec tox"


_SEPARATORS = re.compile(r"[\s;&|()'\"`<>=,\[\]]+")
_VERSION = "0123456789."


@lru_cache(maxsize=64)  # one command is asked about in many ways
def program_names(text: str) -> frozenset[str]:
    """Return the words of a command or script without their folders, as written and without a version."""
    names = {word.rpartition("/")[2] for word in _SEPARATORS.split(text)}
    return frozenset(names | {name.rstrip(_VERSION) for name in names})


def has_role(text: str, role: Role) -> bool:
    """Tell whether a command names a program of that role."""
    return not program_names(text).isdisjoint(_programs(role))


@cache
def _programs(role: Role) -> frozenset[str]:
    return frozenset(role.value.split())
