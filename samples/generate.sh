#!/usr/bin/env bash
# The exact commands that made the clips in this folder, with FFmpeg 5.1 of Debian 12. Run it to make
# them again: samples/generate.sh [DIRECTORY]. Needs the ffmpeg program.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
mkdir -p "$out"

# One thread and no version strings, so that the same FFmpeg makes the same bytes.
make() {
  local name=$1
  shift
  ffmpeg -nostdin -v error -y -threads 1 "$@" -threads 1 -fflags +bitexact -flags:v +bitexact \
    -map_metadata -1 "$out/$name"
}

# H.264 with B-frames and AAC audio, the usual case; a tick each second tells whether both are in step.
make h264_aac_640x360.mp4 \
  -f lavfi -i testsrc2=size=640x360:rate=25:duration=5 -f lavfi -i sine=beep_factor=4:duration=5 \
  -c:v libx264 -crf 26 -bf 2 -g 50 -pix_fmt yuv420p -c:a aac -b:a 64k

# 10 bits, BT.2020 and PQ tags.
make hevc_10bit_hdr_480x270.mkv \
  -f lavfi -i mandelbrot=size=480x270:rate=24:end_pts=90 -t 4 \
  -c:v libx265 -x265-params log-level=none:pools=1:frame-threads=1 -crf 30 -pix_fmt yuv420p10le \
  -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc

# Odd width and height: chroma planes are half of them, rounded up.
make vp9_odd_321x241.webm \
  -f lavfi -i life=size=321x241:rate=20:mold=12:ratio=0.2:seed=7:life_color=#55ff88:mold_color=#c83232 \
  -t 4 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 350k -pix_fmt yuv420p

# AV1. The colours are named, for the ones that gradients chooses are others each time.
make av1_320x180.mkv \
  -f lavfi -i gradients=size=320x180:rate=25:duration=4:n=3:c0=#1b1464:c1=#f79f1f:c2=#12cbc4:seed=3:speed=0.02 \
  -c:v libaom-av1 -cpu-used 8 -usage realtime -crf 40 -pix_fmt yuv420p

# Interlaced MPEG-2 with pixels that are not square, as from a DVD. Chroma is made smaller before two
# pictures become the fields of one, so that each field keeps its own.
make mpeg2_interlaced_480x576.mpg \
  -f lavfi -i testsrc=size=480x576:rate=50:duration=4 \
  -vf format=yuv420p,tinterlace=interleave_top,setsar=8/5 \
  -c:v mpeg2video -b:v 900k -flags:v +ilme+ildct

# Variable frame rate: frames come at uneven times, as from a screen recorder.
make h264_vfr_400x300.mkv \
  -f lavfi -i testsrc=size=400x300:rate=30:duration=6 \
  -vf "select=not(mod(n\\,7))+not(mod(n\\,3))" -fps_mode vfr \
  -c:v libx264 -crf 28 -pix_fmt yuv420p

# A phone held upright: the pixels lie on their side, the container says so.
make upright.mp4 \
  -f lavfi -i testsrc2=size=480x270:rate=30:duration=3 -c:v libx264 -crf 28 -pix_fmt yuv420p
make h264_rotated_480x270.mp4 -i "$out/upright.mp4" -c copy -metadata:s:v:0 rotate=270
rm "$out/upright.mp4"

# Animated GIF: a palette, frames that replace parts of the one before.
make gif_200x150.gif \
  -f lavfi -i cellauto=size=200x150:rate=12:rule=110:seed=5 -t 3

# Lossless with alpha.
make ffv1_alpha_160x120.mkv \
  -f lavfi -i "testsrc=size=160x120:rate=10:duration=2,format=yuva420p,geq=lum=lum(X\,Y):cb=cb(X\,Y):cr=cr(X\,Y):a=X*255/W" \
  -c:v ffv1 -level 3 -g 1 -pix_fmt yuva420p

# Full range 4:2:2, as from a camera.
make mjpeg_fullrange_320x240.mov \
  -f lavfi -i testsrc2=size=320x240:rate=15:duration=3 -c:v mjpeg -q:v 8 -pix_fmt yuvj422p

# Cut short in the middle: most of it can be decoded, and the damage is to be told.
make truncated_h264_480x270.mkv \
  -f lavfi -i testsrc2=size=480x270:rate=25:duration=4 -c:v libx264 -crf 28 -g 25 -pix_fmt yuv420p
size=$(wc -c < "$out/truncated_h264_480x270.mkv")
head -c $((size * 2 / 3)) "$out/truncated_h264_480x270.mkv" > "$out/truncated.part"
mv "$out/truncated.part" "$out/truncated_h264_480x270.mkv"
