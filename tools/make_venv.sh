#!/bin/sh
# Make the virtual environment $VENV with $PYTHON, or with the first suitable Python that is found.
set -eu

suitable='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'

is_suitable() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c "$suitable" >/dev/null 2>&1
}

fail() {
    echo "$1" >&2
    exit 2
}

for folder in models analysis; do
    [ -f "cortexnet/$folder/__init__.py" ] ||
        fail "cortexnet/$folder must be a link to ../$folder: check out with git -c core.symlinks=true"
done

python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if is_suitable "$candidate"; then
        python=$candidate
        break
    fi
done

if [ -n "$python" ] && "$python" -c 'import ensurepip' 2>/dev/null; then
    exec "$python" -m venv --clear "$VENV"
fi
if command -v uv >/dev/null 2>&1; then
    exec uv venv --quiet --clear --seed --python "${python:->=3.11,<3.14}" "$VENV"
fi
if [ -n "$python" ]; then
    fail "$python lacks the module venv: install the package python3-venv (Debian, Ubuntu), or uv, and try again"
fi
found=$("${PYTHON:-python3}" --version 2>&1) || found="none"
fail "Python 3.11, 3.12 or 3.13 is needed, found: $found. To name one: make PYTHON=/path/to/python"
