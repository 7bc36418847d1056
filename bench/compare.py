#!/usr/bin/env python3
"""The relay beside HAProxy, in one run: each figure measured in turn on both, TLS on both legs, certificates verified.

Prints a Markdown table. Machines differ and are noisy: read the ratios, and only within one run.
`--quick` is for trying the program; its figures mean little.
"""
import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "bench.example"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificates(folder):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=bench CA")
    openssl("req", *curve, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", f"/CN={DOMAIN}")
    (folder / "ext").write_text(f"subjectAltName=DNS:{DOMAIN}\n")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.pem",
            "-days", "2", "-extfile", "ext")
    (folder / "both.pem").write_text((folder / "leaf.pem").read_text() + (folder / "leaf.key").read_text())


class Relay:
    """A relay under measurement: its process, and the ports in front of and behind it."""

    starttls = False

    def __init__(self, folder):
        self.folder = folder
        self.sink = free_port()
        self.process = None

    def __enter__(self):
        self.start()
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                time.sleep(0.2)
                return self
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{self.name} did not come up")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def measure(self, binary, mode, *numbers):
        command = [binary, "--relay", self.port, "--sink", self.sink, "--pid", self.process.pid, "--cert", self.folder / "leaf.pem",
                   "--key", self.folder / "leaf.key", *(["--starttls"] if self.starttls else []), mode, *numbers]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise SystemExit(f"{self.name}: {done.stderr}")
        return json.loads(done.stdout)


class HaProxy(Relay):
    name = "HAProxy"

    def start(self):
        self.port = free_port()
        config = self.folder / "haproxy.cfg"
        config.write_text(f"""
global
  maxconn 8000
  ssl-server-verify required
defaults
  mode tcp
  timeout connect 10s
  timeout client 300s
  timeout server 300s
listen xmpp
  bind 127.0.0.1:{self.port} ssl crt {self.folder}/both.pem alpn xmpp-client
  server sink 127.0.0.1:{self.sink} ssl verify required ca-file {self.folder}/ca.pem sni str({DOMAIN}) verifyhost {DOMAIN}
""")
        self.process = subprocess.Popen(["haproxy", "-db", "-f", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Stanzascope(Relay):
    """Everything on: recording, analysis, all rules; nothing printed."""

    name = "stanzascope"
    listen = "--listen-tls"
    arguments = ["--upstream-security", "tls"]

    def start(self):
        binary = Path(os.environ.get("STANZASCOPE_BIN", ROOT / "build/bin")) / "stanzascope"
        self.port = free_port()
        with open(self.folder / f"{type(self).__name__}.log", "w") as log:
            self.process = subprocess.Popen(
                [str(binary), "proxy", self.listen, f"127.0.0.1:{self.port}", *self.arguments, "--upstream", f"127.0.0.1:{self.sink}",
                 "--upstream-ca", str(self.folder / "ca.pem"), "--write", str(self.capture_folder() / f"{type(self).__name__}.pcapng"),
                 "--force", "--confdir", str(self.folder / "conf"), "-q"], stdout=log, stderr=log)

    def capture_folder(self):
        return self.folder


class StanzascopeStartTls(Stanzascope):
    name = "stanzascope, STARTTLS"
    starttls = True
    listen = "--listen"
    arguments = []


FIGURES = [
    # title, unit, key, mode, numbers, quick numbers, aim as a multiple of HAProxy (None: an absolute one, told in the text)
    ("CPU per GiB, 580-byte records", "s/GiB", "cpu_s_per_gib", "bulk", (192, 580), (16, 580), 1.0),
    ("CPU per GiB, 16 KB records", "s/GiB", "cpu_s_per_gib", "bulk", (384, 16384), (32, 16384), 2.5),
    ("CPU per round trip", "µs", "cpu_us", "pingpong", (8000, 200), (500, 200), 1.0),
    ("latency per round trip, median", "µs", "p50_us", "pingpong", (8000, 200), (500, 200), 1.0),
    ("CPU per complete connection", "µs", "cpu_us", "handshakes", (600,), (50,), 1.0),
    ("memory per idle session", "KiB", "kib_per_session", "idle", (4000,), (100,), None),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, default=3, help="measurements of each figure; the median counts (%(default)s)")
    parser.add_argument("--load", default=str(ROOT / "build/bin/relay_load"))
    parser.add_argument("--only", help="figures whose title contains this")
    arguments = parser.parse_args()
    runs = 1 if arguments.quick else arguments.runs
    rows = []
    cache = {}
    with tempfile.TemporaryDirectory(prefix="stanzascope-bench-") as name:
        folder = Path(name)
        make_certificates(folder)
        for title, unit, key, mode, numbers, quick, aim in FIGURES:
            if arguments.only and arguments.only not in title:
                continue
            wanted = (mode, quick if arguments.quick else numbers)
            if wanted not in cache:
                cache[wanted] = {kind: [] for kind in (HaProxy, Stanzascope, StanzascopeStartTls)}
                for _ in range(1 if mode == "idle" else runs):
                    for kind, results in cache[wanted].items():
                        print(f"… {mode} {wanted[1]}: {kind.name}", file=sys.stderr)
                        with kind(folder) as relay:
                            results.append(relay.measure(arguments.load, mode, *wanted[1]))
            medians = [statistics.median(r[key] for r in results) for results in cache[wanted].values()]
            rows.append((title, unit, medians, aim))
    print("| figure | HAProxy | stanzascope | ratio | aim | over STARTTLS |")
    print("|---|---|---|---|---|---|")
    for title, unit, (peer, ours, starttls), aim in rows:
        aimed = f"≤ {aim:g} ×" if aim else "≤ 45 KiB"
        print(f"| {title} ({unit}) | {peer:.4g} | {ours:.4g} | {ours / peer:.2f} | {aimed} | {starttls:.4g} |")


if __name__ == "__main__":
    main()
