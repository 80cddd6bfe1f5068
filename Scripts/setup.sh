#!/usr/bin/env bash
# Sees that everything is there that the build, the demo and the tests need, and installs what is
# missing through apt-get. Runs before every build: it is quick and says nothing when all is there.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }
has() { command -v "$1" >/dev/null; }
any_of() {
  local file
  for file; do [ -e "$file" ] && return 0; done
  return 1
}

# Things are looked for as they are used, not by the names of packages: those change from release to
# release, and FFmpeg or Swift may come from elsewhere.
look() {
  missing=()
  packages=()

  has pkg-config || lacks "pkg-config" pkg-config
  has ffmpeg || lacks "the ffmpeg program" ffmpeg
  # libavcodec 59.37 is FFmpeg 5.1's.
  pkg-config --exists 'libavcodec >= 59.37' libavformat libavfilter libswscale libavutil 2>/dev/null ||
    lacks "FFmpeg's libraries, 5.1 or later, with their headers" \
      libavcodec-dev libavformat-dev libavfilter-dev libswscale-dev libavutil-dev

  # Swift links with the newest GCC's start-up files, and finds the C++ library only beside them (or
  # in the system's own folder).
  local gcc
  gcc=$(compgen -G "/usr/lib/gcc/$HOSTTYPE-*/*/crtbegin.o" | sort -V | tail -n 1) || true
  if ! has ld || ! has readelf || [ -z "$gcc" ]; then
    lacks "a linker and a C++ compiler's libraries" g++
  elif ! any_of {"${gcc%/*}",/usr/lib,/usr/lib64}/libstdc++.so; then
    lacks "the C++ library of GCC" "libstdc++-$(basename "${gcc%/*}")-dev"
  fi

  # The answer is `Swift Package Manager - Swift 6.3.1`; there is none where one of the libraries is
  # missing that the package manager itself needs.
  swift=$(swift build --version 2>&1) || true
  case $swift in
    *"error while loading shared libraries"*)
      lacks "libraries that Swift's own tools need" libcurl4 libncurses6 libsqlite3-0 libuuid1 libxml2 zlib1g ;;
  esac
}

lacks() {
  missing+=("$1")
  packages+=("${@:2}")
}

if ! has swift; then
  say "there is no Swift here. Version 6.2 or later is needed: https://www.swift.org/install/"
  exit 1
fi

look
if [ ${#missing[@]} -gt 0 ] && has apt-get; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! has sudo; then
      say "packages are missing, and only root can install them:"
      say "  apt-get install ${packages[*]}"
      exit 1
    fi
    as_root=(sudo)
  fi
  say "installing ${packages[*]}"
  say "this takes a minute or two"
  # Through env, since sudo passes no variables on.
  if ! "${as_root[@]}" apt-get update -qq ||
    ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; then
    say "apt-get could not do it; what it says is above"
    exit 1
  fi
  say "installed"
  look
fi

if [ ${#missing[@]} -gt 0 ]; then
  say "this is missing, and has to be installed by hand:"
  for thing in "${missing[@]}"; do say "  $thing"; done
  case $swift in *"error while loading"*) say "  ($swift)" ;; esac
  exit 1
fi

version=$(sed -n 's/.*Swift \([0-9][0-9.]*\).*/\1/p' <<<"$swift" | tail -n 1)
if [ -z "$version" ]; then
  say "Swift is here but does not work. It says:"
  printf '%s\n' "$swift"
  exit 1
fi
if [ "$(printf '%s\n6.2\n' "$version" | sort -V | head -n 1)" != 6.2 ]; then
  say "Swift $version is too old; 6.2 or later is needed: https://www.swift.org/install/"
  exit 1
fi
