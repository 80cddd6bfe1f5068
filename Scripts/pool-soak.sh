#!/usr/bin/env bash
# Runs the pool's tests again and again on a machine that is busy, and fails where one hangs.
# usage: pool-soak.sh [--rounds N] [--load N] [--seconds N] [--filter REGEX]
# The tests must have been built (swift build --build-tests). Each round may take --seconds; --load
# shells count meanwhile, two for each CPU unless given.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=200
load=$(($(nproc) * 2))
seconds=300
filter='ProcessPoolTests|HostTests|ResultQueueTests|SuspectTests|PauseTests|CongestionTests|SenseTests'
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --load) load=$2 ;;
    --seconds) seconds=$2 ;;
    --filter) filter=$2 ;;
    *) echo "usage: $0 [--rounds N] [--load N] [--seconds N] [--filter REGEX]" >&2; exit 64 ;;
  esac
  shift 2
done

log=$(mktemp)
busy=()
for ((i = 0; i < load; i++)); do
  while :; do :; done &
  busy+=($!)
done
trap 'kill "${busy[@]}" 2>/dev/null || true; rm -f "$log"' EXIT

failures=0
for ((round = 1; round <= rounds; round++)); do
  code=0
  timeout --kill-after=10 "$seconds" \
    swift test --skip-build --no-parallel --filter "$filter" >"$log" 2>&1 || code=$?
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    printf 'round %d: a test hangs; the last lines:\n' "$round"
    tail -n 20 "$log"
    exit 1
  elif [ "$code" -ne 0 ]; then
    printf 'round %d: failed with code %d\n' "$round" "$code"
    grep -aE 'recorded an issue|Fatal|Crash' "$log" || tail -n 20 "$log"
    failures=$((failures + 1))
  fi
done
printf '%d rounds, %d failed\n' "$rounds" "$failures"
[ "$failures" -eq 0 ]
