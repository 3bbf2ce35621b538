# make ask [Q="..."]   set up, index corpus/ and answer a question
# make app             set up, index corpus/ and open the page
# make test            set up and run all checks and tests
# make browser         install Chromium, which the page's tests drive, if there is none
# make eval            score the shipped gold questions and write a report
# make bench           print the figures of the benchmarks

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
Q ?= How many vehicles crossed the Harrow Street Bridge on a working day?
GOLD := eval/report.jsonl
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)
INSTALL_BROWSER := { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium; } \
	|| { echo "install Chromium or Google Chrome, then run make test again" >&2; exit 1; }

.PHONY: ask app test lint eval bench browser clean

ask: $(VENV)/.installed
	@$(BIN)/python -m ragqa ask "$(Q)"

app: $(VENV)/.installed
	@$(BIN)/python -m ragqa app

test: $(VENV)/.installed-for-tests browser lint
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

browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || $(INSTALL_BROWSER)

clean:
	rm -rf $(VENV) index/ragqa.sqlite* index/vectors.faiss index/write.lock
