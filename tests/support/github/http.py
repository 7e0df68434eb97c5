"""A client without a library of GitHub's: it sends what a test says, and gives back what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from tests.support.github.people import Token
    from tests.support.github.service import GitHub


class Client:
    """Sends requests to the double with a token; None for nobody.

    Attributes:
        headers: those of each request.
    """

    def __init__(self, hub: GitHub, token: Token | None) -> None:
        self._hub = hub
        self._session = requests.Session()
        self._session.trust_env = False
        self.headers = self._session.headers
        if token is not None:
            self._session.headers["Authorization"] = f"Bearer {token.value}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._session.close()

    def send(self, line: str, body: object = None, **query: object) -> requests.Response:
        """Send `METHOD /path` with a JSON body and a query."""
        method, path = line.split(" ", 1)
        params = {name: str(value) for name, value in query.items()}
        return self._session.request(method, self._hub.api_url + path, json=body, params=params, timeout=10)

    def graphql(self, document: str, operation: str | None = None, **variables: object) -> Any:  # noqa: ANN401 - JSON
        """Send a document, with the name of its operation if it has several, and return the JSON that comes."""
        sent = {"query": document, "variables": variables, **({"operationName": operation} if operation else {})}
        return self._session.post(self._hub.graphql_url, json=sent, timeout=10).json()
