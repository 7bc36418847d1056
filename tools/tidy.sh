#!/usr/bin/env bash
# clang-tidy over the sources that differ from BASE (an argument or the environment's TIDY_BASE), else over all of
# them, within TIDY_SECONDS (600): what did not fit is named, never passed over in silence.
set -euo pipefail
cd "$(dirname "$0")/.."
base=${1:-${TIDY_BASE:-}}
limit=${TIDY_SECONDS:-600}
./dev preset release >/dev/null
if [ -n "$base" ]; then
  files=$(git diff --name-only --diff-filter=AM "$base" -- '*.cc')
else
  # Newest changes first, so that a short time is spent where it matters.
  files=$(git log --name-only --pretty=format: -- '*.cc' | awk 'NF && !seen[$0]++')
fi
files=$(for file in $files; do if [ -e "$file" ] && grep -qF "/$file\"" build/compile_commands.json; then echo "$file"; fi; done)
[ -n "$files" ] || { echo "clang-tidy: nothing to look at"; exit 0; }
export deadline=$(($(date +%s) + limit))
one() {
  if [ "$(date +%s)" -ge "$deadline" ]; then echo "clang-tidy: no time left for $1"; exit 0; fi
  clang-tidy --quiet -p build "$1" 2>/dev/null || { echo "clang-tidy: $1 failed"; exit 1; }
}
export -f one
echo "$files" | xargs -P2 -I{} bash -c 'one {}'
