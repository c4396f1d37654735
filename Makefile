# Each target sets up all that it needs in .venv, from a fresh clone with only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types check bench fuzz clean

demo: $(READY)  ## the main job: 20 verified dialogues, written by the embedded offline engine
	$(BIN)/toolace-mt generate --tools builtin --count 20 --seed 7 --out runs/demo
	$(BIN)/toolace-mt show runs/demo --limit 2

test: $(READY)  ## the whole test suite
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/pyright

check: test lint types  ## what CI runs

bench: $(READY)  ## calls, executed skeletons and verified dialogues per second on one core; what repair is worth
	$(BIN)/python benchmarks/calls.py
	$(BIN)/python benchmarks/skeletons.py
	$(BIN)/python benchmarks/verification.py
	$(BIN)/python benchmarks/repair.py

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

fuzz: $(READY)  ## ten minutes of any input for `verify`
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	$(BIN)/python fuzz/verify_lines.py 600

clean:
	rm -rf $(VENV) runs .pytest_cache .ruff_cache .hypothesis
