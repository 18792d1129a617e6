# `make help` lists what there is. Needs only Python 3.11+, make and a package index.
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8080
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: bench docs words help install dev demo test check format lock screenshots clean

help: ## List these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(BIN)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Laurel needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.installed-dev: $(BIN)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(BIN)/.installed ## Set up what Laurel runs on, in .venv

dev: $(BIN)/.installed-dev ## Set up what its tests and checks need, too

JUDGES := tests/judges
# Other people's verifiers. Without Node.js, or a way to its packages, the tests that ask those are skipped and say so.
$(JUDGES)/.installed: $(JUDGES)/openbadges.lock $(JUDGES)/package-lock.json
	test -x $(JUDGES)/.venv/bin/python || $(PYTHON) -m venv $(JUDGES)/.venv
	$(JUDGES)/.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	if command -v npm >/dev/null && npm ci --prefix $(JUDGES) --ignore-scripts --no-audit --no-fund --silent; then touch $@; fi

demo: install ## Open a sample school's chat room at http://127.0.0.1:8080
	@echo "The room opens at http://127.0.0.1:$(PORT); stop it with Ctrl-C."
	@LAUREL_CONFIG=demo.toml LAUREL_WEB__PORT=$(PORT) $(BIN)/laurel init --sample
	@LAUREL_CONFIG=demo.toml LAUREL_WEB__PORT=$(PORT) exec $(BIN)/laurel run

test: dev $(JUDGES)/.installed ## Run every test, on SQLite, PostgreSQL and in a real browser
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: dev ## Lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: dev ## Renew the locked versions of everything
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements.lock --group dev -o requirements-dev.lock

bench: dev ## Measure beside others' implementations, and write docs/benchmarks.md
	! command -v npm >/dev/null || npm ci --prefix benchmarks/peers --ignore-scripts --no-audit --no-fund --silent || true
	! command -v npm >/dev/null || (cd benchmarks/peers && npm run --silent didkit) || true
	$(BIN)/python -m benchmarks

screenshots: dev ## Make the README's pictures from the running demo
	$(BIN)/python docs/screenshots.py

docs: dev ## Write docs/reference.md anew
	$(BIN)/python docs/reference.py

words: dev ## Bring the translations up to date with the code, and list what is missing
	$(BIN)/python docs/words.py

clean: ## Remove what was built; the demo's data stays
	rm -rf $(VENV) $(JUDGES)/.venv $(JUDGES)/node_modules $(JUDGES)/.installed .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
