# make ask [Q="..."]   set up, index corpus/ and answer a question
# make test            set up and run all checks and tests
# make eval            score the shipped gold questions and write a report
# make bench           print the figures of the benchmarks

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?= How many vehicles crossed the Harrow Street Bridge on a working day?
GOLD := eval/report.jsonl

.PHONY: ask test lint eval bench clean

ask: $(VENV)/.installed
	@$(BIN)/python -m ragqa ask "$(Q)"

test: $(VENV)/.installed-for-tests lint
	$(BIN)/python -m pytest
	$(BIN)/python -m ragqa eval $(GOLD) --corpus corpus --against eval/baseline.json --fail-if-worse

lint: $(VENV)/.installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/.installed-for-tests
	$(BIN)/python -m ragqa eval $(GOLD) --corpus corpus --report eval/results/report.html

bench: $(VENV)/.installed-for-tests
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[bench]"
	$(BIN)/python eval/bench

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-for-tests: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[test]"
	touch $@

clean:
	rm -rf $(VENV) index/ragqa.sqlite* index/vectors.faiss index/write.lock
