# The whole interface: a fresh machine needs Python 3.10+ and make, nothing more.
PYTHON ?= python3
UV ?= $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
MEMBERS := $(wildcard tap-*/pyproject.toml target-*/pyproject.toml sandbox/pyproject.toml)
PACKAGES := $(patsubst %/pyproject.toml,%,$(MEMBERS))

export UV
export PATH := $(CURDIR)/$(BIN):$(PATH)
export MELTANO_SEND_ANONYMOUS_USAGE_STATS := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
# Some images forbid Python to keep what it has compiled. Then each of the many processes here
# compiles a thousand modules of its libraries again, which takes longer than its work.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.tools/bin/uv:
	@echo "Installing uv into .tools (once)"
	@$(PYTHON) -m venv .tools || { echo "Python's venv module is missing: install it (Debian: apt install python3-venv) and run make again." >&2; exit 1; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.synced: uv.lock pyproject.toml $(MEMBERS) | $(filter .tools/bin/uv,$(UV))
	@echo "Installing the locked environment into .venv"
	@# Behind a proxy that signs anew, only the machine's own certificates know the way.
	@$(UV) sync --all-packages --frozen --quiet 2>.tools-sync.log \
	  || $(UV) sync --all-packages --frozen --quiet --system-certs \
	  || { cat .tools-sync.log >&2; exit 1; }
	@rm -f .tools-sync.log
	@touch $@

.PHONY: install
install: .venv/.synced  ## Install everything: Meltano, the plugins, dbt, the sandbox

.PHONY: demo
demo: install  ## Load a year of tickets into PostgreSQL and query the views
	@$(BIN)/python -m sandbox.demo

.PHONY: down
down: install  ## Stop the sandbox
	@$(BIN)/sandbox down

.PHONY: test
test: install  ## Run every test
	@$(BIN)/pytest -n auto --dist loadfile
	@$(BIN)/python docs/capabilities.py check

.PHONY: check
check: install  ## Format, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@git ls-files -co --exclude-standard '*.sql' | xargs wc -l \
	  | awk '$$2 != "total" && $$1 > 150 {print $$2 " has " $$1 " lines: split it, 150 are allowed"; bad = 1} END {exit bad}'
	@$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar transform
	@$(BIN)/mypy $(addsuffix /src,$(PACKAGES))

.PHONY: docs
docs: install  ## Regenerate the pages that are made from code and test results; docs/site/index.html too
	@$(BIN)/python docs/capabilities.py write
	@$(BIN)/python docs/site.py docs/site

.PHONY: bench
bench: install  ## Measure targets beside their peers and taps beside their limits
	@$(BIN)/python bench/target_throughput.py
	@$(BIN)/python bench/tap_throughput.py
	@$(BIN)/python bench/tap_rate.py
	@$(BIN)/python bench/tap_portal.py --scale 0.02
	@$(BIN)/python bench/livechat_archive.py
	@$(BIN)/python bench/gorgias_statistics.py
	@$(BIN)/python bench/gsheets_requests.py
	@$(BIN)/python bench/transform_incremental.py --tickets 100000

.PHONY: nightly
nightly: install  ## The long repetitions
	@$(BIN)/pytest -m nightly
