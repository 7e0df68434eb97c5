"""What refers to an image (distribution-spec, "Listing Referrers")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dockwright.registry import manifest
from dockwright.registry.digest import digest_of
from dockwright.registry.model import INDEXES, OCI_INDEX

if TYPE_CHECKING:
    from dockwright.registry.api import Repository
    from dockwright.registry.limits import Limits
    from dockwright.registry.model import Descriptor

_OK: Final = 200
_NOT_FOUND: Final = 404


def referrers(repository: Repository, digest: str, artifact_type: str, limits: Limits) -> tuple[Descriptor, ...]:
    """Return what refers to a manifest; of one type, if it is given.

    Where a registry does not have this API, those who push keep an index under a tag made of the digest instead. Only
    the first page is read: it holds some hundreds.

    Raises:
        RegistryError: the registry does not say.
    """
    query = f"?artifactType={artifact_type.replace('+', '%2B')}" if artifact_type else ""
    reply = repository.ask(f"referrers/{digest}{query}", "referrers", largest=limits.manifest, accept=OCI_INDEX)
    if reply.status == _NOT_FOUND:
        tag = digest.replace(":", "-")[:128]
        reply = repository.ask(f"manifests/{tag}", "manifest", largest=limits.manifest, accept=manifest.ACCEPT)
        if reply.status == _NOT_FOUND:
            return ()
    if reply.status != _OK:
        raise repository.refusal(reply, "referrers")
    host = repository.endpoint.registry
    content_type = reply.headers.get("Content-Type", "")
    content = manifest.read(reply.body, digest_of(reply.body), host=host, content_type=content_type)
    found = manifest.descriptors(content) if content.media_type in INDEXES else ()
    # Whether the registry has filtered is not asked (`OCI-Filters-Applied`): filtering twice is the same.
    return tuple(each for each in found if artifact_type in {"", each.artifact_type})
