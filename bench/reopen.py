#!/usr/bin/env python3
"""Reopening a capture of 1 GB: the first connection out of tens of thousands, by the index beside the file.

Prints what making the index cost, and the median of seven reopenings (a new process each). The aim is 0.3 s.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(__file__).resolve().parent.parent / "build/bin"


def timed(*arguments):
    begin = time.monotonic()
    subprocess.run([BIN / "stanzascope", "inspect", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begin


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_300_000  # stanzas
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        file = Path(folder) / "large.pcapng"
        subprocess.run([BIN / "make_large_capture", file, str(size)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = timed("--connection", "5", file)
        again = [timed("--connection", "5", file) for _ in range(7)]
        frames = [timed("--frames", "1000000-1000020", file) for _ in range(7)]
        index = Path(f"{file}.idx").stat().st_size
        print(f"capture of {file.stat().st_size / 1e9:.2f} GB; its index takes {index / 1e6:.1f} MB and {made:.2f} s to make")
        print(f"one connection, reopened by index: {statistics.median(again):.3f} s (aim 0.3 s)")
        print(f"twenty frames of its middle: {statistics.median(frames):.3f} s")


if __name__ == "__main__":
    main()
