#!/usr/bin/env bash
# All checks that are no tests: format, warnings, public interface, start-up.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'lint: %s\n' "$*"; }

say "format"
swift format lint --strict --recursive Sources Tests Examples Package.swift

# A folder of its own, since these flags are not the build's. It may stay: a file with a warning is not
# compiled, and so is compiled again the next time.
say "warnings"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build --build-tests --scratch-path .build-lint -Xswiftc -warnings-as-errors >"$log" 2>&1; then
  cat "$log"
  exit 1
fi
# shellcheck disable=SC2046
clang -fsyntax-only -Wall -Wextra -Werror -ISources/CFFmpeg -ISources/CLinux/include \
  -ISources/CLazyFFmpeg/include -ISources/CKernels/include $(pkg-config --cflags libavutil) Sources/CLinux/*.c Sources/CLazyFFmpeg/*.c \
  Sources/CKernels/*.c

# InternalImportsByDefault makes it an error to use a type of CFFmpeg's in a public declaration;
# a `public import` would lift that.
say "public interface"
if grep -rnE '^ *(public|package) import (CFFmpeg|CLazyFFmpeg|CLinux)' Sources/FramePool; then
  say "FFmpeg's types must stay inside FramePool"
  exit 1
fi
if grep -rnE '^ *public .*\b(AV[A-Z][A-Za-z]*|Unsafe[A-Za-z]*Pointer|OpaquePointer)\b' Sources/FramePool; then
  say "no C type or pointer in the public interface"
  exit 1
fi

say "start-up"
if readelf -d .build-lint/debug/vidproc | grep -E 'NEEDED.*lib(avformat|avcodec|avfilter|swscale)'; then
  say "vidproc must not load these at its start: see Sources/CLazyFFmpeg"
  exit 1
fi
say "clean"
