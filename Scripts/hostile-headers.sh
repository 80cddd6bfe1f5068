#!/usr/bin/env bash
# Runs vidproc in many ways over files with hostile headers and prints what should not happen:
# crashed or timed out workers, a parent that ends otherwise than with 0 or 1, and one that hangs.
# usage: hostile-headers.sh DIR VIDPROC [WAY...]
# DIR has a folder of files for each format. The ways are plain start encode framehash fps duration
# thumbnails dry-run probe; all, unless some are named. Needs jq. Exits 1 if anything was found.
set -euo pipefail

if [ $# -lt 2 ]; then
  sed -n 's/^# usage: /usage: /p' "$0" >&2
  exit 64
fi
folder=$(realpath "$1")
vidproc=$(realpath "$2")
shift 2
ways=("$@")
[ ${#ways[@]} -gt 0 ] || ways=(plain start encode framehash fps duration thumbnails dry-run probe)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seconds_limit=1800

# The arguments of a way, in $arguments. Outputs go to $work/out.
arguments_of() {
  local out=(--output "$work/out" --existing replace)
  arguments=(run --quiet --jobs 2 --timeout 20 --report "$work/r.json" --files-from "$work/list" --null)
  case $1 in
    plain) ;;
    start) arguments+=(--start 1 --filter stats "${out[@]}" --codec ffv1) ;;
    encode)
      arguments+=("${out[@]}" --bitrate 50M --codec h264 --preset ultrafast --container mp4)
      ;;
    framehash) arguments+=(--framehash "$work/out/x-{index}.txt" --checksum) ;;
    fps) arguments+=(--fps 5 "${out[@]}" --codec mjpeg --container matroska) ;;
    duration) arguments+=(--duration 0.1 --keyframes --filter stats,scenes) ;;
    thumbnails)
      arguments+=("${out[@]}" --sheet --images png --image-name '{time}' --codec ffv1
        --filter stats,scenes --records "$work/r.csv" --report "$work/r.html")
      ;;
    dry-run) arguments+=("${out[@]}" --dry-run --json) ;;
    probe) arguments=(probe --json --timeout 20) ;;
    *) echo "$0: no way is called $1" >&2; exit 64 ;;
  esac
}

found=0
tell() {
  printf '%s: %s: %s\n' "$format" "$way" "$*"
  found=$((found + 1))
}

# The files of a report whose worker did not end by itself, one a line.
faults='.files[] | select(.error.kind == "crashed" or .error.kind == "timedOut")
  | "\(.input | sub(".*/"; "")): \(.error.kind): \(.error.message | gsub("\\s+"; " ") | .[-200:])"
    + " | \(.error.log // [] | join(" / ") | .[-600:])"'

for subfolder in "$folder"/*/; do
  format=$(basename "$subfolder")
  find -L "$subfolder" -type f -print0 | sort -z >"$work/list"
  [ -s "$work/list" ] || { echo "$0: no files in $subfolder" >&2; exit 64; }
  for way in "${ways[@]}"; do
    rm -rf "$work/out" "$work"/r.*
    mkdir "$work/out"
    arguments_of "$way"
    begin=$SECONDS
    code=0
    if [ "$way" = probe ]; then
      xargs -0 -a "$work/list" -n 200 timeout -s KILL "$seconds_limit" "$vidproc" "${arguments[@]}" \
        >"$work/stdout" 2>"$work/stderr" || code=$?
      # xargs has codes of its own: 123 for any from 1 to 125, 125 for a signal.
      [ "$code" -ne 123 ] || code=1
    else
      timeout -s KILL "$seconds_limit" "$vidproc" "${arguments[@]}" \
        >"$work/stdout" 2>"$work/stderr" || code=$?
    fi
    files=$(tr -dc '\0' <"$work/list" | wc -c)
    printf '%s: %s: %d files, %d s\n' "$format" "$way" "$files" $((SECONDS - begin)) >&2
    [ "$code" -le 1 ] || tell "exit code $code: $(tail -n 5 "$work/stderr")"
    while IFS= read -r line; do tell "$line"; done < <(
      grep -aE 'Fatal error|Swift/|fatalError|crashed by|was ended after' "$work/stderr" \
        | sort -u | head -n 40 || true)
    if [ -s "$work/r.json" ]; then
      jq . "$work/r.json" >/dev/null || tell "the report is no JSON"
      while IFS= read -r line; do tell "$line"; done < <(jq -r "$faults" "$work/r.json")
    elif [ "$way" != probe ] && [ "$way" != dry-run ]; then
      tell "there is no report"
    fi
    if [ "$way" = probe ] || [ "$way" = dry-run ]; then
      jq . "$work/stdout" >/dev/null || tell "what is told is no JSON"
    fi
    if find "$work/out" -name '*.part' | grep -q .; then tell "a part file is left"; fi
  done
done
printf 'hostile-headers: %d faults\n' "$found"
[ "$found" -eq 0 ]
