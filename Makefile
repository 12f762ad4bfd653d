# SPDX-License-Identifier: Apache-2.0
# `make help` lists the targets. Everything is built in one place outside the tree, with one
# profile and one selection of crates, so that run, test and lint share every artefact.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

OWN_TARGET_DIR := $(HOME)/.cache/quantumharmony/target
export CARGO_TARGET_DIR ?= $(OWN_TARGET_DIR)
BIN := $(CARGO_TARGET_DIR)/release
# The crates that are also tested with their benchmarks and try-runtime hooks compiled in.
FEATURED := -p pallet-operators -p pallet-attestation -p qh-runtime

# Made by setup.sh; make reads this file again after making it.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),help)),)
include .cache/toolchain.mk
endif
.cache/toolchain.mk: setup.sh rust-toolchain.toml
	@./setup.sh build
	@touch $@

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: setup
setup: ## Install what building, testing and linting need
	@./setup.sh

.PHONY: build
build: ## Build every binary and every test
	@echo "==> building (the first time this compiles polkadot-sdk: about an hour on two cores)"
	cargo build --release --workspace --all-targets

.PHONY: run
run: build ## Start signer, node and agent of a one-validator development network; Ctrl-C stops it
	@$(BIN)/qh-devnet

.PHONY: test
test: setup-test build test-rust test-features test-js test-verifier ## Run every test

.PHONY: setup-test
setup-test:
	@./setup.sh test

.PHONY: test-rust
test-rust: ## Unit, property and end-to-end tests; ONLY=text runs those with it in their name
	cargo test --release --workspace --all-targets $(if $(ONLY),-- $(ONLY))

.PHONY: kills
kills: build ## Kill agent, node and signer twenty times each while receipts flow
	QH_KILLS=20 cargo test --release --workspace --test e2e kills_of

.PHONY: test-features
test-features: ## Pallet and runtime tests with benchmarks and try-runtime hooks compiled in
	SKIP_WASM_BUILD=1 cargo test --release $(FEATURED) \
		--features runtime-benchmarks,try-runtime

.PHONY: test-js
test-js: ## The JavaScript package, alone and against a running network
	@tests/js/run.sh

.PHONY: test-verifier
test-verifier: ## The receipt verifier in a second language
	@python3 tests/verifier/test_verifier.py

.PHONY: lint
lint: setup ## Every check that denies: format, clippy, docs, unused dependencies, licences, layout
	@tests/checks/lint.sh

.PHONY: bench
bench: build ## Measure what the README claims
	@benchmarking/run.sh

.PHONY: weights
weights: build ## Run the benchmarks and write every weight file
	@benchmarking/weights.sh

.PHONY: clean
clean: ## Remove what was built, unless CARGO_TARGET_DIR names a directory that others may share
	rm -rf .cache
ifeq ($(CARGO_TARGET_DIR),$(OWN_TARGET_DIR))
	rm -rf "$(CARGO_TARGET_DIR)"
else
	@echo "kept $(CARGO_TARGET_DIR): CARGO_TARGET_DIR names it, and other projects may build there too"
endif
