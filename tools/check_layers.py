#!/usr/bin/env python3
"""Checks the include directions of docs/ARCHITECTURE.md: who may include whom, and which libraries.

Prints each wrong arrow as file:line and exits with 1. --self-test shows that wrong arrows are found.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Room -> rooms it may include (itself always). A file belongs to the longest room that its path begins with.
ROOMS = {
    "parser/xml": [],
    "parser/jid": ["parser/xml"],
    "parser/knowledge": [],
    "parser/sasl": ["parser/xml"],
    "parser/stream": ["parser/xml", "parser/jid", "parser/sasl"],
    "parser/payload": ["parser/xml", "parser/jid", "parser/stream", "parser/knowledge"],
    # profile.h is a plain enum that the analyzer's options name.
    "parser/rules": ["parser/xml", "parser/jid", "parser/sasl", "parser/stream", "parser/payload"],
    "parser": ["parser/xml", "parser/jid", "parser/sasl", "parser/knowledge", "parser/stream", "parser/payload", "parser/rules"],
    "parser/filter": ["parser", "parser/knowledge", "parser/xml", "parser/jid", "parser/sasl", "parser/stream", "parser/payload", "parser/rules"],
    "captures": ["parser*"],
    "captures/compare": ["captures", "parser*"],
    "captures/export": ["captures", "parser*"],
    "captures/import": ["captures", "parser*"],
    "captures/recut": ["captures", "parser*"],
    "captures/redact": ["captures", "parser*"],
    "proxy/tls": ["parser/stream"],  # the facts of a connection
    "proxy": ["proxy/tls", "parser*", "captures"],
    "proxy/net": ["proxy", "proxy/tls", "parser*", "captures"],
    "replay": ["proxy*", "captures", "parser*"],
    "viewer/model": ["parser*", "captures", "captures/compare", "captures/export", "captures/import"],
    "viewer/ui": ["viewer/model", "parser*", "captures", "captures/compare"],
    "viewer/platform": ["viewer/ui", "viewer/model"],
    "app": ["parser*", "captures*", "proxy*", "replay", "viewer*"],
    "bench": ["parser*", "captures*", "proxy*", "replay", "viewer*"],
    "tests": ["parser*", "captures*", "proxy*", "replay", "viewer*", "app"],
}

# Library headers -> the only rooms that may include them (prefixes).
LIBRARIES = {
    r"libxml/": ["parser/xml", "bench", "tests"],
    r"idn2\.h": ["parser/jid", "proxy", "tests"],
    r"unicode/": ["parser", "tests"],
    r"boost/asio|boost/": ["proxy/net", "app", "tests/proxy_net"],
    r"ares": ["proxy/net"],
    r"gsasl": ["replay"],
    r"spdlog/": ["proxy/net", "app"],
    r"openssl/": ["proxy", "replay", "bench", "tests", "parser/payload"],
    r"imgui|misc/": ["viewer/ui", "viewer/platform", "tests/viewer", "bench"],
    r"GLFW/|EGL/|GL/|png\.h": ["viewer/platform", "tests/viewer"],
    r"fontconfig/": ["viewer/ui", "viewer/platform"],
    r"CLI/": ["app", "tests/app"],
    r"zstd\.h": ["captures"],
    r"tins/|pcap/": ["captures/import"],
    r"nlohmann/": ["captures", "viewer/model", "app", "tests", "bench"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def room_of(path):
    best = ""
    for room in ROOMS:
        if (path == room or path.startswith(room + "/")) and len(room) > len(best):
            best = room
    return best


def allowed(source, target):
    if source == target:
        return True
    for entry in ROOMS[source]:
        if entry.endswith("*"):
            if target == entry[:-1] or target.startswith(entry[:-1] + "/"):
                return True
        elif entry == target:
            return True
    return False


def faults(path, text):
    """Yields (line number, message) for each wrong include in the text of that file."""
    source = room_of(path)
    if not source:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        if quote == '"':
            target = room_of(name)
            if not target:
                if "/" not in name or name.startswith("."):
                    yield number, f'"{name}" is not an include from the root'
                continue
            plain_enum = name == "parser/rules/profile.h"
            if not allowed(source, target) and not plain_enum:
                yield number, f"{source} may not include {target} ({name})"
        else:
            for pattern, rooms in LIBRARIES.items():
                if re.match(pattern, name) and not any(path.startswith(room + "/") for room in rooms):
                    yield number, f"<{name}> belongs to {', '.join(rooms)} only"


def self_test():
    wrong = {
        "parser/xml/a.cc": '#include "captures/writer.h"',
        "proxy/a.cc": '#include "viewer/model/store.h"',
        "proxy/session.cc": "#include <boost/asio.hpp>",
        "viewer/model/a.cc": "#include <imgui.h>",
        "viewer/ui/a.cc": "#include <GLFW/glfw3.h>",
        "parser/stream/a.cc": '#include "parser/rules/rule.h"',
        "parser/stream/b.cc": '#include "parser/payload/caps.h"',
        "parser/rules/a.cc": "#include <openssl/evp.h>",
        "captures/a.cc": '#include "pcapng.h"',
        "replay/a.cc": '#include "app/command.h"',
    }
    right = {
        "parser/rules/iq.cc": '#include "parser/stream/session_state.h"',
        "proxy/net/server.cc": "#include <boost/asio.hpp>",
        "app/inspect.cc": '#include "captures/reader.h"',
        "parser/xml/parser.cc": "#include <libxml/parser.h>",
    }
    for path, text in wrong.items():
        assert list(faults(path, text)), f"not found: {path}: {text}"
    for path, text in right.items():
        assert not list(faults(path, text)), f"false alarm: {path}: {text}"
    print("check_layers: self-test passed")


def main():
    if "--self-test" in sys.argv:
        self_test()
        return 0
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.h", "*.cc"],
                             cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    bad = 0
    for path in listing:
        file = ROOT / path
        if not file.exists():
            continue
        for number, message in faults(path, file.read_text(encoding="utf-8")):
            print(f"{path}:{number}: {message}")
            bad += 1
    print(f"check_layers: {len(listing)} files, {bad} wrong arrows")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
