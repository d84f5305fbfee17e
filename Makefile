# One word each. `make` or `make help` lists them.

PORT ?= 8000
HOST ?= 127.0.0.1
# daphne or uvicorn
SERVER ?= daphne
VENV ?= .venv

# A virtual environment of your own may be used as it is: make lint PYTHON=/path/to/bin/python
PYTHON = $(VENV)/bin/python
INSTALL = $(if $(filter file,$(origin PYTHON)),python3 deploy/environment.py $(VENV),:)
FAST = $(if $(filter uvicorn,$(SERVER)),requirements-fast.txt)
# Kinds of sign-in that need more: EXTRAS=saml
EXTRAS ?=
MORE = $(EXTRAS:%=requirements-%.txt)

.PHONY: help run sandbox cluster test lint bench bench-api bench-push bench-web screenshots chaos docs clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | tr '|' '\t' | expand -t 16

run: ## Parley with a demo company, here (PORT=8100, SERVER=uvicorn, HOST=0.0.0.0)
	@$(INSTALL) requirements.txt $(FAST) $(MORE)
	@exec $(PYTHON) manage.py run_parley --host $(HOST) --port $(PORT) --server $(SERVER)

sandbox: ## a throw-away Parley with fake people and faults on demand, for tests of apps (docs/howto/sandbox.md)
	@$(INSTALL) requirements.txt
	@exec $(PYTHON) -m imsite.sandbox

cluster: ## the scaled form here: 4 gateways behind HAProxy, workers, beat, own PostgreSQL and Redis (PORT=8100)
	@$(INSTALL) requirements-dev.txt requirements-fast.txt
	@exec $(PYTHON) -m deploy.cluster --host $(HOST) --port $(PORT)

test: ## everything, on SQLite and on PostgreSQL with Redis, in a real browser too
	@$(INSTALL) requirements-dev.txt
	@$(PYTHON) -m tests.run test

lint: ## style, types, floors, sizes
	@$(INSTALL) requirements-dev.txt
	@$(PYTHON) -m tests.run lint

bench: ## measurements against servers started for them (SCENARIOS="fanout …")
	@$(INSTALL) requirements-dev.txt
	@$(PYTHON) -m tests.run bench $(SCENARIOS)

bench-push: ## push deliveries a second and the decision for a group of 100,000 (TMPDIR=/dev/shm: no disk)
	@$(INSTALL) requirements-dev.txt
	@$(PYTHON) -m tests.run bench push

bench-api: ## calls a second at the HTTP door over two gateways, and how exact a shared limit is
	@$(INSTALL) requirements-dev.txt requirements-fast.txt
	@$(PYTHON) -m tests.run bench api api_limits

bench-web: ## the browser client's bars in headless Chromium (PARTS="opens drifts …"); kept in docs/performance.md
	@$(INSTALL) requirements-dev.txt
	@$(PYTHON) -m tests.run bench-web $(PARTS)

screenshots: ## pictures of the main screens of a demo company, into docs/screenshots
	@$(INSTALL) requirements-dev.txt
	@$(PYTHON) -m tests.run screenshots

chaos: ## breaks a cluster on purpose and counts from client ledgers (CHAOS="--sends 100000 --seed 7")
	@$(INSTALL) requirements-dev.txt requirements-fast.txt
	@PYTHONPATH=sdk/python exec $(PYTHON) -m tests.faults $(CHAOS)

docs: ## vectors, protocol page, wire schema, the Python kit's wire package
	@$(INSTALL) requirements-dev.txt
	$(PYTHON) -m tests.vectors
	$(PYTHON) -m docs.generate_protocol

clean: ## remove what was made here, the demo company included
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf sdk/js/node_modules web/client/node_modules
