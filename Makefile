# Everything a developer does. Each target sets up what is missing; nothing else is needed first.

PYTHON ?= python3
PORT ?= 5000
INSTANCE_DIR ?= $(CURDIR)/instance
DEMO ?= 1

BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
PYTEST := $(BIN)/python -m pytest

# What stands for a finished step: make compares their ages, so that a second call starts no process.
RUNTIME := .venv/runtime.stamp
TOOLS := .venv/tools.stamp
ASSETS := portal/static/dist/manifest.json
TEXTS := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))
LOOK := $(wildcard frontend/*.json frontend/*.mjs frontend/*.py frontend/.npmrc frontend/src frontend/src/*)

.PHONY: help setup run test check fault fuzz bench shots
.DEFAULT_GOAL := help

help:
	@echo "make run     start the portal with a demo season on http://127.0.0.1:$(PORT)"
	@echo "make test    run every test      make check   lint, types, import floors, texts, pins"
	@echo "make fault   long fault tests    make bench   measure    make shots   pictures of pages"
	@echo "make fuzz    100 000 spoilt messages for the reader of answers by mail"

setup: $(RUNTIME) $(ASSETS) $(TEXTS)
	@:

run: setup
	@export PORT="$(PORT)" INSTANCE_DIR="$(INSTANCE_DIR)" DEMO="$(DEMO)"; exec $(BIN)/flask --app wsgi serve

# Three legs, in this order: SQLite, PostgreSQL (out of a wheel), a real browser. What knows no
# database is tested once.
PURE := tests/house tests/jury/matching tests/geography tests/office
test: setup $(TOOLS)
	@$(BIN)/python -m tests.browser.ensure_chromium
	TEST_DATABASE=sqlite $(PYTEST) tests --ignore tests/browser -n 2
	TEST_DATABASE=postgresql $(PYTEST) tests --ignore tests/browser $(PURE:%=--ignore %) -n 2
	TEST_DATABASE=sqlite $(PYTEST) tests/browser -n 2

# tests/house: texts complete, migrations match models, pins match pyproject.toml, nothing stray.
check: setup $(TOOLS)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports --no-cache
	$(PYTEST) tests/house

# Long forms of the fault tests, and tests that must notice when a safeguard is taken out; the
# figures go into docs/benchmarks.md.
fault: setup $(TOOLS)
	@rm -rf build/fault
	TEST_DATABASE=sqlite $(PYTEST) tests -m fault
	TEST_DATABASE=postgresql $(PYTEST) tests -m fault
	$(BIN)/python -m tests.mail.mutations
	$(BIN)/python -m bench.faults

# Ends with 1 when one of them made the reader stumble, and says which, how long, how much memory.
fuzz: setup $(TOOLS)
	$(BIN)/python -m tests.answers.inbox.fuzz 100000

bench: setup $(TOOLS)
	$(BIN)/python -m bench

shots: setup $(TOOLS)
	@$(BIN)/python -m tests.browser.ensure_chromium
	$(BIN)/python -m tests.browser.shots

$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one by PYTHON=…" >&2; exit 1; }
	@echo "Setting up: Python packages"
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@echo "Setting up: test tools"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(ASSETS): $(LOOK) | $(RUNTIME)
	@echo "Setting up: front end"
	@$(BIN)/python frontend/build.py
	@touch $@

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
