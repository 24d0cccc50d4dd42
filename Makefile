# Needs Python 3.11 or newer; everything else is installed into .venv.
# `make PYTHON=python3.12 run` chooses another interpreter. On Linux, PyPI's torch comes with CUDA, which is large and
# not used here: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu in the environment gets the small one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_VERSION := 26.3
WORKERS := 2
BENCHMARKS := turn concurrency soak changes startup retrieval understanding endings figures_questions kpis charts import_rate demo_rate

# What has been installed: stamps are renewed only when the lock or the project's metadata changed in content.
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test
LOCK_SUM := $$(cat requirements.lock pyproject.toml | cksum)

.DEFAULT_GOAL := help
.PHONY: help run test lint bench lock install install-test chromium clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: install .env ## Set up what is missing, then serve the demo shop on http://127.0.0.1:8000
	@$(BIN)/parley demo
	@$(BIN)/parley index
	@$(BIN)/parley serve

test: install-test chromium lint ## Lint, types, import rules and every test
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

lint: install-test ## Style, formatting, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-test ## Measure: turns, load, figures at a million orders, import, retrieval, start
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name; done

lock: ## Resolve the dependencies anew and write requirements.lock
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install -qq pip==$(PIP_VERSION)
	$(VENV)-lock/bin/pip install -qq -e '.[dev]'
	$(VENV)-lock/bin/pip check
	@{ echo "# Exact versions of everything, written by make lock."; \
	   $(VENV)-lock/bin/pip freeze --exclude-editable --exclude pip --exclude setuptools --exclude wheel \
	   | grep -vE '^(nvidia-|triton|parley( |=))' | sed 's/+cpu$$//'; } > requirements.lock
	rm -rf $(VENV)-lock

clean: ## Remove the environment; data in var/ stays
	rm -rf $(VENV) $(VENV)-lock

install: $(BIN)/python
	@if [ "$$(cat $(RUN_STAMP) 2>/dev/null || cat $(TEST_STAMP) 2>/dev/null)" != "$(LOCK_SUM)" ]; then \
	  echo "Installing (once; a minute or two) ..."; \
	  $(BIN)/pip install -qq -c requirements.lock -e . && \
	  echo "$(LOCK_SUM)" > $(RUN_STAMP); fi

install-test: $(BIN)/python
	@if [ "$$(cat $(TEST_STAMP) 2>/dev/null)" != "$(LOCK_SUM)" ]; then \
	  echo "Installing what the tests need (once; a minute or two) ..."; \
	  $(BIN)/pip install -qq -c requirements.lock -e '.[dev]' && \
	  echo "$(LOCK_SUM)" > $(TEST_STAMP); fi

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Parley needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check pip==$(PIP_VERSION)

# A browser for the end-to-end tests.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then \
	  echo "Installing Chromium for the browser tests ..."; \
	  run=""; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
	  $$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
	  echo "The browser tests need Chromium: install it (Debian: apt-get install chromium), then run make test again."; exit 1; \
	fi

.env:
	@sed -e "s/^IDENTITY_SECRET=.*/IDENTITY_SECRET=$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(32))')/" \
	     -e 's/^DEMO=.*/DEMO=true/' .env.example > .env.new && chmod 600 .env.new && mv .env.new .env
	@echo "Wrote .env with a secret of its own and the demo shop switched on."
