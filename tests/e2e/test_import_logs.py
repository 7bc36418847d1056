"""`stanzascope import` of the logs that real servers and clients write."""
import subprocess
import time

import pytest

from harness import clients
from harness.process import wait_until
from harness.proxy import BIN, inspect
from harness.servers import DOMAIN, USERS, Ejabberd, Prosody


def imported(log, out, *arguments):
    done = subprocess.run([str(BIN / "stanzascope"), "import", str(log), "-o", str(out), *arguments], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode in (0, 3), done.stderr
    return done, [e for e in inspect(out) if e["type"] == "element"]


@pytest.mark.parametrize("kind", [Prosody, Ejabberd])
def test_a_servers_debug_log_becomes_the_session(kind, pki, tmp_path, processes):
    server = kind(tmp_path / "server", pki.leaf(DOMAIN), debug=True)
    server.start()
    processes.append(server)
    client = clients.slixmpp(tmp_path, "balcony", server.port, "juliet", USERS["juliet"], "roster", "presence", "ping",
                             f"say=juliet@{DOMAIN}|to be found in the log", "wait-message", domain=DOMAIN, ca=pki.ca)
    processes.append(client)
    assert client.wait() == 0, client.output()
    time.sleep(0.5)
    log = tmp_path / "debug.log"
    written = server.folder / "ejabberd-node.log" if kind is Ejabberd else server.process.log
    log.write_bytes(written.read_bytes())
    done, events = imported(log, tmp_path / "out.pcapng")
    said = [(e["direction"], e["kind"], e["payload"]) for e in events]
    assert ("c2s", "iq", "{jabber:iq:roster}query") in said and ("s2c", "iq", "{jabber:iq:roster}query") in said, done.stdout
    messages = [e["direction"] for e in events if e["kind"] == "message"]
    assert messages.count("c2s") == 1 and messages.count("s2c") >= 1, (messages, done.stdout)
    assert any(kind == "presence" and direction == "c2s" for direction, kind, _ in said)
    assert "violation" not in {kind for _, kind, _ in said}, done.stdout


def test_profanitys_log_becomes_the_session(prosody, pki, tmp_path, processes):
    client = clients.Profanity(tmp_path, prosody.port, "juliet", USERS["juliet"], domain=DOMAIN, ca=pki.ca)
    processes.append(client)
    client.wait_for("logged in")
    client.do(f"/msg romeo@{DOMAIN} to be found in the log", pause=1)
    wait_until(lambda: list(tmp_path.rglob("profanity*.log")), 10, "a log")
    logs = [p for p in tmp_path.rglob("*.log") if "SENT:" in p.read_text(errors="replace")]
    assert logs, [str(p) for p in tmp_path.rglob("*.log")]
    done, events = imported(logs[0], tmp_path / "out.pcapng")
    said = [(e["direction"], e["kind"]) for e in events]
    assert ("c2s", "message") in said and ("s2c", "iq") in said, (said, done.stdout)
    assert "violation" not in {kind for _, kind in said}, done.stdout
