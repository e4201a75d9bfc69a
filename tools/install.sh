#!/bin/sh
# Install the package $1 editable into $VENV, in the versions of constraints.txt: quickly with uv, else with pip.
set -eu

python=$VENV/bin/python
echo "Installing cortexnet into $VENV (once) ..."

"$python" -m pip install --quiet --disable-pip-version-check uv &&
    "$VENV/bin/uv" pip install --quiet --python "$python" --constraint constraints.txt --editable "$1" ||
    "$python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable "$1"
