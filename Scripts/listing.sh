#!/usr/bin/env bash
# Makes a tree of directories with links up, down and across, and lists it with vidproc and with find.
# usage: listing.sh VIDPROC [FILES [DIRECTORIES]]; 100,000 files in 20,000 directories unless given
set -euo pipefail
vidproc=$(realpath "$1")
files=${2:-100000}
directories=${3:-20000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
cd "$work/tree"

# Always the same tree: each directory lies in one of those made before it, not too deep.
awk -v files="$files" -v directories="$directories" 'BEGIN {
  srand(7); path[0] = "."; depth[0] = 0
  for (i = 1; i <= directories; i++) {
    above = int(rand() * i); if (depth[above] > 30) above = 0
    path[i] = path[above] "/d" i; depth[i] = depth[above] + 1; print "d", path[i]
  }
  for (i = 0; i < files; i++) print "f", path[int(rand() * directories)] "/f" i (i % 2 ? ".mkv" : ".txt")
  for (i = 0; i < directories / 10; i++)
    print "l", path[int(rand() * directories)] "/l" i (i % 2 ? ".mkv" : ""), path[int(rand() * directories)]
}' >"$work/plan"
sed -n 's/^d //p' "$work/plan" | xargs mkdir -p
sed -n 's/^f //p' "$work/plan" | xargs touch
while read -r _ link target; do ln -s "$PWD/$target" "$link"; done < <(grep '^l ' "$work/plan")

# --raw takes one video and is refused once the list is made: so nothing but the list is measured.
measure() {
  /usr/bin/env time -f '%e s, %M KiB' "$@" >/dev/null 2>"$work/time" || true
  tail -n 1 "$work/time"
}
printf 'find -L:          %s\n' "$(measure find -L . -type f -name '*.mkv')"
for flags in "--recursive" "--recursive --follow"; do
  # shellcheck disable=SC2086
  printf 'vidproc %-20s %s\n' "$flags:" "$(measure "$vidproc" run . $flags --raw -)"
done
