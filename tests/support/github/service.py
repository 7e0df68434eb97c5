"""The double of GitHub: what it holds, and how a request becomes an answer."""

from __future__ import annotations

import json
import re
import traceback
from threading import Lock
from typing import TYPE_CHECKING, Self

from tests.support.github import contract, people
from tests.support.github.faults import Effect, Fault
from tests.support.github.gql import execution
from tests.support.github.gql.asking import Asker
from tests.support.github.limits import RateLimit
from tests.support.github.messages import Call, Refused, Reply, Request, Route, forbidden, not_found
from tests.support.github.repository import Repository
from tests.support.github.rest import checks, git, issues, pulls, repositories, reviews
from tests.support.github.server import Server
from tests.support.github.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from tests.support.github.people import Token

ROUTES: dict[str, Route] = {
    **repositories.ROUTES,
    **pulls.ROUTES,
    **reviews.ROUTES,
    **issues.ROUTES,
    **checks.ROUTES,
    **git.ROUTES,
}

_VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
_BASE = "/repos/{owner}/{repo}"


class GitHub:
    """GitHub with the repositories of a test, on a port of this machine for as long as `with` lasts.

    Attributes:
        api_url, graphql_url, server_url: what a workflow knows as GITHUB_API_URL and so on.
        repositories: by their full name.
        requests: all that came, in order.
        violations: how requests and answers were not what GitHub describes; `close` raises them.
        rate: the primary rate limit.
    """

    def __init__(self, folder: Path, *, enterprise: bool = False) -> None:
        self.folder = folder
        self.world = World()
        self.repositories: dict[str, Repository] = {}
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.rate = RateLimit()
        self._tokens: dict[str, Token] = {}
        self._faults: list[Fault] = []
        self._lock = Lock()
        self._server = Server(self._handle)
        self._root, self._graphql = ("/api/v3", "/api/graphql") if enterprise else ("", "/graphql")
        self.api_url = self.world.api = self._server.address + self._root
        self.graphql_url = self._server.address + self._graphql
        self.server_url = self.world.html = "https://github.example.com" if enterprise else "https://github.com"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None:
            self.check()
        elif self.violations:
            error.add_note("Not as GitHub describes it:\n" + "\n".join(self.violations))

    def stop(self) -> None:
        """Answer no more."""
        self._server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What a job's environment says of GitHub."""
        return {
            "GITHUB_API_URL": self.api_url,
            "GITHUB_GRAPHQL_URL": self.graphql_url,
            "GITHUB_SERVER_URL": self.server_url,
        }

    # --- for tests ----------------------------------------------------------------------------------------------

    def repository(self, files: Mapping[str, str | bytes], name: str = "octo/app") -> Repository:
        """Make a repository with files on `main`."""
        made = self.repositories[name] = Repository(self.world, name, self.folder)
        made.commit("main", files)
        return made

    def empty_repository(self, name: str = "octo/app") -> Repository:
        """Make a repository without a commit."""
        made = self.repositories[name] = Repository(self.world, name, self.folder)
        return made

    def fork(self, parent: Repository, owner: str = "contributor") -> Repository:
        """Fork a repository."""
        name = f"{owner}/{parent.name}"
        made = self.repositories[name] = Repository(self.world, name, self.folder, parent)
        made.git.set_ref("refs/heads/main", parent.tip("main"))
        return made

    def workflow_token(self, repository: Repository, **permissions: str) -> Token:
        """Make a token as a workflow's job has it, with the `permissions:` of the job (`_` for `-`)."""
        return self.know(people.workflow_token(repository.full_name, **permissions))

    def read_only_token(self, repository: Repository) -> Token:
        """Make the token of a job for a pull request of a fork or of Dependabot."""
        return self.know(people.read_only_token(repository.full_name))

    def know(self, token: Token) -> Token:
        """Accept a token."""
        self._tokens[token.value] = token
        return token

    def fail(self, on: str, effect: Effect, *, nth: int = 1, times: int | None = 1, carried_out: bool = False) -> Fault:
        """Let something go wrong; see `Fault`."""
        return self._add(Fault(effect, None, on, nth, times, carried_out))

    def meanwhile(self, on: str, action: Callable[[], object], *, nth: int = 1) -> Fault:
        """Let something happen just before a request is carried out, such as a push."""
        return self._add(Fault(None, action, on, nth, 1, carried_out=True))

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    @property
    def writes(self) -> list[str]:
        """The requests that would change something, as `METHOD /path`."""
        return [each.line for each in self.requests if each.writes]

    def check(self) -> None:
        """Raise what was not as GitHub describes it; a test that expects some clears `violations`."""
        assert not self.violations, "not as GitHub describes it:\n" + "\n".join(self.violations)

    # --- answering ----------------------------------------------------------------------------------------------

    def visible(self, repository: Repository, token: Token | None) -> bool:
        """Whether a token may know that a repository exists."""
        return not repository.private or (token is not None and token.repository in {None, repository.full_name})

    def _handle(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], data: bytes
    ) -> tuple[Reply, Effect | None]:
        with self._lock:
            try:
                return self._record(method, path, query, headers, data)
            except Exception:  # noqa: BLE001 - a defect of the double, which is told as one
                self.violations.append(f"the double: {method} {path}: {traceback.format_exc()}")
                return Reply(500, {"message": "The double is broken"}), None

    def _record(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], data: bytes
    ) -> tuple[Reply, Effect | None]:
        body = json.loads(data) if data else None
        graphql = path == self._graphql
        path = "/graphql" if graphql else path.removeprefix(self._root) if path.startswith(self._root) else "/outside"
        writes = execution.writes(body) if graphql and isinstance(body, dict) else method != "GET"
        request = Request(len(self.requests) + 1, method, path, query, headers, body, writes)
        self.requests.append(request)
        struck = [each for each in self._faults if each.strikes(request)]
        for each in struck:
            if each.meanwhile is not None:
                each.meanwhile()
        fault = next((each for each in struck if each.effect is not None), None)
        if fault is not None and not fault.carried_out:
            return Reply(0), fault.effect
        reply = self._answer(request, graphql=graphql)
        if fault is not None:
            return reply, fault.effect
        request.status = reply.status
        return reply, None

    def _answer(self, request: Request, *, graphql: bool) -> Reply:
        try:
            request.token = self._token(request.headers)
            self._check_headers(request)
            if request.path != "/rate_limit":
                self.rate.take()
            reply = self._ask(request) if graphql else self._carry_out(request)
        except Refused as refused:
            reply = refused.reply()
        return Reply(reply.status, reply.body, {**self.rate.headers(), **reply.headers})

    def _token(self, headers: dict[str, str]) -> Token | None:
        if "authorization" not in headers:
            return None
        match = re.fullmatch(r"(?:token|Bearer) (\S+)", headers["authorization"])
        if match is None or match[1] not in self._tokens:
            raise Refused(401, "Bad credentials")
        return self._tokens[match[1]]

    def _check_headers(self, request: Request) -> None:
        if not request.headers.get("user-agent"):
            raise Refused(403, "Request forbidden by administrative rules: it has no User-Agent header.")
        version = request.headers.get("x-github-api-version")
        if version is not None and version not in _VERSIONS:
            raise Refused(400, f"The API version {version} is not supported.")

    def _ask(self, request: Request) -> Reply:
        if request.token is None:
            raise Refused(401, "This endpoint requires you to be authenticated.")
        if request.method != "POST" or not isinstance(request.body, dict):
            raise Refused(400, "A query attribute must be specified and must be a string.")
        reply, strange = execution.carry_out(Asker(self, request.token), request.body)
        self.violations += strange
        return reply

    def _carry_out(self, request: Request) -> Reply:
        found = contract.find(request.method, request.path)
        if found is None:
            self.violations.append(f"{request.line}: not among the operations of scripts/github_contract.toml")
            not_found()
        operation, parameters = found
        problems = list(contract.request_problems(operation, parameters, request.query, request.body))
        self.violations += problems
        if problems:
            return Refused(422, "Invalid request.\n\n" + "\n".join(problems)).reply(operation.documentation)
        try:
            reply = self._call(ROUTES[operation.name], operation.name, request, parameters)
        except Refused as refused:
            reply = refused.reply(operation.documentation)
        self.violations += contract.answer_problems(operation, reply.status, reply.body)
        return reply

    def _call(self, route: Route, name: str, request: Request, parameters: dict[str, str]) -> Reply:
        token = request.token
        found = None
        if name.partition(" ")[2].startswith(_BASE):
            found = self.repositories.get(f"{parameters['owner']}/{parameters['repo']}")
            if found is None or not self.visible(found, token):
                not_found()
            self._check_permission(found, token, route.needs)
            if found.archived and request.writes:
                raise Refused(403, "Repository was archived so is read-only.")
        return route.carry_out(Call(self, request, parameters, token, found))

    def _check_permission(self, repository: Repository, token: Token | None, needs: str) -> None:
        """Refuse what the token may not do; everybody may read what is public."""
        reads = "write" not in needs and "administration" not in needs
        if reads and not repository.private:
            return
        if token is None:
            raise Refused(401, "Requires authentication")
        if token.repository not in {None, repository.full_name} or not token.has(needs):
            forbidden(needs)
