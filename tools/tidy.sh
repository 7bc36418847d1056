#!/usr/bin/env bash
# clang-tidy over the sources that differ from BASE (an argument or the environment's TIDY_BASE), else over all of
# them, within TIDY_SECONDS (420): what did not fit is named, never passed over in silence.
# Tests and benchmarks are left out: GoogleTest's macros set off many checks, and they run under sanitizers anyway.
set -euo pipefail
cd "$(dirname "$0")/.."
base=${1:-${TIDY_BASE:-}}
limit=${TIDY_SECONDS:-420}
cmake --preset release >/dev/null  # nothing is built: clang-tidy asks for compile_commands.json only
if [ -n "$base" ]; then
  files=$(git diff --name-only --diff-filter=AM "$base" -- '*.cc')
else
  files=$(git ls-files -- '*.cc')
fi
# What changed last comes first, so that a short time is spent where it matters. Commits that format everything or a
# history that was cut off give an order that is no worse than the alphabet's.
newest=$(git log --format= --name-only -- '*.cc' | awk '!seen[$0]++')
files=$(printf '%s\n' "$newest" "$files" | awk -v wanted="$files" '
  BEGIN {n = split(wanted, list, "\n"); for (i = 1; i <= n; i++) want[list[i]] = 1}
  want[$0] && !seen[$0]++ && /^(parser|proxy|captures|replay|app|viewer)\//')
files=$(for file in $files; do if grep -qF "/$file\"" build/compile_commands.json; then echo "$file"; fi; done)
[ -n "$files" ] || { echo "clang-tidy: nothing to look at"; exit 0; }
export deadline=$(($(date +%s) + limit))
# The static analyzer explores 225,000 states of each function unless told otherwise, which makes nine tenths of
# the time; 10,000 is enough to follow nearly all of them to their end.
export analyzer='--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=10000'
one() {
  if [ "$(date +%s)" -ge "$deadline" ]; then echo "clang-tidy: no time left for $1"; exit 0; fi
  # shellcheck disable=SC2086
  clang-tidy --quiet -p build $analyzer "$1" 2>/dev/null || { echo "clang-tidy: $1 failed"; exit 1; }
}
export -f one
echo "$files" | xargs -P2 -I{} bash -c 'one {}'
echo "clang-tidy: $(echo "$files" | wc -l) files in $(($(date +%s) - deadline + limit)) s"
