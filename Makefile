# `make help` lists what there is. Everything runs in .venv, which `setup` makes from the lock file.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup chat run match check build report audit messages test test-servers lint image quality bench bench-matching lock

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(READY) ## make .venv with everything needed

$(READY): requirements.lock pyproject.toml
	@echo "Setting up .venv (once, about a minute) …"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

chat: $(READY) ## talk in this terminal, without token or network
	@$(RUN) -m bot chat

run: $(READY) ## serve the Telegram bot: BOT_TOKEN=… make run
	@$(RUN) -m bot run

match: $(READY) ## JSON questions in, JSON outcomes out
	@$(RUN) -m bot match

check: $(READY) ## name every mistake in knowledge/ and locales/
	@$(RUN) -m bot check

build: $(READY) ## compile the folder into one file
	@$(RUN) -m bot build

report: $(READY) ## what is answered where, what expires, what was asked
	@$(RUN) -m bot report

audit: $(READY) ## prove on this machine that the bot keeps nobody
	@$(RUN) -m bot audit

messages: $(READY) ## write locales/ anew from the English texts
	@$(RUN) -m bot messages

test: $(READY) ## every test that needs no server beside it
	@$(RUN) -m pytest

test-servers: $(READY) ## the tests beside a real PostgreSQL and Redis or Valkey
	@command -v pg_virtualenv >/dev/null || { echo "Install postgresql and redis-server (or valkey-server) first."; exit 2; }
	@pg_virtualenv -o fsync=off $(RUN) -m pytest tests/servers

lint: $(READY) ## style, types, and the files for deploying
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/hadolint Dockerfile
	@$(VENV)/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
	@$(VENV)/bin/kubernetes-validate --strict --quiet $(filter-out %/kustomization.yaml,$(wildcard deploy/kubernetes/*.yaml))

image: $(READY) ## as root: the image's steps in a plain Debian root, and the bot answering in it
	@$(RUN) -m tests.image

quality: $(READY) ## the table of how well questions are understood, per language
	@$(RUN) -m benchmarks.quality

bench: $(READY) ## answers a second beside a bare echo bot on the same server
	@$(RUN) -m benchmarks.throughput

bench-matching: $(READY) ## matching beside the alternatives: make bench-matching TRAIN=… TEST=… (JSON Lines)
	@test -n "$(TRAIN)" -a -n "$(TEST)" || { echo "Name the files: make bench-matching TRAIN=train.jsonl TEST=test.jsonl"; exit 2; }
	@$(RUN) -m benchmarks.matching --train $(TRAIN) --test $(TEST)
	@$(RUN) -m benchmarks.peers --train $(TRAIN) --test $(TEST)

COMPILE := -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header

lock: ## write both lock files anew from pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet pip-tools
	@$(RUN) $(COMPILE) --all-extras --output-file requirements.lock pyproject.toml
	@$(RUN) $(COMPILE) --constraint requirements.lock --output-file requirements-run.lock pyproject.toml
