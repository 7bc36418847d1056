#!/usr/bin/env python3
"""Writes docs/CLI.md, the reference of every command, from what --help prints; with --check only says where it differs.

The commands, their groups and what they are for come from `stanzascope --help`; each command's page is its own --help,
whose shape app/help.h gives: a paragraph, "Usage:", tables of options under headings, paragraphs, "Examples:", "Exit codes:".
"""
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(os.environ.get("STANZASCOPE_BIN", ROOT / "build/bin"))
PAGE = ROOT / "docs/CLI.md"
COLUMN = 30  # of what an option does
HEAD = """# Commands

<!-- Made by tools/cli_reference.py of what --help prints: edit the help in app/, then run that. -->

Every command has its own `--help`, which says what stands here. Options that take one value of several show them with `|`, an
option that may be given several times shows `...`. `--json` prints JSON Lines: [JSON_LINES.md](JSON_LINES.md). Filters have
Wireshark's syntax and names. The viewer is a program of its own: `stanzascope-viewer --help`.

| exit code | means |
|---|---|
"""


def help_of(*words):
    done = subprocess.run([str(BIN / "stanzascope"), *words, "--help"], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0 or done.stderr:
        raise SystemExit(f"cli_reference: {' '.join(words)} --help ended with {done.returncode}: {done.stderr}")
    return done.stdout


def cell(text):
    return text.replace("|", "\\|")


def prose(text):
    """A paragraph of the help; words that belong to a shell become code."""
    text = re.sub(r"(?<![\w`“])(--[a-z][a-z-]+|-[a-zA-Z]\b|\$[A-Z_]+|https?://\S+)", r"`\1`", text)
    return re.sub(r"([<>*])", r"\\\1", text)


def parsed(text):
    """What a command is for, its usage, its tables [(heading, [(option, words)])], paragraphs, examples, exit codes."""
    lines = text.rstrip("\n").split("\n")
    usage = next(i for i, line in enumerate(lines) if line.startswith("Usage: "))
    about, page = " ".join(lines[:usage]), {"tables": [], "words": [], "examples": [], "exit": ""}
    in_examples, table = False, None
    for line in lines[usage + 1:]:
        if line.startswith("Exit codes: "):
            page["exit"] = line.removeprefix("Exit codes: ")
        elif line == "Examples:":
            in_examples = True
        elif in_examples and line.startswith("  "):
            page["examples"].append(line[2:])
        elif line.startswith("  ") and table is not None:
            if line[:COLUMN].strip():
                table.append([line[:COLUMN].strip(), line[COLUMN:]])
                if line[COLUMN - 1] != " ":  # too long a name: what it does comes in the next line
                    table[-1] = [line.strip(), ""]
            else:
                table[-1][1] += line[COLUMN:]
        elif re.fullmatch(r"[A-Z][A-Za-z ]*:", line):
            table = []
            page["tables"].append((line[:-1], table))
        elif line:
            table, in_examples = None, False
            page["words"].append(line)
    return about, lines[usage].removeprefix("Usage: "), page


def page_of(name):
    about, usage, page = parsed(help_of(name))
    if not page["examples"] or not page["exit"]:
        raise SystemExit(f"cli_reference: the help of {name} has no examples, or no exit codes")
    out = [f"### {name}", "", prose(about), "", "```", usage, "```", ""]
    for heading, rows in page["tables"]:
        rows = [row for row in rows if row[0] != "-h,--help"]
        if not rows:
            continue
        title = {"Positionals": "what", "Options": "option"}.get(heading, heading)
        out += [f"| {title} | |", "|---|---|"]
        out += [f"| `{cell(option)}` | {cell(prose(words))} |" for option, words in rows] + [""]
    for words in page["words"]:
        out += [prose(words), ""]
    out += ["```sh"]
    for line in page["examples"]:
        if line.startswith(" "):
            out.insert(len(out) - 1, "# " + line.strip())  # above the command, as in a shell script
        else:
            out.append(line)
    return out + ["```", "", f"Exit codes: {prose(page['exit'])}", ""]


def reference():
    text = help_of()
    groups, group = {}, None
    for line in text.split("\n"):
        if re.fullmatch(r"[A-Z][a-z]+:", line) and line != "Examples:":
            group = groups.setdefault(line[:-1], [])
        elif not line:
            group = None
        elif group is not None and (row := re.fullmatch(r"  ([a-z]+)  +(.+)", line)):
            group.append(row.groups())
    codes = re.search(r"^Exit codes: (.+)$", text, re.MULTILINE).group(1)
    out = HEAD + "".join(f"| {code[0]} | {code[2:]} |\n" for code in codes.split(", "))
    for heading, commands in groups.items():
        out += f"\n**{heading}**\n\n" + "".join(f"- [{name}](#{name}): {what}\n" for name, what in commands)
    for heading, commands in groups.items():
        out += f"\n## {heading}\n\n" + "\n".join("\n".join(page_of(name)) for name, _ in commands)
    return out.rstrip("\n") + "\n", sum(len(commands) for commands in groups.values())


def main():
    new, count = reference()
    if count < 10:
        raise SystemExit(f"cli_reference: only {count} commands were found; has the shape of --help changed?")
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(new, encoding="utf-8")
    elif new != old:
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "docs/CLI.md as it is",
                                                   "docs/CLI.md as it should be"))
        raise SystemExit("cli_reference: docs/CLI.md is stale; tools/cli_reference.py writes it anew")
    print(f"cli_reference: {count} commands")


if __name__ == "__main__":
    main()
