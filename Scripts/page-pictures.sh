#!/usr/bin/env bash
# The documentation's pictures of the report page: with 8 files, with 2,000 files, and of a comparison;
# checks the pages on the way. Needs chromium (Debian's package).
# usage: page-pictures.sh VIDPROC
set -euo pipefail
cd "$(dirname "$0")/.."
vidproc=$(realpath "$1")
pictures=Sources/FramePool/FramePool.docc/Resources
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/eight" "$work/many"
samples=(samples/*.{mp4,mkv,webm,mpg,gif,mov})
for sample in "${samples[@]:0:8}"; do ln -s "$PWD/$sample" "$work/eight/"; done
for number in $(seq 2000); do
  sample=${samples[number % ${#samples[@]}]}
  ln -s "$PWD/$sample" "$work/many/$(printf %04d "$number")_$(basename "$sample")"
done
"$vidproc" run --quiet --allow-damaged --filter edges --report "$work/page-8.html" "$work/eight" 2>/dev/null
"$vidproc" run --quiet --allow-damaged --filter edges --report "$work/page-2000.html" "$work/many" 2>/dev/null
"$vidproc" bench --quiet --filter edges --against ffmpeg --report "$work/page-bench.html" "$work/eight" >/dev/null
python3 Scripts/check-page.py --pictures "$work" "$work"/page-8.html "$work"/page-2000.html "$work"/page-bench.html
cp "$work/page-8-light.png" "$pictures/page-8.png"
cp "$work/page-8-phone.png" "$pictures/page-8-phone.png"
cp "$work/page-2000-dark.png" "$pictures/page-2000.png"
cp "$work/page-bench-light.png" "$pictures/page-bench.png"
