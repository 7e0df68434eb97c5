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


FROM ${BASE}

# git tells which lines a pull request changes.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*

COPY --from=build /app /app

# No USER: GitHub's runner starts an action's container as root, and files that it mounts (outputs, the summary, the
# workspace) belong to the runner's own account, whose number differs from machine to machine.
# -I: nothing in the checked-out repository, which is the working directory, and no PYTHON* variable of the workflow can
# become code that runs here. -u: workflow commands appear at once and in order with the log.
ENTRYPOINT ["/app/bin/python", "-I", "-u", "-m", "dockwright.action"]
