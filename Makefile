# make quiz: install if needed and open the app. make test: everything a change must pass.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
RECIPE := pyproject.toml constraints.txt Makefile

.PHONY: quiz test install lint types arrows bench clean
.DELETE_ON_ERROR:

quiz: $(VENV)/.installed
	@$(BIN)/chainrule

install: $(VENV)/.installed

# One thread a process: two processes on two cores are faster than four threads.
test: lint types arrows
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

arrows: $(VENV)/.installed-test
	$(BIN)/lint-imports

bench: $(VENV)/.installed-test
	$(BIN)/python -m pytest tests/benchmarks --benchmark-enable -s

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "chainrule needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps say what is installed; they are older than the recipe when it has changed.
$(VENV)/.installed: $(RECIPE) | $(BIN)/python
	@echo "Installing chainrule into $(VENV) (a few minutes the first time)."
	@$(PIP) -e .
	@$(BIN)/python -m compileall -q engine solvers tui
	@touch $@

$(VENV)/.installed-test: $(RECIPE) | $(BIN)/python
	@echo "Installing chainrule and its test tools into $(VENV) (a few minutes the first time)."
	@$(PIP) -e '.[test,oracles]'
	@$(BIN)/python -m compileall -q engine solvers tui
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
