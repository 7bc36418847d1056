#!/usr/bin/env python3
"""Runs every command in docs/lessons/*.md and writes what it prints beneath it; with --check only says where that differs.

A command stands in a ```console block behind "$ ", and is one of build/bin/stanzascope. Lines up to the next "$ " or the
end of the block are its output (standard output, then standard error).
"""
import difflib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(os.environ.get("STANZASCOPE_BIN", ROOT / "build/bin"))
PROGRAM = "build/bin/stanzascope"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def printed_by(command):
    words = shlex.split(command)
    if not words or words[0] != PROGRAM:
        raise SystemExit(f"lessons: only {PROGRAM} can be run, not: {command}")
    done = subprocess.run([str(BIN / "stanzascope"), *words[1:]], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, env={**os.environ, "TZ": "UTC", "COLUMNS": "0"})
    if done.returncode not in (0, 1):
        raise SystemExit(f"lessons: {command} ended with {done.returncode}:\n{done.stderr}")
    output = done.stdout + done.stderr
    return output if output.endswith("\n") else output + "\n"


def with_outputs(text):
    """The lesson with every output as it is today, and how many commands there are."""
    count = 0

    def block(match):
        nonlocal count
        commands = [line for line in match.group(1).split("\n") if line.startswith("$ ")]
        count += len(commands)
        return "```console\n" + "".join(f"{line}\n{printed_by(line[2:])}" for line in commands) + "```"

    return BLOCK.sub(block, text), count


def main():
    check = "--check" in sys.argv[1:]
    stale = commands = 0
    for lesson in sorted((ROOT / "docs/lessons").glob("*.md")):
        old = lesson.read_text(encoding="utf-8")
        new, count = with_outputs(old)
        commands += count
        if new == old:
            continue
        stale += 1
        if check:
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"{lesson.name} as it is",
                                                       f"{lesson.name} as it should be"))
        else:
            lesson.write_text(new, encoding="utf-8")
            print(f"lessons: wrote {lesson.relative_to(ROOT)}")
    if commands < 10:
        raise SystemExit(f"lessons: only {commands} commands were found; is the notation right?")
    if check and stale:
        raise SystemExit(f"lessons: {stale} of them are stale; tools/lessons.py writes them anew")
    print(f"lessons: {commands} commands")


main()
