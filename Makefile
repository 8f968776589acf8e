# The two commands of the README, and the steps they are made of. VENV and PYTHON may be set from outside.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
BUNDLE := albert_widgets/static/tokens.js
FRONTEND := $(shell find labextension/src labextension/style labextension/schema labextension/*.json labextension/panels.mjs notebooks/tour.ipynb albert_widgets/snippets/*.txt -type f)
NODE_PACKAGES := tests/node/node_modules/.package-lock.json
JLPM = cd labextension && PATH="$(abspath $(BIN)):$$PATH" jlpm

# Tests start some thousand processes of ours; read compiled, each of them starts a third of a second sooner.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: lab test install lint lint-python lint-frontend frontend python-tests slow-tests chromium languages screenshots benchmarks clean

lab: install  ## opens the tour in JupyterLab
	$(BIN)/jupyter lab notebooks/tour.ipynb

# Installing and checking leave a core idle when they come one after the other; the tests of Python fill two by themselves.
test:  ## installs what testing needs and runs every suite
	$(MAKE) --jobs 2 --output-sync=target install languages
	$(MAKE) --jobs 2 --output-sync=target lint-python lint-frontend frontend
	$(MAKE) python-tests

install: $(VENV)/.installed $(BUNDLE)

$(VENV)/.installed: pyproject.toml constraints.txt labextension/package.json labextension/yarn.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[all,dev]"
	touch $@

# pip builds the front end where there is none; this renews it when its sources have changed since.
$(BUNDLE): $(FRONTEND) | $(VENV)/.installed
	@if [ ! -f $@ ] || [ -n "$$(find $(FRONTEND) -newer $@)" ]; then ($(JLPM) install) && ($(JLPM) build:prod); fi

lint: lint-python lint-frontend

lint-python: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-frontend: install
	$(JLPM) lint
	$(JLPM) typecheck

frontend: install
	$(JLPM) test

# Many tests wait for a browser, a kernel or a server: two at a time fill the pauses of each other. Those of a file stay
# together, for they share what is slow to make, and in their order: the long ones of the browser are the first.
python-tests: install chromium languages $(NODE_PACKAGES)
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

slow-tests: install chromium languages $(NODE_PACKAGES)  ## what takes long: new environments, long trainings, pictures in the dark
	$(BIN)/python -m pytest -m "slow or package"

# What the tests run of npm's; .npmrc there forbids scripts.
$(NODE_PACKAGES): tests/node/package-lock.json
	cd tests/node && npm ci
	touch $@

# Browser tests use the system's Chromium: Playwright's own download is never asked for.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || .ci/install-chromium

# R and other languages whose clients the tests run; what is there already is left alone. The system's package manager
# works for one at a time.
languages: chromium
	@.ci/install-languages

screenshots: install chromium  ## renews docs/images from the end-to-end test
	ALBERT_WIDGETS_SCREENSHOTS=docs/images $(BIN)/python -m pytest -m "slow or not slow" tests/e2e

benchmarks: install chromium  ## prints the tables of benchmarks/; those of trainings and of speed with DATA=folder
	$(BIN)/python -m benchmarks.spine
	$(BIN)/python -m benchmarks.attention_vs_bertviz
	$(BIN)/python -m benchmarks.sidebar
	$(BIN)/python -m benchmarks.many_models
	$(BIN)/python -m benchmarks.school
ifdef DATA
	$(BIN)/python -m benchmarks.run --data $(DATA)
	$(BIN)/python -m benchmarks.finetune_vs_trainer --data $(DATA)
	$(BIN)/python -m benchmarks.few_shot --data $(DATA)
	$(BIN)/python -m benchmarks.summaries --data $(DATA)
	$(BIN)/python -m benchmarks.extractive_head --data $(DATA)
	$(BIN)/python -m benchmarks.written_summaries --data $(DATA)
	$(BIN)/python -m benchmarks.support --data $(DATA)
endif

clean:
	rm -rf $(VENV) dist tests/node/node_modules labextension/node_modules labextension/lib albert_widgets/static albert_widgets/labextension
