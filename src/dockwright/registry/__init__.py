"""A reader of image registries: the pulling half of the OCI distribution API (opencontainers/distribution-spec).

client.py       what others use: `Client`; once.py and gather.py: each thing once, many at the same time
model.py        what it answers with
credentials.py  who it is, for which host; challenge.py, tokens.py: how that is proved
hosts.py        where a registry is asked; guard.py, proxies.py: what may be contacted, and through what
limits.py       how long, how much, how often
transport.py    one request and its answer; connection.py: the sockets below it, the only users of requests
api.py          requests to one repository; pages.py, referrers.py, manifest.py, digest.py, wire.py: what is answered
hub.py          Docker Hub's own API; budget.py: its pull limit
cache.py        content on disk, by digest
"""

from __future__ import annotations

from dockwright.registry.client import Client
from dockwright.registry.credentials import Credential, Credentials
from dockwright.registry.limits import Limits, Network
from dockwright.registry.model import Descriptor, Entry, Resolved, Tags

__all__ = ["Client", "Credential", "Credentials", "Descriptor", "Entry", "Limits", "Network", "Resolved", "Tags"]
