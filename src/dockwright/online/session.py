"""One review's connections: made only where online rules are wanted and may run, closed when it is done."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from dockwright.config import Config
from dockwright.errors import Error
from dockwright.online.places import Places, config_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from dockwright.online.asking import Asker
    from dockwright.options import Options
    from dockwright.project import Tree
    from dockwright.registry import Credential

_OF_PEOPLE = frozenset({"DOCKER_CONFIG", "HOME"})


class Review(Struct, frozen=True):
    """What a review is of, as far as asking registries depends on it.

    Attributes:
        options: whether it is asked for.
        config: the configuration of the files under review.
        tree: the files under review.
        before: gives the files of the base; None where nothing is compared, and all files are the user's own.
        today: the day.
        environment: credentials, proxies and certificates.
        credentials: those given by hand, by host.
        cache_dir: the folder that keeps registries' answers.
        fork: whether the files come from a fork: then no credential is used.
        self_hosted: whether this runs on a runner of the user's own.
    """

    options: Options
    config: Config
    tree: Tree
    before: Callable[[], Tree] | None
    today: date
    environment: Mapping[str, str]
    credentials: Mapping[str, Credential] | None = None
    cache_dir: str | None = None
    fork: bool = False
    self_hosted: bool = False


def is_wanted(options: Options, config: Config) -> bool:
    """Tell whether a configuration, or who runs this, asks for online rules."""
    return config.online.enabled if options.online is None else options.online


@contextmanager
def asking(review: Review, notes: list[str]) -> Iterator[Asker | None]:
    """Give what asks; None where nothing may be asked. `notes` gets what the user should know, in sentences.

    With a base, what its configuration says counts: the one under review may be a stranger's.
    """
    found = _settled(review, notes) if is_wanted(review.options, review.config) else None
    if found is None:
        yield None
        return
    from dockwright.evidence.probing import probing
    from dockwright.online.asking import Asker
    from dockwright.update.client import connect

    config, tree = found
    environment = {name: text for name, text in review.environment.items() if not (review.fork and name in _OF_PEOPLE)}
    credentials = None if review.fork else review.credentials
    with (
        closing(connect(config, environment, cache_dir=review.cache_dir, credentials=credentials)) as client,
        probing(client, config, environment, cache_dir=review.cache_dir) as official,
        probing(client, config, environment, cache_dir=review.cache_dir, trust_sources=False) as others,
    ):
        asker = Asker(
            client, probers=(official, others), places=Places(config, tree), config=config, today=review.today
        )
        try:
            yield asker
        finally:
            notes += asker.notes


def _settled(review: Review, notes: list[str]) -> tuple[Config, Tree] | None:
    """Return the configuration and the files that say who may be asked; None if nobody is to be."""
    try:
        tree = review.tree if review.before is None else review.before()
        config = review.config if review.before is None else _before(tree, review.options.config)
    except Error as error:
        notes.append(f"No registry was asked, as the base branch could not be read: {error}.")
        return None
    if not is_wanted(review.options, config):
        notes.append("No registry was asked: `online` is not switched on in the configuration of the base branch.")
        return None
    if review.fork and review.self_hosted and not config.online.forks_on_self_hosted:
        notes.append(
            "No registry was asked for a fork's pull request on a runner of your own; `forks-on-self-hosted` under "
            "`online` in the base branch's configuration allows it."
        )
        return None
    return config, tree


def _before(tree: Tree, named: str | None) -> Config:
    """Read the base's configuration; none, where the named file is not there."""
    return Config() if named is not None and tree.read(named) is None else config_of(tree, named)
