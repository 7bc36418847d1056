"""The program under test."""
import json
import os
import re
import subprocess
from pathlib import Path

from .process import Process

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("STANZASCOPE_BIN", ROOT / "build/bin"))


def stanzascope(*arguments, expect=0, **keywords):
    """Runs one command to its end; returns its standard output."""
    done = subprocess.run([str(BIN / "stanzascope"), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, **keywords)
    assert done.returncode == expect, f"stanzascope {arguments} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def inspect(capture, *arguments, expect=0):
    """The capture's events as JSON objects."""
    return [json.loads(line) for line in stanzascope("inspect", capture, "--json", *arguments, expect=expect).splitlines()]


class Proxy(Process):
    """`stanzascope proxy` on free ports, with a configuration folder of its own."""

    def __init__(self, folder, *arguments, name="proxy", direct_tls=True, write=True, env=None):
        self.folder = Path(folder)
        self.capture = self.folder / f"{name}.pcapng"
        self.confdir = self.folder / "conf"
        listeners = ["--listen", "127.0.0.1:0"] + ["--listen-tls", "127.0.0.1:0"] * direct_tls
        record = ["--write", self.capture] if write else []
        super().__init__([BIN / "stanzascope", "proxy", *listeners, "--confdir", self.confdir, *record, *arguments],
                         folder, name, env=env)
        self.wait_for("listening on")
        if direct_tls:
            self.wait_for("direct TLS")
        ports = dict(reversed(found) for found in re.findall(r"listening on 127\.0\.0\.1:(\d+) \(([^)]*)\)", self.output()))
        self.port = next(int(port) for kind, port in ports.items() if "direct" not in kind)
        self.tls_port = next((int(port) for kind, port in ports.items() if "direct" in kind), None)

    @property
    def ca(self):
        return self.confdir / "stanzascope-ca-cert.pem"

    def finish(self):
        """SIGTERM: must flush and exit with 0. Returns the capture's events."""
        code = self.stop()
        assert code == 0, f"the proxy ended with {code}:\n{self.output()[-3000:]}"
        return inspect(self.capture) if self.capture.exists() else []
