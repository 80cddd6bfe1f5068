#!/usr/bin/env bash
# All checks that are no tests: format, warnings, public interface, start-up.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'lint: %s\n' "$*"; }

say "format"
swift format lint --strict --recursive Sources Tests Package.swift

# A folder of its own: only a build from nothing shows every warning. The packages' own warnings are
# not ours to mend, and SwiftPM silences them.
say "warnings"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf .build-lint
if ! swift build --build-tests --scratch-path .build-lint >"$log" 2>&1; then
  cat "$log"
  exit 1
fi
if grep -E "^$PWD/(Sources|Tests|Package)[^:]*:[0-9]+:[0-9]+: warning:" "$log"; then
  say "the warnings above must go"
  exit 1
fi

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
rm -rf .build-lint
say "clean"
