#!/usr/bin/env bash
# Installs the release binary, its manual pages and its completions under a directory.
# usage: install.sh PREFIX
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=$1
binary=.build/release/vidproc

install -d "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
  "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
install -s -m 755 "$binary" "$prefix/bin/vidproc"

"$binary" --generate-completion-script bash >"$prefix/share/bash-completion/completions/vidproc"
"$binary" --generate-completion-script zsh >"$prefix/share/zsh/site-functions/_vidproc"
"$binary" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/vidproc.fish"

# The manual comes from the argument parser's own plug-in.
rm -rf .build/manual
mkdir -p .build/manual
swift package --allow-writing-to-directory .build/manual generate-manual --multi-page \
  --output-directory .build/manual >/dev/null
find .build/manual -name 'vidproc*.1' -exec install -m 644 {} "$prefix/share/man/man1/" \;
printf 'installed vidproc, its manual pages and completions under %s\n' "$prefix"
