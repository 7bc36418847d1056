#!/usr/bin/env python3
"""The viewer on a capture of a million stanzas, tshark on the same file with the same filter, and a live stanza's way to the screen.

usage: bench/viewer.py [STANZAS] [--keep CAPTURE] [--no-tshark]
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import viewer_live

BIN = Path(os.environ.get("STANZASCOPE_BIN", Path(__file__).resolve().parents[1] / "build" / "bin"))

AIMS = [
    ("first rows (s)", "first_rows_s", "<= 0.5", lambda v: v <= 0.5),
    ("whole analysis, of the analyser's own speed", "speed", ">= 0.8", lambda v: v >= 0.8),
    ("memory beyond the mapped file, per stanza (bytes)", "memory", "<= 160", lambda v: v <= 160),
    ("filter xmpp.iq over all rows (s)", "filter_iq_s", "<= 1", lambda v: v <= 1),
    ("... its first rows (s)", "filter_iq_first_s", "<= 0.05", lambda v: v <= 0.05),
    ("filter xmpp.message.body (s)", "filter_body_s", "<= 1", lambda v: v <= 1),
    ("filter xmpp.error.condition == \"item-not-found\" (s)", "filter_condition_s", "<= 1", lambda v: v <= 1),
    ("... its first rows (s)", "filter_condition_first_s", "<= 0.05", lambda v: v <= 0.05),
    ("filter xmpp.xmlns == \"jabber:iq:roster\" (s)", "filter_xmlns_s", "<= 1", lambda v: v <= 1),
    ("UI CPU per frame, median (ms)", "frame_median_ms", "<= 4", lambda v: v <= 4),
    ("UI CPU per frame, 95 % (ms)", "frame_95_ms", "<= 4", lambda v: v <= 4),
    ("... of the ladder, median (ms)", "ladder_frame_median_ms", "<= 4", lambda v: v <= 4),
    ("... of the ladder, 95 % (ms)", "ladder_frame_95_ms", "<= 4", lambda v: v <= 4),
    ("... of the statistics, median (ms)", "statistics_frame_median_ms", "<= 4", lambda v: v <= 4),
    ("statistics over all rows (s of CPU)", "statistics_cpu_s", "<= 10", lambda v: v <= 10),
]


def tshark(capture, expression):
    """Seconds that tshark takes to filter the file, or None where there is no tshark."""
    if not shutil.which("tshark") or "--no-tshark" in sys.argv:
        return None
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        subprocess.run(["tshark", "-r", capture, "-Y", expression, "-T", "fields", "-e", "frame.number"], stdout=out,
                       stderr=subprocess.DEVNULL, check=False)
        took = time.monotonic() - began
        out.seek(0)
        return took, sum(1 for _ in out)


def live():
    took = viewer_live.measure()
    if took is None:
        print("Xvfb is not installed: no live stanzas")
        return
    for what, seconds in [("median", statistics.median(took)), ("worst", max(took))]:
        print(f"| a stanza from the client's socket to the viewer's screen, {what} of {len(took)} (ms) | {seconds * 1e3:.0f} | "
              f"<= 200{'' if seconds <= 0.2 else ' (missed)'} |")


def main():
    stanzas = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(sys.argv[sys.argv.index("--keep") + 1]) if "--keep" in sys.argv else Path(folder) / "large.pcapng"
        if not capture.exists():
            subprocess.run([BIN / "make_large_capture", capture, str(stanzas)], check=True)
        out = subprocess.run([BIN / "viewer_load", capture], check=True, capture_output=True, text=True).stdout
        values = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
        values["speed"] = values["analyser_cpu_s"] / values["load_cpu_s"]
        values["memory"] = values["memory_per_row"] * values["rows"] / stanzas
        print(f"{capture.stat().st_size / 1e6:.0f} MB, {values['rows']:,.0f} rows; read in {values['load_wall_s']:.2f} s")
        for title, key, aim, good in AIMS:
            print(f"| {title} | {values[key]:.4g} | {aim}{'' if good(values[key]) else ' (missed)'} |")
        for expression, key in [("xmpp.iq", "filter_iq"), ("xmpp.error.condition == \"item-not-found\"", "filter_condition")]:
            took = tshark(capture, expression)
            if took is None:
                print("no comparison with tshark")
                break
            mine = values[key + "_s"]
            print(f"| tshark -r -Y '{expression}' (s; {took[1]:,} packets) | {took[0]:.1f} | viewer, the file once read: {mine:.2f} "
                  f"({values[key + '_rows']:,.0f} rows); reading it: {values['load_wall_s']:.1f} |")
    live()


if __name__ == "__main__":
    main()
