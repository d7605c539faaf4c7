# SPDX-License-Identifier: GPL-3.0-or-later
# Every command sets up what it needs: Python 3.11 (or later), git and make are enough to start.

.DEFAULT_GOAL := help
.PHONY: help venv test lint types unit sweeps build importer sanity molecule windows integration unkind browser screenshots clients kerberos clients-table demo fleet secrets bench bench-page faults fuzz fidelity rule-names constraints clean

# Any Python from 3.11 on runs the tools; which ones the tests run on, the tools find out.
PYTHON := $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$name" && break; done)
TOOLS := PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1 $(or $(PYTHON),python3.11) -m tools

help: ## show this table
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: ## prepare .venv with all that development needs
	@$(TOOLS) venv

demo: ## three simulated PCs: what keeps their ports shut, and the set-up that mends it
	@$(TOOLS) demo

faults: venv ## every message of every module meets every fault (FAULTS=--sample: one of each)
	@PYTHONPATH=.dev:tests .venv/bin/python -m faults $(FAULTS)

bench: venv ## what port_facts, port_survey and the report cost, beside Ansible's own debug
	@PYTHONPATH=.dev:tests .venv/bin/python -m bench

bench-page: venv ## what the page of 1,000 PCs costs in Chromium, which `make browser` installs
	@PYTHONPATH=.dev:tests .venv/bin/python -m bench.report_page

fuzz: venv ## many inputs for every parser that reads a target (FUZZ="--inputs 20000 --seed 1")
	@PYTHONPATH=.dev:tests .venv/bin/python -m fuzz $(FUZZ)

secrets: venv ## no secret is seen: every fault, at two places, over each connection, for each module
	@SECRETS=all .venv/bin/python -m pytest tests/integration/test_secrets.py

fleet: venv ## 200 simulated PCs at once, a tenth of them faulty
	@PYTHONPATH=.dev:tests .venv/bin/python -m fleet

test: ## run every check below, on each pair of Python and ansible-core that is here
	@$(TOOLS) test

lint: ## formatting, ruff, yamllint, ansible-lint, changelog fragments, documentation
	@$(TOOLS) lint

types: ## mypy, strict
	@$(TOOLS) types

unit: ## tests of single parts, without a network
	@$(TOOLS) unit

sweeps: ## those of them that try many inputs, orders or sizes, with all inputs
	@$(TOOLS) sweeps

browser: ## the report's page in Chromium, which is installed if it is missing
	@$(TOOLS) browser

screenshots: ## the pictures of the page in docs/images, made anew
	@$(TOOLS) screenshots
	@cp .cache/screenshots/*.png docs/images/

clients: ## clients that others wrote, against simulated hosts; they are installed if they are missing
	@$(TOOLS) clients

kerberos: ## winrm and psrp with Kerberos tickets of Debian's KDC, which is installed if it is missing
	@$(TOOLS) kerberos

fidelity: ## count the claims of docs/fidelity.md by their grades, at its top
	@$(TOOLS) fidelity

rule-names: ## the names of Windows' own rules, from the recorded stores and the published names
	@$(TOOLS) rule-names

clients-table: ## docs/clients.md, made anew: what these clients can do
	@$(TOOLS) clients-table

build: ## build the collection's archive, and check what is in it
	@$(TOOLS) build

importer: ## the same archive as Galaxy looks at it, before it takes it
	@$(TOOLS) importer

sanity: ## ansible-test sanity, and the pages that antsibull-docs makes
	@$(TOOLS) sanity

molecule: ## the Molecule scenario on simulated Windows hosts
	@$(TOOLS) molecule

windows: ## the Molecule scenario on real hosts (extensions/molecule/windows/README.md)
	@$(TOOLS) windows

integration: ## Ansible itself against simulated Windows hosts
	@$(TOOLS) integration

unkind: ## the same, with hosts that answer in every form that is allowed (SEED=1 repeats a run)
	@SEED="$(SEED)" $(TOOLS) unkind

constraints: ## write tests/constraints anew from what the package index offers today
	@$(TOOLS) constraints

clean: ## remove all that these commands made, the environments too
	@$(TOOLS) clean
