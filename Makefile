# `make` alone lists what can be done here.
.DEFAULT_GOAL := help
.PHONY: help install demo test test-long test-scale test-unit bit-flips check lint types rules bench bench-accounts bench-bank-messages bench-extracts bench-messages bench-parts bench-payment-file bench-rows bench-processor-seconds bench-published bench-small-run bench-status bench-verify faults beside-a-million two-hundred lock sbom advisories \
	screenshots year simulated-year hand-over clean
PYTHON ?= python3
BIN := .venv/bin
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-18s %s\n' "$$name" "$$what"; done

install: .venv/installed ## make .venv with everything siller needs, and .venv/bin/siller

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "siller needs Python 3.11 or 3.12; name one: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# Once, for all processes that tests and demo start: some machines let Python keep nothing beside a source.
	@$(BIN)/python -m compileall -q data_contracts schemas tasks flows
	@touch $@

demo: install ## pay October and November for practice, stop December; says where the results are
	$(BIN)/siller demo

# One thread a process: three workers have two cores already, and what DuckDB does in a test is too small to share out.
test: install browser ssh-server postgresql ## run every test, and say which twenty took longest
	SILLER_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder -m "not long" --durations=20

test-long: install browser ssh-server postgresql ## run what is too long for every day: whole families, of which make test runs a sample
	$(BIN)/python -m pytest -n 2 -m long --ignore=tests/scale --durations=20

test-scale: install postgresql redis proxy ## stop, kill and cut off homes that share one store, at every commit, and servers of one Prefect: one payment file each time
	$(BIN)/python -m pytest -q tests/scale --durations=10

test-unit: install ssh-server ## run what tells in a few minutes whether a change is right: no server, no browser, nothing slow
	$(BIN)/python -m pytest -q -n 2 -m "not e2e and not slow and not long" --durations=10 --ignore=tests/attacks --ignore=tests/e2e --ignore=tests/faults

check: lint types ## lint, format, types; `.pre-commit-config.yaml` asks for each before a commit, and for the house rules

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

rules: install ## the house rules alone; `make test` has them too
	$(BIN)/python -m pytest -q tests/architecture

bench: install ## measure a million payments beside the floor (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.pay_run --rows $(or $(ROWS),1000000)

bench-accounts: install ## check ten million accounts beside the floor and the packages (ROWS=1000000 for fewer)
	$(BIN)/python -m tests.benchmarks.accounts --rows $(or $(ROWS),10000000)

faults: install ## kill a month's run at every step and at 200 random moments (RANDOM=20 for fewer)
	$(BIN)/python -m tests.faults.harness --random $(or $(RANDOM),200)

year: install ## pay a council's year, 52 weeks one after the other, and hold each pay day against dates checked by hand
	$(BIN)/python -m pytest -q -m long tests/unit/flows/rehearsal/test_a_year_of_weeks.py

simulated-year: install ## pay three bodies for a year, with all that goes wrong, and hold payments, pennies and letters against what was reckoned
	SILLER_THREADS=1 $(BIN)/python -m tests.simulated_year --page simulated-year.html

two-hundred: install postgresql ## pay 200 small bodies on one day with PostgreSQL and two workers (BODIES=50 for fewer, KILL=1 kills a worker at half time, TWO_HOMES=1 gives each worker a home and both a store)
	$(BIN)/python -m tests.many_bodies --bodies $(or $(BODIES),200) $(if $(KILL),--kill) $(if $(TWO_HOMES),--two-homes)

beside-a-million: install postgresql ## take 50 small bodies to their form alone, and 50 beside one of a million payments (BODIES=10 ROWS=100000 for fewer)
	$(BIN)/python -m tests.many_bodies.beside_a_big_one --rows $(or $(ROWS),1000000) --bodies $(or $(BODIES),50)

hand-over: install ssh-server ## pay by a channel's CSV and by voucher over SFTP, the whole way round, with real servers on this machine
	$(BIN)/python -m tests.paid_by_a_channel

