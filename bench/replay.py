#!/usr/bin/env python3
"""`replay --as server` beside Prosody, in one run: the same pings over plaintext loopback, client and server on this machine's cores.

Prints a Markdown table: iq answered a second, the server's CPU for each, and how long an answer took. `--seconds N` for each figure.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/e2e"))

from harness.pki import Pki  # noqa: E402
from harness.replay import ReplayServer  # noqa: E402
from harness.servers import DOMAIN, USERS, Prosody  # noqa: E402

LOADS = ((1, 1), (8, 1), (8, 16))  # connections, pings under way on each


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(pid, port, connections, window, seconds):
    before = cpu_seconds(pid)
    done = subprocess.run([ROOT / "build/bin/ping_load", str(port), DOMAIN, "juliet", USERS["juliet"], str(connections), str(window), str(seconds)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    result = json.loads(done.stdout)
    result["cpu_us"] = (cpu_seconds(pid) - before) / result["answers"] * 1e6
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="stanzascope-bench-") as name:
        folder = Path(name)
        replay = ReplayServer(folder, ROOT / "captures/samples/prosody-slixmpp.pcapng", "--plain", "--quiet", "--patience", "0")
        prosody = Prosody(folder / "prosody", Pki(folder / "pki").leaf(DOMAIN), plain=True).start()
        try:
            print("| connections × pings under way | server | iq/s | CPU per iq (µs) | median (µs) | 99 % (µs) |\n|---|---|---|---|---|---|")
            for connections, window in LOADS:
                for title, process, port in (("Prosody", prosody.process, prosody.port), ("replay as server", replay, replay.port)):
                    r = measure(process.pid, port, connections, window, seconds)
                    print(f"| {connections} × {window} | {title} | {r['per_second']:,.0f} | {r['cpu_us']:.1f} | {r['median_us']:.0f} | {r['p99_us']:.0f} |",
                          flush=True)
        finally:
            prosody.stop()
            replay.stop()


if __name__ == "__main__":
    main()
