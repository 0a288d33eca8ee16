# `make` alone lists what can be done here.
.DEFAULT_GOAL := help
.PHONY: help install demo test check bench bench-accounts bench-payment-file faults lock screenshots clean
PYTHON ?= python3
BIN := .venv/bin
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

install: .venv/installed ## make .venv with everything siller needs, and .venv/bin/siller

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "siller needs Python 3.11 or 3.12; name one: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## pay October and November for practice, stop December; says where the results are
	$(BIN)/siller demo

test: install browser ## run every test
	$(BIN)/python -m pytest

check: install ## lint, format, types, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/architecture

bench: install ## measure a million payments beside the floor (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.pay_run --rows $(or $(ROWS),1000000)

bench-accounts: install ## check ten million accounts beside the floor and the packages (ROWS=1000000 for fewer)
	$(BIN)/python -m tests.benchmarks.accounts --rows $(or $(ROWS),10000000)

faults: install ## kill a month's run at every step and at 200 random moments (RANDOM=20 for fewer)
	$(BIN)/python -m tests.faults.harness --random $(or $(RANDOM),200)

bench-payment-file: install ## write a payment file of a million beside the floor and a loop (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.payment_files --rows $(or $(ROWS),1000000)

lock: install ## resolve the dependencies again into requirements.lock
	$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --all-extras pyproject.toml -o requirements.lock

screenshots: install browser ## take the README's pictures again
	$(BIN)/python -m tests.e2e.screenshots

clean: ## remove what was installed and what the demo left
	rm -rf .venv build siller-demo bench-results .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

# The tests fill the approval form in a real browser.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || { echo "The tests need the Debian package chromium: apt-get install chromium"; exit 1; }
