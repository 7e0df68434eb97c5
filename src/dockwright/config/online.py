"""What is asked of registries in a review, and whom."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

MAX_BASE_AGE: Final = 120
"""Days: the longest that an official distribution's image waited for its rebuild in two years was 105 (Alpine's)."""

Host = Annotated[str, Meta(pattern=r"^(\*\.)?[^/?#@\s*]+$")]


class OnlineSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Online rules, which ask registries about base images on changed lines."""

    enabled: Annotated[bool, Meta(description="Whether they run where nobody says it by hand.")] = False
    registries: Annotated[
        tuple[Host, ...],
        Meta(
            description="Registries that may be asked besides those that the base branch already names; "
            "`*.example.com` are all that end so."
        ),
    ] = ()
    forks_on_self_hosted: Annotated[
        bool, Meta(description="Whether they also run for pull requests from forks on runners of your own.")
    ] = False
    max_base_age: Annotated[
        int, Meta(description="Days after which an image that was not rebuilt is told.", ge=1, le=3650)
    ] = MAX_BASE_AGE

    def names(self, registry: str) -> bool:
        """Tell whether a registry is among those that may be asked."""
        return any(
            registry.endswith(each[1:]) if each.startswith("*.") else registry == each for each in self.registries
        )
