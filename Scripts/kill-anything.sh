#!/usr/bin/env bash
# Kills workers, hosts and parents with signal 9 at random moments and checks what is left.
# usage: kill-anything.sh [--vidproc PATH] [--rounds N] [--seed N]
# Needs the clips in samples/. Prints a line per victim and what failed; exits 1 if anything did.
set -u
cd "$(dirname "$0")/.." || exit 1

vidproc=.build/release/vidproc
rounds=50
while [ $# -gt 0 ]; do
  case $1 in
    --vidproc) vidproc=$2 ;;
    --rounds) rounds=$2 ;;
    --seed) RANDOM=$2 ;;
    *) echo "usage: $0 [--vidproc PATH] [--rounds N] [--seed N]" >&2; exit 64 ;;
  esac
  shift 2
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# Twelve links to one clip, and a filter that makes each last some 300 ms: a run of about 2 s. The
# outputs of the round before are there, to be replaced by whole ones or not at all.
mkdir "$work/in" "$work/out"
for i in $(seq 12); do ln -s "$PWD/samples/h264_aac_640x360.mp4" "$work/in/$i.mp4"; done
arguments=(run --quiet --jobs 2 --filter 'gblur=sigma=6' --report "$work/r.json" --output "$work/out"
  --existing replace --preset ultrafast "$work/in")
seconds_limit=30

# The shell tells of every job that was killed; that is what is done here.
exec 2>/dev/null

fail() {
  printf '  %s, round %s: %s\n' "$victim" "$round" "$*"
  failures=$((failures + 1))
}

# Everything that was started by a run has its mark in its environment.
marked() {
  local file
  for file in /proc/[0-9]*/environ; do
    grep -qsz "^KILL_TEST=$mark\$" "$file" && basename "$(dirname "$file")"
  done
}

name_of() { cat "/proc/$1/comm" 2>/dev/null; }

# A running worker of the run.
find_worker() {
  local pid found=()
  for pid in $(marked); do [ "$(name_of "$pid")" = vp:video ] && found+=("$pid"); done
  [ ${#found[@]} -gt 0 ] && echo "${found[RANDOM % ${#found[@]}]}"
}

# The host of the run: the parent's only child. Its name would not do: a worker has it for a moment.
find_host() { cat /proc/"$parent"/task/*/children | tr ' ' '\n' | grep -m 1 .; }

sleep_random() { sleep "$(printf '0.%03d' $((RANDOM % 900)))"; }

# Waits for the parent, with a limit; its exit code is in $code.
await_end() {
  local deadline=$((SECONDS + seconds_limit))
  while kill -0 "$parent" 2>/dev/null; do
    if [ $SECONDS -ge $deadline ]; then
      fail "it hangs"
      kill -9 "$parent"
    fi
    sleep 0.02
  done
  wait "$parent" 2>/dev/null
  code=$?
}

expect_nothing_left() {
  local deadline=$((SECONDS + 3)) left
  while left=$(marked) && [ -n "$left" ]; do
    if [ $SECONDS -ge $deadline ]; then
      fail "still there: $(for pid in $left; do echo "$pid $(name_of "$pid")"; done | tr '\n' ' ')"
      # shellcheck disable=SC2086
      kill -9 $left 2>/dev/null
      break
    fi
    sleep 0.02
  done
  if [ "$victim" != parent ] && [ -n "$(parts)" ]; then fail "a part file is left"; fi
}

parts() { find "$work" -name '*.part'; }

# Whatever has a final name is whole: 125 frames that can be decoded, and no error.
expect_whole_outputs() {
  local name
  for name in "$work"/out/*; do
    case $name in "$work"/out/[0-9]*.mp4) ;; *) fail "$name has no business there" ;; esac
  done
  compgen -G "$work/out/*.mp4" >/dev/null || return 0
  "$vidproc" run --quiet --report "$work/whole.json" "$work/out" || fail "an output is not whole"
  if grep -o '"decoded":[0-9]*' "$work/whole.json" | grep -qv ':125$'; then fail "frames are missing"; fi
}

count() { grep -o "\"status\":\"$1\"" "$work/r.json" | wc -l; }

# A report is whole when its last line closes it.
is_whole() { [ -s "$work/r.json" ] && [ "$(tail -n 1 "$work/r.json")" = "}" ]; }

check_worker() {
  [ "$code" -eq 1 ] || fail "exit code $code instead of 1"
  is_whole || { fail "the report is not whole"; return; }
  [ "$(count ok)" -eq 11 ] || fail "$(count ok) videos are ok instead of 11"
  grep -q '"kind":"crashed".*"signal":9' "$work/r.json" || fail "no video is called crashed by signal 9"
}

check_host() {
  [ "$code" -eq 0 ] || fail "exit code $code instead of 0"
  is_whole || { fail "the report is not whole"; return; }
  [ "$(count ok)" -eq 12 ] || fail "$(count ok) videos are ok instead of 12"
}

check_parent() {
  [ "$code" -eq 137 ] || fail "exit code $code instead of 137"
  [ ! -e "$work/r.json" ] || is_whole || fail "there is half a report"
}

for victim in worker host parent; do
  hits=0
  late=0
  before=$failures
  round=0
  while [ "$hits" -lt "$rounds" ] && [ $((hits + late)) -lt $((rounds * 4)) ]; do
    round=$((hits + late + 1))
    mark="$$-$victim-$round"
    rm -f "$work"/r.json
    KILL_TEST=$mark "$vidproc" "${arguments[@]}" 2>/dev/null &
    parent=$!
    sleep_random
    case $victim in
      worker) target=$(find_worker) ;;
      host) target=$(find_host) ;;
      parent) target=$parent ;;
    esac
    if [ -n "$target" ] && kill -0 "$parent" 2>/dev/null && kill -9 "$target" 2>/dev/null; then
      await_end
      # A worker or a parent that was done when it was hit has done no harm: the report shows twelve.
      if [ "$victim" != host ] && [ "$code" -eq 0 ] && is_whole && [ "$(count ok)" -eq 12 ]; then
        late=$((late + 1))
      else
        hits=$((hits + 1))
        "check_$victim"
      fi
    else
      await_end
      late=$((late + 1))
    fi
    expect_nothing_left
    expect_whole_outputs
  done
  if [ "$hits" -eq 0 ]; then fail "none was ever killed"; fi
  printf '%s: %d killed, %d failures (%d times there was nothing to kill)\n' \
    "$victim" "$hits" $((failures - before)) "$late"
done
# What the last killed parent left is swept away by the next run.
victim=parent round=last
"$vidproc" "${arguments[@]}" || fail "the next run fails"
if [ -n "$(find "$work/out" -name '.vidproc-*')" ]; then fail "the next run left parts"; fi
[ "$failures" -eq 0 ]
