# `make` lists what can be done.  Everything runs in .venv, made from the hashed locks in requirements/.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
# The first interpreter of a suitable version; name another with `make run PYTHON=/path/to/python3.12`.
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	"$$each" -c '$(SUITABLE)' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
# xdist processes of the tests: one more than there are cores, four at most.  Browsers, servers and killed workers keep
# one waiting; the cores have work meanwhile.
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); n=$$((n + 1)); [ "$$n" -gt 4 ] && n=4; echo "$$n")

.PHONY: help run test check lock bench times messages screenshots fmt python install-run install-test install-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Compiled once and kept, also where the environment forbids it (many images do): without, each of the demonstration's
# six processes, and each of the suite's, compiles the whole product anew (five to ten seconds each).
BYTECODE := env -u PYTHONDONTWRITEBYTECODE

run: install-run ## the demonstration on 127.0.0.1:8000 (PORT=8001 for another); Ctrl-C stops it
	@PORT=$(PORT) $(BIN)/python -m config.demonstration && PORT=$(PORT) exec $(BYTECODE) $(BIN)/python manage.py up

# What the whole suite may take on two cores, in seconds; it is printed beside what it took, and a machine may be slower.
SUITE_SECONDS := 600
test: install-test ## the whole suite, on SQLite and then on PostgreSQL, with real Redis, workers and browser
	@failed=""; began=$$(date +%s); $(BIN)/python -m tests.databases; for database in sqlite postgres; do echo "== tests on $$database"; pass=$$(date +%s); \
		SULUH_TEST_DB=$$database $(BYTECODE) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --durations 12 --durations-min 3 $(ARGS) \
		|| failed="$$failed $$database"; echo "== tests on $$database: $$(($$(date +%s) - pass)) s"; \
	done; echo "== suite: $$(($$(date +%s) - began)) s (bound $(SUITE_SECONDS))"; \
	[ -z "$$failed" ] || { echo "suluh: tests failed on$$failed" >&2; exit 1; }

check: install-dev ## format, lint, types, layers, locks, catalogue and the whole suite
	@.ci/steps

fmt: install-dev ## format the code and put right what ruff can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: install-dev ## compile the hashed locks anew (UPGRADE=1 takes newer versions)
	@.ci/lock $(if $(UPGRADE),--upgrade)

messages: install-dev ## collect interface strings into the Indonesian catalogue and compile it (needs gettext)
	@$(BIN)/python -m config.messages

screenshots: install-test ## pictures of the main screens into docs/screenshots
	@$(BIN)/python -m tests.screenshots docs/screenshots

bench: install-test ## measure saves, attempts, sign-ins, verifications and certificates beside their baselines; and the start
	@$(BIN)/python -m benchmarks $(ARGS) && $(BIN)/python -m benchmarks.certificate && $(BIN)/python -m benchmarks.verifying \
		&& $(BIN)/python -m benchmarks.log 10000 && $(BIN)/python -m benchmarks.issuing 10000 && $(BIN)/python -m benchmarks.starting --generous

times: install-test ## how long `make run` takes in a fresh copy of the tree, and once more, beside their bounds
	@$(BIN)/python -m benchmarks.starting $(ARGS)

python:
	@[ -n "$(PYTHON)" ] || { echo "suluh: no Python 3.11, 3.12 or 3.13 was found ($$(python3 --version 2>&1 | head -1)); install one or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; }

install-run: python
	@"$(PYTHON)" requirements/install.py run
install-test: python
	@"$(PYTHON)" requirements/install.py test
install-dev: python
	@"$(PYTHON)" requirements/install.py dev
