#!/usr/bin/env bash
# vidproc beside ffmpeg under xargs, on many short clips and on the samples as they are, in rotation;
# then what one worker costs. Prints medians in milliseconds and ratios. Needs ffmpeg.
# usage: bench.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
vidproc=$PWD/.build/release/vidproc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. Scripts/measure.sh

with_vidproc() { "$vidproc" run --quiet --allow-damaged --jobs 2 "$@"; }
with_ffmpeg() {
  printf '%s\0' "$@" | xargs -0 -I{} -P 2 ffmpeg -nostdin -v error -threads 1 -filter_threads 1 \
    -i {} -map 0:v:0 -f null -
}

compare() {
  local title=$1 ours=() theirs=() round a b
  shift
  # The first round only fills the caches.
  for ((round = 0; round <= rounds; round++)); do
    a=$(milliseconds with_vidproc "$@")
    b=$(milliseconds with_ffmpeg "$@")
    if [ "$round" -gt 0 ]; then ours+=("$a") theirs+=("$b"); fi
  done
  a=$(printf '%s\n' "${ours[@]}" | median)
  b=$(printf '%s\n' "${theirs[@]}" | median)
  awk -v t="$title" -v a="$a" -v b="$b" \
    'BEGIN { printf "%-28s vidproc %6d ms   ffmpeg under xargs -P2 %6d ms   %.2f times\n", t, a, b, b / a }'
}

ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=176x144:rate=60:duration=2 -c:v libx264 \
  -pix_fmt yuv420p "$work/clip.mp4"
for i in $(seq 100); do cp "$work/clip.mp4" "$work/clip$i.mp4"; done
compare "100 clips of 2 s, 176x144" "$work"/clip[0-9]*.mp4
compare "the samples" samples/*.{mp4,mkv,webm,mpg,gif,mov}
.build/release/pool-test-host worker-cost "$work/clip.mp4" 50
