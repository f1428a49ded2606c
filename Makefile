# The few commands of the project; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
#: More options for pip, a mirror for instance: make run PIP_ARGS="--index-url ..."
PIP_ARGS ?=

RUN_STAMP := $(VENV)/.run-installed
TEST_STAMP := $(VENV)/.test-installed

.PHONY: help setup run index test lint format eval gate lock clean

help: ## 列出全部命令 / list every command
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(RUN_STAMP) ## 建立虚拟环境并安装依赖 / make the virtual environment

run: $(RUN_STAMP) ## 启动网页问答（HOST、PORT 可改）/ build the index if needed and open the web chat
	@$(BIN)/python -m ingest --if-stale
	@$(BIN)/python app.py

index: $(RUN_STAMP) ## 重建索引 / build or refresh the index
	@$(BIN)/python -m ingest

test: $(TEST_STAMP) ## 运行全部测试 / run all tests
	@$(BIN)/python -m ingest --if-stale
	@$(BIN)/python -m pytest

lint: $(TEST_STAMP) ## 检查格式、写法与类型 / ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(TEST_STAMP) ## 整理代码格式 / format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

eval: $(RUN_STAMP) ## 用测试题给回答打分 / score the answers on the test questions
	@$(BIN)/python -m ingest --if-stale
	@$(BIN)/python -m eval run

gate: $(TEST_STAMP) ## 核对成绩没有跌破门槛 / fail below the pinned floors of the evaluation
	@$(BIN)/python -m ingest --if-stale
	@$(BIN)/python -m eval gate

lock: ## 由 requirements 重新生成 constraints.txt / pin what requirements.txt leaves open
	rm -rf .cache/lock && $(PYTHON) -m venv .cache/lock
	sed '/^-c/d' requirements.txt > .cache/lock/run.txt
	sed '/^-[cr]/d' tests/requirements.txt requirements-mcp.txt > .cache/lock/test.txt
	.cache/lock/bin/python -m pip install $(PIP_ARGS) -q -r .cache/lock/run.txt -r .cache/lock/test.txt
	{ head -1 constraints.txt; .cache/lock/bin/python -m pip freeze | sed 's/ @ .*//; s/+cpu//'; } > .cache/constraints.new
	mv .cache/constraints.new constraints.txt && rm -rf .cache/lock

clean: ## 删去索引与缓存（不动虚拟环境）/ remove what can be built again
	rm -rf .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); sys.exit(0 if ok else f"需要 Python 3.11 至 3.13，现在是 {sys.version.split()[0]}；请用 make PYTHON=python3.11 … 指定")'
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install $(PIP_ARGS) --disable-pip-version-check -r requirements.txt
	@touch $@

$(TEST_STAMP): tests/requirements.txt requirements-mcp.txt $(RUN_STAMP)
	$(BIN)/python -m pip install $(PIP_ARGS) --disable-pip-version-check -r tests/requirements.txt
	@touch $@
