# The action's image: the package and what it runs on, in a virtual environment. Nothing is installed at run time.

# Tests build it on a base of their own.
ARG BASE=docker.io/library/python:3.14-slim-trixie

FROM ${BASE} AS build

# What is installed is locked by hash (`make lock`), and wheels only: nothing is compiled, no set-up script is run.
# The environment has no pip: the base image's own installs into it.
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv --without-pip /app \
    && python -m pip --python /app/bin/python install --no-cache-dir --no-compile --disable-pip-version-check \
        --no-deps --only-binary :all: --require-hashes --requirement /tmp/requirements.lock \
    # actions-toolkit installs its own tests as a package named `tests`.
    && rm -r /app/lib/python3*/site-packages/tests

# A path entry in place of an installation, which would need a build backend, locked as well.
COPY src/dockwright /app/src/dockwright
RUN echo /app/src > "$(echo /app/lib/python3*/site-packages)/dockwright.pth" \
    # Importing without compiled code takes a second longer. `unchecked`: COPY may change the sources' times.
    && /app/bin/python -m compileall -q --invalidation-mode unchecked-hash /app


# git tells which lines a pull request changes; ShellCheck reads what RUN runs. Their packages bring 100 MB, Perl among
# it, of which nothing is used: only the two programs go on, with what tells scanners which versions they are.
FROM ${BASE} AS programs

RUN apt-get update \
    && apt-get install --yes --no-install-recommends git shellcheck \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /programs/usr/bin /programs/var/lib/dpkg/status.d \
    && for each in git shellcheck; do \
        cp "/usr/bin/${each}" /programs/usr/bin/ \
        && dpkg --status "${each}" > "/programs/var/lib/dpkg/status.d/${each}" \
        || exit 1; \
    done


FROM ${BASE}

COPY --from=programs /programs /
COPY --from=build /app /app

# No USER: GitHub's runner starts an action's container as root, and files that it mounts (outputs, the summary, the
# workspace) belong to the runner's own account, whose number differs from machine to machine. The action's first step
# is to become that account.
# -I: nothing in the checked-out repository, which is the working directory, and no PYTHON* variable of the workflow can
# become code that runs here. -u: workflow commands appear at once and in order with the log.
ENTRYPOINT ["/app/bin/python", "-I", "-u", "-m", "dockwright.action"]
