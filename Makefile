.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q
SCRIPTS = $(shell find static -name '*.js' -not -path 'static/vendor/*' | sort)

.PHONY: help setup setup-dev system run test lint bench storms docs texts migration lock
help: ## Show what make can do
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: .venv/engine ## Make .venv with the engine alone

setup-dev: .venv/dev

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/engine: requirements.txt pyproject.toml web/translations/en/LC_MESSAGES/messages.po | .venv/bin/python
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-build-isolation --no-deps -e .
	$(BIN)/python -m web.i18n
	@touch $@

.venv/dev: requirements-dev.txt .venv/engine
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

system: ## Install what the tests need from the system's packages (as root), or say what is missing
	@.ci/system

run: setup ## Serve the demonstration on http://127.0.0.1:8000
	@$(BIN)/kaochang migrate >/dev/null
	@$(BIN)/kaochang demo
	@exec $(BIN)/kaochang serve

test: setup-dev ## Run every test, with real PostgreSQL, Redis and Chromium
	@.ci/system
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: setup-dev ## Check style, types, arrows and scripts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@for script in $(SCRIPTS); do node --input-type=module --check - < $$script || { echo $$script; exit 1; }; done

bench: setup-dev ## Measure; prints ratios
	$(BIN)/python -m bench

storms: setup-dev ## Rehearse over every fault on both databases until a thousand have happened: make storms faults=1000 minutes=240
	@.ci/system
	$(BIN)/python -m bench.rehearsal.storm --faults $(or $(faults),1000) --minutes $(or $(minutes),240)

docs: setup-dev ## Write the parts of docs/ that are made from the code
	$(BIN)/python -m web.describing docs

texts: setup-dev ## Collect the texts of pages into the catalogue for translation
	$(BIN)/python -m web.texts

migration: setup-dev ## Write the next revision of the database: make migration say="what changes"
	$(BIN)/python -m tests.make.migration "$(say)"
	$(BIN)/ruff format -q core/migrations/versions

lock: ## Pin the packages again from pyproject.toml (hashes, no registry address)
	echo setuptools | $(LOCK) pyproject.toml - -o requirements.txt
	echo setuptools | $(LOCK) pyproject.toml - --extra dev -o requirements-dev.txt
