#!/usr/bin/env bash
# `./dev bench [NAME]`: every figure of bench/README.md in one run. NAME picks one program: analyzer, relay, …
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-}
for program in build/bin/*_bench; do
  [ -x "$program" ] || continue
  [ -z "$wanted" ] || [[ "$(basename "$program")" == *"$wanted"* ]] || continue
  echo "## $(basename "$program")"
  "$program" --benchmark_min_time=1 --benchmark_repetitions=3 --benchmark_report_aggregates_only=true
done
if [ -z "$wanted" ] || [ "$wanted" = viewer ]; then
  echo "## the viewer on a million stanzas, beside tshark"
  bench/viewer.py
fi
if [ -z "$wanted" ] || [ "$wanted" = replay ]; then
  echo "## a replayed server beside Prosody"
  bench/replay.py
fi
if [ -z "$wanted" ] || [ "$wanted" = reopen ]; then
  echo "## reopening 1 GB by its index"
  bench/reopen.py
fi
if [ -z "$wanted" ] || [ "$wanted" = relay ]; then
  echo "## the relay beside HAProxy"
  shift || true
  bench/compare.py "$@"
fi
