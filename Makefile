# Three commands for everybody: `make demo`, `make desk` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SONG ?= examples/paper-lanterns/Paper Lanterns.RPP
OUT ?= demo-out
# `make desk LAN=1` lets tablets in from the network
LAN ?=

.PHONY: demo desk test lint benchmark clean

$(BIN)/first-pass: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	touch $(BIN)/first-pass

$(VENV)/test-installed: $(BIN)/first-pass
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $(VENV)/test-installed

demo: $(BIN)/first-pass
	@mkdir -p "$(OUT)"
	@$(BIN)/python examples/demo.py "$(SONG)" "$(OUT)"

desk: $(BIN)/first-pass
	@mkdir -p "$(OUT)"
	@$(BIN)/python examples/desk.py "$(OUT)" $(if $(LAN),--lan)

lint: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2 --dist loadfile

benchmark: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --editable ".[test,benchmark]"
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.live
	$(BIN)/python -m benchmarks.quality

clean:
	rm -rf $(VENV) demo-out build dist
