#!/usr/bin/env bash
# Gets NumPy and SciPy into a folder of their own and runs check-filters.py with them.
# usage: check-filters.sh FILTER_RAW
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build/check-filters
if ! "$venv/bin/python" -c 'import numpy, scipy' 2>/dev/null; then
  if ! python3 -c 'import ensurepip' 2>/dev/null; then
    echo "check-filters: installing python3-venv" >&2
    apt-get update -qq
    apt-get install -y -qq python3-venv >/dev/null
  fi
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet numpy scipy
fi
exec "$venv/bin/python" Scripts/check-filters.py "$1"
