# One word each. `make help` lists them.

PORT ?= 8000
SERVER ?= daphne

# A virtual environment that is there already may be given: make lint PYTHON=python3
PYTHON ?=

.PHONY: help lint docs
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

lint: ## style, types, floors
	ruff check .
	ruff format --check .
	lint-imports
	mypy .

docs: ## vectors, protocol page, wire schema, the Python kit's wire package
	python -m tests.vectors
	python -m docs.generate_protocol
