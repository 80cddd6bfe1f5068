#!/usr/bin/env bash
# Sees that everything is there that the build, the demo and the tests need, and installs what is
# missing through apt-get. Does nothing when nothing is missing.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }

# What compiling and linking need, the ffmpeg program that the tests compare with, and the libraries
# that the Swift tools themselves are linked with.
packages=(
  libavformat-dev libavcodec-dev libavfilter-dev libswscale-dev libavutil-dev
  ffmpeg pkg-config
  binutils gcc libc6-dev libstdc++-12-dev
  libcurl4 libncurses6 libsqlite3-0 libxml2 libedit2 tzdata
)

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    # Later releases have renamed some (libcurl4t64) or have a newer compiler; what provides the
    # name counts as well.
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -q '^installed$' && continue
    apt-cache show "$package" >/dev/null 2>&1 || [ -z "$(apt-cache pkgnames 2>/dev/null | head -n 1)" ] || continue
    printf '%s\n' "$package"
  done
}

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
      if ! command -v sudo >/dev/null; then
        say "these packages are missing, and only root can install them:"
        say "  apt-get install ${missing[*]}"
        exit 1
      fi
      as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    say "installed"
  fi
elif ! pkg-config --exists libavformat libavcodec libavfilter libswscale libavutil 2>/dev/null; then
  say "there is no apt-get here. Install the development packages of FFmpeg 5.1 or later yourself:"
  say "libavformat, libavcodec, libavfilter, libswscale, libavutil; and pkg-config, ffmpeg, a C compiler."
  exit 1
fi

if ! command -v swift >/dev/null; then
  say "there is no Swift here. Version 6.2 or later is needed: https://www.swift.org/install/"
  exit 1
fi
if ! version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1) ||
  [ -z "$version" ]; then
  say "swift is there but does not start:"
  swift --version || true
  exit 1
fi
if [ "$(printf '%s\n6.2\n' "$version" | sort -V | head -n 1)" != 6.2 ]; then
  say "Swift $version is too old; 6.2 or later is needed: https://www.swift.org/install/"
  exit 1
fi
