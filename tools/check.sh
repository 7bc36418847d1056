#!/usr/bin/env bash
# What CI runs, quick things first; ends with the test runner's own summary. `./dev check` installs what it needs.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '==> %s\n' "$*" >&2; }

say "format"
git ls-files -z '*.h' '*.cc' | xargs -0 clang-format --dry-run --Werror

say "layers"
tools/check_layers.py
tools/check_layers.py --self-test

say "clang-tidy"
tools/tidy.sh

say "unit tests under ASan and UBSan"
./dev preset asan test_programs
ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
  ctest --test-dir build/asan -L 'unit|fuzz' --output-on-failure -j2 --quiet --output-log build/asan/tests.log ||
  { tail -n 200 build/asan/tests.log >&2; exit 1; }
tail -n 3 build/asan/tests.log >&2

./dev test
