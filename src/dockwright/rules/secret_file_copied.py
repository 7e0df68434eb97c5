"""A secret file is copied into the image

## Why

A file that `COPY` or `ADD` brings is in a layer of the image: everyone who can pull the image can take it out, and a
later `RUN rm` only hides it. In a stage that is not published, it stays in the build cache. A build reads such files
through [mounts](https://docs.docker.com/build/building/secrets/) that leave nothing behind: `RUN --mount=type=secret`
for files, `RUN --mount=type=ssh` for SSH keys. What a program needs when it runs belongs to the container: an
environment variable, a secret of Compose or Kubernetes, a mounted file.

Files are judged by their names, and by their content where the repository has them: an `.npmrc` that only names a
registry, or takes its token from a variable, is left alone. So are examples, test data, certificates and public keys.

## Bad

```dockerfile
FROM debian:trixie-slim
COPY id_rsa /root/.ssh/id_rsa
RUN git clone git@github.com:acme/library.git
```

## Good

```dockerfile
FROM debian:trixie-slim
RUN --mount=type=ssh git clone git@github.com:acme/library.git
```
"""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from dockwright.facts.built_targets import side_stages
from dockwright.facts.context import find_in_context
from dockwright.facts.secret_files import secret_file, weigh_file
from dockwright.facts.secrets import Evidence
from dockwright.finding import Problem, Severity
from dockwright.rules import rule_in_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockwright.dockerfile import Dockerfile, Instruction
    from dockwright.facts.secret_files import SecretFile
    from dockwright.facts.secrets import Suspicion
    from dockwright.project import Project
    from dockwright.traced import Traced

_SEVERITY = {
    Evidence.DEFAULT: Severity.NOTICE,
    Evidence.LIKELY: Severity.WARNING,
    Evidence.CERTAIN: Severity.ERROR,
}


@rule_in_context(Severity.ERROR, instructions=("COPY", "ADD"))
def check(dockerfile: Dockerfile, project: Project) -> Iterator[Problem]:
    """Yield each source of a COPY or ADD that is a secret."""
    unpublished = side_stages(dockerfile, project)
    for instruction in dockerfile.instructions("COPY", "ADD"):
        for source in _sources(instruction):
            file = secret_file(source.text)
            span = source.span
            if file is None or span is None:
                continue
            suspicion = _weigh(dockerfile, project, file, instruction=instruction, source=source)
            if suspicion is not None:
                published = instruction.stage not in unpublished
                severity = _SEVERITY[suspicion.evidence] if published else Severity.NOTICE
                yield Problem(span, _message(source, file, suspicion, published=published), at_most=severity)


def _sources(instruction: Instruction) -> tuple[Traced, ...]:
    """Return the files that are taken from the context or from another stage, as they are named."""
    inline = {heredoc.word.text for heredoc in instruction.heredocs}
    return tuple(word for word in instruction.words[:-1] if word.text not in inline and "://" not in word.text)


def _weigh(
    dockerfile: Dockerfile, project: Project, file: SecretFile, *, instruction: Instruction, source: Traced
) -> Suspicion | None:
    target = instruction.words[-1].text
    if any(part in target for part in ("keyring", "/apt/", "trusted.gpg", "ca-certificates", "pki")):
        return None
    if instruction.flag("from") is not None:
        # What another stage made may be anything, unless its name leaves no doubt.
        return None if file.mixed else weigh_file(file, None)
    found = find_in_context(project.tree, dockerfile.source.path, normpath(source.text).lstrip("/"))
    return weigh_file(file, None if found is None else found.text)


def _message(source: Traced, file: SecretFile, suspicion: Suspicion, *, published: bool) -> str:
    what = f"holds {suspicion.kind}" if suspicion.evidence is Evidence.CERTAIN else f"is {file.kind}"
    who = (
        "everyone who can pull the image can read it, even if a later `RUN` deletes it"
        if published
        else "it stays in the build cache"
    )
    return f"`{source.text}` {what}: {who}. {file.instead}"
