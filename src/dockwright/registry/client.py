"""What others use of a registry: tags, digests, what a tag names, blobs, and what refers to an image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple

from dockwright.errors import InvalidReference, RegistryLimited
from dockwright.image import Reference
from dockwright.registry import manifest
from dockwright.registry.api import Repository
from dockwright.registry.budget import Budget
from dockwright.registry.cache import Cache
from dockwright.registry.credentials import Credentials
from dockwright.registry.digest import digest_of, is_digest, verified, verified_pieces
from dockwright.registry.gather import gather
from dockwright.registry.hosts import Endpoints
from dockwright.registry.hub import Hub
from dockwright.registry.limits import Network
from dockwright.registry.model import Resolved, Tags
from dockwright.registry.once import Once
from dockwright.registry.pages import Pages
from dockwright.registry.referrers import referrers
from dockwright.registry.tokens import Authenticator
from dockwright.registry.transport import Transport

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from dockwright.errors import RegistryError
    from dockwright.registry.manifest import Content
    from dockwright.registry.model import Descriptor

Answer = TypeVar("Answer")
More = TypeVarTuple("More")

_OK = 200
_NO_HEAD = frozenset({405, 501})


class Client:
    """Reads registries; safe in threads, one for a run.

    `name` is always `Reference.name`: `docker.io/library/python`. Each thing is asked once in a run, so that all of a
    run sees the same state. Errors are of `RegistryError`'s tree; `ConfigError` where the configuration is at fault.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        cache_dir: str | None = None,
        mirrors: Mapping[str, str] | None = None,
        allowed_hosts: frozenset[str] = frozenset(),
        token_hosts: Mapping[str, str] | None = None,
        network: Network | None = None,
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take who we are, and what is where.

        Args:
            credentials: see there; a mirror is shown the credential for its own host.
            cache_dir: a folder to keep manifests in, for the next run too; safe to share, and to restore from anywhere.
            mirrors: the URL that stands for a registry, by the registry's name; see `Endpoints`.
            allowed_hosts: registries (`host[:port]`) that may be at a private address.
            token_hosts: the host of the token server of a registry, by the registry's name, where it is another one.
            network: certificates, proxies and limits.
            log: given one line, safe to print, for each request.

        Raises:
            ConfigError: a mirror is no URL, or an allowed host no host.
        """
        self._endpoints = Endpoints(dict(mirrors or {}), allowed_hosts, dict(token_hosts or {}))
        guard = self._endpoints.guard()
        network = network or Network()
        self._limits = network.limits
        self._transport = Transport(guard, network, log=log)
        self._authenticator = Authenticator(
            credentials or Credentials(),
            self._transport,
            guard=guard,
            limits=self._limits,
            token_hosts=self._endpoints.token_hosts,
        )
        self._budget = Budget(self._limits.budget)
        self._cache = Cache(cache_dir, largest=self._limits.cache)
        self._pages = Pages(self._limits)
        self._hub = Hub(self._transport, self._limits)
        self._tags: Once[Tags] = Once()
        self._heads: Once[str] = Once()
        self._dates: Once[date | None] = Once()
        self._contents: Once[Content] = Once()
        self._resolved: Once[Resolved] = Once()

    @property
    def requests(self) -> Counter[tuple[str, str]]:
        """How many requests were sent, by host and kind (`tags`, `head`, `manifest`, `blob`, `token`, `hub`, ...)."""
        return self._transport.counts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and bring the cache down to its size."""
        self._transport.close()
        self._cache.close()

    # --- tags ---------------------------------------------------------------------------------------------------

    def tags(self, name: str) -> Tags:
        """Return the tags of a repository.

        Raises:
            RegistryError: there is no list of them.
        """
        return self._tags.get(name, lambda: self._list(name))

    def pushed(self, name: str, tag: str) -> date | None:
        """Return when a tag was last pushed, where that is known (Docker Hub only), at the price of a request."""
        tags = self._tags.known(name)
        if tags is not None and tag in tags.pushed:
            return tags.pushed[tag]
        repository = self._repository(name, tag)
        if not repository.endpoint.is_hub:
            return None
        return self._dates.get((name, tag), lambda: self._hub.pushed(repository.name, tag))

    def first_seen(self, digest: str, today: date) -> date | None:
        """Return the day on which a run with this cache first asked this of a digest; None without a cache."""
        return self._cache.first_seen(digest, today)

    def _list(self, name: str) -> Tags:
        repository = self._repository(name)
        names, complete = self._pages.names(repository)
        if not repository.endpoint.is_hub:
            return Tags(names, complete=complete)
        dates, oldest = self._hub.dates(repository.name)
        return Tags(names, dates, oldest, complete)

    # --- what a tag names ---------------------------------------------------------------------------------------

    def digest(self, name: str, tag: str) -> str:
        """Return the digest that a tag names now: of the index, where there is one.

        Raises:
            RegistryError: the registry does not say.
        """
        content = self._contents.known((name, tag))
        return content.digest if content is not None else self._heads.get((name, tag), lambda: self._head(name, tag))

    def resolve(self, name: str, tag_or_digest: str) -> Resolved:
        """Return what a tag or digest names.

        Raises:
            RegistryError: the registry does not have it or say it, or it is not to be trusted.
        """
        return self._resolved.get((name, tag_or_digest), lambda: self._resolve(name, tag_or_digest))

    def manifest(self, name: str, digest: str) -> bytes:
        """Return a manifest or index as it is; it has this digest.

        Raises:
            RegistryError: the registry does not have it, or sends another.
        """
        return self._content(name, digest).data

    def _head(self, name: str, tag: str) -> str:
        repository = self._repository(name, tag)
        reply = repository.ask(
            f"manifests/{tag}", "head", method="HEAD", largest=self._limits.manifest, accept=manifest.ACCEPT
        )
        digest = reply.headers.get("Docker-Content-Digest", "")
        if reply.status in _NO_HEAD or (reply.status == _OK and not is_digest(digest)):
            return self._content(name, tag).digest
        if reply.status != _OK:
            raise repository.refusal(reply, f"tag `{tag}`")
        return digest

    def _resolve(self, name: str, reference: str) -> Resolved:
        """Find out with as few pulls as may be: what is kept for ever needs the tag's digest only."""
        repository = self._repository(name, reference)
        known = reference if is_digest(reference) else self._heads.known((name, reference))
        try:
            if known is None and self._cache.knows(name):
                known = self.digest(name, reference)
            content = self._content(name, known or reference)
        except RegistryLimited:
            found = self._from_hub(repository, name, reference)
            if found is None:
                raise
            return found
        return manifest.resolved(
            content,
            config=lambda digest: self._config(name, digest),
            nested=lambda digest: self._content(name, digest),
            host=repository.endpoint.registry,
        )

    def _from_hub(self, repository: Repository, name: str, reference: str) -> Resolved | None:
        """Ask Docker Hub's own API, which does not count pulls."""
        if not repository.endpoint.is_hub or is_digest(reference):
            return None
        return self._hub.resolved(repository.name, reference, self.digest(name, reference))

    # --- content ------------------------------------------------------------------------------------------------

    def _content(self, name: str, reference: str) -> Content:
        return self._contents.get((name, reference), lambda: self._kept(name, reference) or self._get(name, reference))

    def _kept(self, name: str, reference: str) -> Content | None:
        data = self._cache.read(reference) if is_digest(reference) else None
        return None if data is None else manifest.read(data, reference, host=self._repository(name).endpoint.registry)

    def _get(self, name: str, reference: str) -> Content:
        repository = self._repository(name, reference)
        host = repository.endpoint.registry
        reply = repository.ask(
            f"manifests/{reference}", "manifest", largest=self._limits.manifest, accept=manifest.ACCEPT
        )
        if reply.status != _OK:
            raise repository.refusal(reply, f"manifest `{reference}`" if is_digest(reference) else f"tag `{reference}`")
        said = reply.headers.get("Docker-Content-Digest", "")
        digest = reference if is_digest(reference) else said if is_digest(said) else digest_of(reply.body)
        content = manifest.read(
            verified(reply.body, digest, host=host),
            digest,
            host=host,
            content_type=reply.headers.get("Content-Type", ""),
        )
        self._cache.write(digest, reply.body)
        self._cache.note(name)
        return content

    def _config(self, name: str, digest: str) -> bytes:
        data = self._cache.read(digest)
        if data is None:
            repository = self._repository(name, digest)
            reply = repository.ask(f"blobs/{digest}", "blob", largest=self._limits.config)
            if reply.status != _OK:
                raise repository.refusal(reply, f"blob `{digest}`")
            data = verified(reply.body, digest, host=repository.endpoint.registry)
            self._cache.write(digest, data)
        return data

    def blob(self, name: str, digest: str, *, largest: int) -> Iterator[bytes]:
        """Yield a blob piece by piece; it is verified when the last piece has been taken without an error.

        Raises:
            RegistryError: there is no such blob, it has more than `largest` bytes, or it has another digest.
        """
        repository = self._repository(name, digest)
        with repository.stream(f"blobs/{digest}", "blob", largest=largest) as (reply, pieces):
            if reply.status != _OK:
                raise repository.refusal(reply, f"blob `{digest}`")
            yield from verified_pieces(pieces, digest, host=repository.endpoint.registry)

    def referrers(self, name: str, digest: str, *, artifact_type: str = "") -> tuple[Descriptor, ...]:
        """Return what refers to an image: signatures, attestations; of one type, if it is given.

        Raises:
            RegistryError: the registry does not say.
        """
        return referrers(self._repository(name, digest), digest, artifact_type, self._limits)

    # --- many at once -------------------------------------------------------------------------------------------

    def gather(
        self, ask: Callable[[str, *More], Answer], jobs: Iterable[tuple[str, *More]]
    ) -> list[Answer | RegistryError]:
        """Call `ask(name, ...)` for every job at the same time, a few for each registry.

        Returns:
            for each job, in their order, the answer, or the error if it was one of `RegistryError`'s tree.
        """
        calls = list(jobs)
        return gather(
            [partial(ask, *job) for job in calls],
            [job[0].partition("/")[0] for job in calls],
            per_host=self._limits.per_host,
        )

    def _repository(self, name: str, reference: str = "") -> Repository:
        """Return the repository; a name that is none never becomes part of a URL."""
        if reference and not is_digest(reference):
            parsed = Reference.parse(f"{name}:{reference}")
        else:
            parsed = Reference.parse(name)
        if parsed.name != name or (reference and not is_digest(reference) and parsed.tag != reference):
            raise InvalidReference(f"`{name}` is not the full name of a repository")
        return Repository(
            self._endpoints.of(parsed.registry),
            parsed.repository,
            transport=self._transport,
            authenticator=self._authenticator,
            budget=self._budget,
        )
