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

# The manual comes from the argument parser's own tool. Its plug-in would build the whole package once
# more, without the Swift runtime in the binary, and leave that in .build/release.
swift build -c release --static-swift-stdlib --product generate-manual >/dev/null
rm -rf .build/manual
mkdir -p .build/manual
.build/release/generate-manual "$binary" --multi-page --output-directory .build/manual
find .build/manual -name 'vidproc*.1' -exec install -m 644 {} "$prefix/share/man/man1/" \;
printf 'installed vidproc, its manual pages and completions under %s\n' "$prefix"
