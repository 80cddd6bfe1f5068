# For scripts that time commands, to be sourced: `work` names a directory of theirs.

# How long a command takes. One that fails is no measurement: it would look like a fast one.
milliseconds() {
  local start end
  start=$(date +%s%N)
  if ! "$@" >"$work/log" 2>&1; then
    echo "$(basename "$0"): $1 failed:" >&2
    tail -n 5 "$work/log" >&2
    return 1
  fi
  end=$(date +%s%N)
  echo $(((end - start) / 1000000))
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
