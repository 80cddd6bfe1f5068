#!/usr/bin/env bash
# The documentation's pictures of the filters: two frames of a sample before and after each.
# usage: filter-pictures.sh VIDPROC
set -euo pipefail
cd "$(dirname "$0")/.."
vidproc=$1
resources=Sources/FramePool/FramePool.docc/Resources
mkdir -p "$resources"

picture() {
  local name=$1 chain=$2 sample=$3
  "$vidproc" preview "samples/$sample" --filter "$chain" --columns 2 --width 240 \
    --output "$resources/filter-$name.png"
}

fractal=hevc_10bit_hdr_480x270.mkv
card=h264_aac_640x360.mp4
picture grayscale grayscale "$fractal"
picture invert invert "$fractal"
picture binarize binarize=0.4 "$fractal"
picture adjust adjust=brightness=0.1:contrast=1.3:gamma=1.2:saturation=0.6 "$fractal"
picture sepia sepia "$fractal"
picture blur blur=sigma=4 "$fractal"
picture sharpen sharpen=amount=2:sigma=1.5 "$fractal"
picture edges edges "$fractal"
picture pixelate pixelate=size=16 "$fractal"
picture denoise denoise vp9_odd_321x241.webm
picture difference difference=gain=4 "$card"
