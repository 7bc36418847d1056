#!/usr/bin/env bash
# Writes the golden events file of every sample (or of those whose names begin with the argument) anew: what `inspect --json` says of it. Look at the
# difference before you commit it.
set -euo pipefail
cd "$(dirname "$0")/.."
for sample in captures/samples/${1:-}*.pcapng; do
  [ -e "$sample" ] || continue
  build/bin/stanzascope inspect "$sample" --json >"${sample%.pcapng}.events.jsonl"
done
git --no-pager diff --stat -- captures/samples
