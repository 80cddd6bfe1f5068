#!/usr/bin/env bash
# Encoding to H.264 (veryfast, crf 23), two videos at a time: vidproc beside ffmpeg under xargs with
# one codec thread, two, and as many as it likes, in rotation. Prints medians, and each file's peak
# memory in a worker and in ffmpeg.
# usage: bench-encode.sh [--rounds N] FILE...
set -euo pipefail
rounds=5
if [ "${1:-}" = --rounds ]; then
  rounds=$2
  shift 2
fi
if [ $# -eq 0 ]; then
  echo "usage: $0 [--rounds N] FILE..." >&2
  exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
vidproc=$here/../.build/release/vidproc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/theirs"
. "$here/measure.sh"

with_vidproc() {
  "$vidproc" run --quiet --jobs 2 --codec h264 --preset veryfast --crf 23 --container matroska \
    --output "$work/ours" --existing replace --report "$work/report.json" "$@"
}

with_ffmpeg() {
  local threads=$1
  shift
  printf '%s\0' "$@" | THREADS=$threads OUT=$work/theirs xargs -0 -P 2 -I{} sh -c '
    ffmpeg -nostdin -v error -threads "$THREADS" -i "$1" -map 0:v:0 -map "0:a?" -c:a copy \
      -c:v libx264 -preset veryfast -crf 23 -threads "$THREADS" -y "$OUT/$(basename "$1").mkv"' sh {}
}

declare -A figures
for ((round = 0; round <= rounds; round++)); do
  for contender in vidproc 1 2 0; do
    if [ "$contender" = vidproc ]; then
      figure=$(milliseconds with_vidproc "$@")
    else
      figure=$(milliseconds with_ffmpeg "$contender" "$@")
    fi
    # The first round only fills the caches.
    if [ "$round" -gt 0 ]; then figures[$contender]+="$figure "; fi
  done
done
ours=$(tr ' ' '\n' <<<"${figures[vidproc]}" | grep . | median)
printf '%-24s %7d ms\n' vidproc "$ours"
for contender in 1 2 0; do
  theirs=$(tr ' ' '\n' <<<"${figures[$contender]}" | grep . | median)
  awk -v n="$contender" -v a="$ours" -v b="$theirs" \
    'BEGIN { printf "%-24s %7d ms   %.3f times\n", "ffmpeg, " (n ? n : "its own") " threads", b, b / a }'
done
for file in "$@"; do
  theirs=$(ffmpeg -nostdin -benchmark -threads 1 -i "$file" -map 0:v:0 -c:v libx264 -preset veryfast \
    -crf 23 -threads 1 -f null - 2>&1 | sed -n 's/.*maxrss=\([0-9]*\)k.*/\1/p' | tail -n 1)
  worker=$(tr ',{' '\n\n' <"$work/report.json" | awk -F: -v f="$(basename "$file")" \
    '/"input":/ { inside = index($0, f) } /"peakMemoryBytes":/ && inside { print int($2 / 1024) }')
  # In a record, keys are sorted: the input comes before the memory.
  printf '%-44s worker %7d KiB   ffmpeg %7d KiB\n' "$(basename "$file")" "${worker:-0}" "$theirs"
done