bit-flips: install ## flip 500 single bits in all kinds of files that siller keeps, and have each found
	$(BIN)/python -m tests.bit_flips

bench-bank-messages: install ## read a million items of each message of a bank beside a bare pass (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.bank_messages --rows $(or $(ROWS),1000000)

bench-extracts: install ## read a million rows as CSV and Parquet, and 100,000 as Excel, beside a bare read (ROWS=10000000 for ten)
	$(BIN)/python -m tests.benchmarks.extracts --rows $(or $(ROWS),1000000)

bench-messages: install ## write a million payments as pain.001 beside the floor and the packages (ROWS=10000000 for ten)
	$(BIN)/python -m tests.benchmarks.messages --rows $(or $(ROWS),1000000)

bench-payment-file: install ## write a payment file of a million beside the floor and a loop (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.payment_files --rows $(or $(ROWS),1000000)

bench-rows: install ## measure what is done to each of a million rows, step by step (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.rows --rows $(or $(ROWS),1000000)

bench-processor-seconds: install ## count what a small month takes, with what a run needs kept loaded and without
	$(BIN)/python -m tests.benchmarks.processor_seconds

bench-published: install postgresql ## publish for 200 bodies and ask about one and all of them, by period, by year and from the copy of all
	$(BIN)/python -m tests.benchmarks.published

bench-small-run: install ## pay the sample month again and again, and say where each second goes
	$(BIN)/python -m tests.benchmarks.small_run

bench-status: install ## ask where five released runs of a million stand, beside five of three payments (ROWS=100000 for fewer)
	$(BIN)/python -m tests.benchmarks.status --rows $(or $(ROWS),1000000)

bench-verify: install ## verify a year of months and a run of a million beside the floor (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.verify --rows $(or $(ROWS),1000000)

bench-parts: install ## ask siller's queries over sealed parts beside plain tables, and break parts (ROWS=10000000 for ten million)
	$(BIN)/python -m tests.benchmarks.sealed_parts --rows $(or $(ROWS),1000000)

lock: install ## resolve the dependencies again into requirements.lock
	$(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --all-extras pyproject.toml -o requirements.lock

# Both look at the lock file alone, from environments of their own, so what looks is no part of what is looked at.
sbom: install ## write sbom.cdx.json: every package of the lock file with its hashes (CycloneDX)
	$(BIN)/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --of JSON --output-reproducible --validate -o sbom.cdx.json

advisories: install ## hold every package of the lock file against the published advisories; asks the package index
	$(BIN)/uv tool run --quiet --from pip-audit==2.10.1 pip-audit -r requirements.lock --require-hashes --disable-pip --strict

screenshots: install browser ## take the README's pictures again
	$(BIN)/python -m tests.e2e.screenshots

clean: ## remove what was installed and what the demo left
	rm -rf .venv build siller-demo simulated-year.html bench-results .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

# The tests fill the approval form in a real browser.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || { echo "The tests need the Debian package chromium: apt-get install chromium"; exit 1; }

# Prefect's state is kept in a real PostgreSQL server, which they start themselves as Debian's own account for it.
.PHONY: postgresql
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; } || { echo "The tests need the Debian package postgresql: apt-get install postgresql"; exit 1; }

# Several servers of one Prefect, in tests/scale: what they tell each other goes through Redis, and a proxy stands before them.
.PHONY: redis proxy
redis:
	@test -x /usr/bin/redis-server || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server >/dev/null; } || { echo "The tests need the Debian package redis-server: apt-get install redis-server"; exit 1; }

proxy:
	@test -x /usr/sbin/haproxy || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq haproxy >/dev/null; } || { echo "The tests need the Debian package haproxy: apt-get install haproxy"; exit 1; }

# They hand files over to a real SSH server, which they start themselves and nobody with privileges runs.
.PHONY: ssh-server
ssh-server:
	@test -x /usr/sbin/sshd || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openssh-server >/dev/null; } || { echo "The tests need the Debian package openssh-server: apt-get install openssh-server"; exit 1; }
