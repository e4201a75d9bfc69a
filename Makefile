# make run    the main job: simulate the published network, predict it, compare both
# make test   the tests, but for those that need an NVIDIA card
# make setup  only the environment in .venv, with the command cortexnet
# Python 3.11, 3.12 or 3.13 is found by itself; to name one: make setup PYTHON=/path/to/python

VENV := .venv
DECLARED := pyproject.toml setup.cfg setup.py constraints.txt

export PYTHON VENV

.PHONY: run test setup
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp
	@$(VENV)/bin/cortexnet compare --out comparison --overwrite

test: $(VENV)/test.stamp
	@$(VENV)/bin/python -m pytest -m "not gpu"

setup: $(VENV)/test.stamp

$(VENV)/python.stamp:
	@sh tools/make_venv.sh
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp $(DECLARED)
	@sh tools/install.sh .
	@touch $@

$(VENV)/test.stamp: $(VENV)/python.stamp $(DECLARED)
	@sh tools/install.sh '.[test]'
	@touch $(VENV)/run.stamp $@
