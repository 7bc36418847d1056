#!/usr/bin/env python3
"""How long a stanza takes from a client's socket through the proxy and its recording to the viewer's screen.

Everything is real: a client and a server, `stanzascope proxy --write` between them, `stanzascope-viewer --follow` in a
window of an X server without a screen (Xvfb, software OpenGL). What is timed is the moment from which the client has
written the stanza until a pixel of the table has changed.

usage: bench/viewer_live.py [STANZAS]
"""
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/e2e"))
from harness.screen import Screen, start_display  # noqa: E402

BIN = Path(os.environ.get("STANZASCOPE_BIN", Path(__file__).resolve().parents[1] / "build" / "bin"))
TABLE = (400, 120, 300, 240)  # x, y, width, height: summaries, a part of the window that only rows change

HEADER = "<?xml version='1.0'?><stream:stream {}='live.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
SASL = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
BIND = "xmlns='urn:ietf:params:xml:ns:xmpp-bind'"
# What the client says, and what the server answers.
LOGIN = [
    (HEADER.format("to"), HEADER.format("id='a' from") + f"<stream:features><mechanisms {SASL}><mechanism>PLAIN</mechanism></mechanisms></stream:features>"),
    (f"<auth {SASL} mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>", f"<success {SASL}/>"),
    (HEADER.format("to"), HEADER.format("id='b' from") + f"<stream:features><bind {BIND}/></stream:features>"),
    (f"<iq type='set' id='1'><bind {BIND}/></iq>", f"<iq type='result' id='1'><bind {BIND}><jid>juliet@live.example/bench</jid></bind></iq>"),
]


def serve(listener):
    """Answers one client's login, then only listens."""
    connection, _ = listener.accept()
    heard = b""
    for said, answer in LOGIN:
        while not heard.endswith(said.encode()):
            heard += connection.recv(65536)
        connection.sendall(answer.encode())
    while connection.recv(65536):
        pass


def start_proxy(folder, server_port):
    proxy = subprocess.Popen([BIN / "stanzascope", "proxy", "--listen", "127.0.0.1:0", "--upstream", f"127.0.0.1:{server_port}",
                              "--upstream-security", "none", "--write", folder / "live.pcapng", "--confdir", folder / "conf"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in proxy.stderr:
        if "listening on 127.0.0.1:" in line:
            threading.Thread(target=proxy.stderr.read, daemon=True).start()  # what it says is not waited for
            return proxy, int(line.split("listening on 127.0.0.1:")[1].split()[0])
    raise RuntimeError("the proxy did not start")


def still(screen, quiet=0.6, most=30):
    """Waits until the table has not changed for so long."""
    seen, since, began = screen.look(*TABLE), time.monotonic(), time.monotonic()
    while time.monotonic() - since < quiet:
        if time.monotonic() - began > most:
            raise RuntimeError("the window does not come to rest")
        time.sleep(0.02)
        now = screen.look(*TABLE)
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


def measure(stanzas=30):
    """Seconds of each stanza; None where there is no Xvfb."""
    if not shutil.which("Xvfb"):
        return None
    processes = []
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as listener:
        try:
            folder = Path(name)
            x, display = start_display()
            processes.append(x)
            threading.Thread(target=serve, args=(listener,), daemon=True).start()
            proxy, port = start_proxy(folder, listener.getsockname()[1])
            processes.append(proxy)
            env = dict(os.environ, DISPLAY=display, LIBGL_ALWAYS_SOFTWARE="1", XDG_CONFIG_HOME=name)
            processes.append(subprocess.Popen([BIN / "stanzascope-viewer", folder / "live.pcapng", "--follow", "--size", "1200x760"], env=env,
                                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            with socket.create_connection(("127.0.0.1", port)) as client:
                for said, answer in LOGIN:
                    client.sendall(said.encode())
                    heard = b""
                    while not heard.endswith(answer.encode()):
                        heard += client.recv(65536)
                # The table is full from here on, so that every row moves it.
                for i in range(60):
                    client.sendall(f"<message to='romeo@live.example'><body>before {i}</body></message>".encode())
                screen = Screen(display)
                time.sleep(2)
                took = []
                for i in range(stanzas):
                    before = still(screen)
                    time.sleep(0.013 * (i % 17))  # not in step with anything that looks every so often
                    client.sendall(f"<message to='romeo@live.example'><body>stanza {i} of those that are timed</body></message>".encode())
                    began = time.monotonic()
                    while screen.look(*TABLE) == before:
                        if time.monotonic() - began > 10:
                            raise RuntimeError(f"stanza {i} never appeared")
                        time.sleep(0.001)
                    took.append(time.monotonic() - began)
                return took
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(timeout=20)


def main():
    took = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
    if took is None:
        sys.exit("Xvfb is not installed")
    print(f"{len(took)} stanzas: median {statistics.median(took) * 1e3:.0f} ms, worst {max(took) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
