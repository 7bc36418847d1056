#!/usr/bin/env python3
"""Records captures/samples/ anew: real clients, real servers, the proxy between them. Run as: record_samples.py [NAME…]

Afterwards run tools/golden.sh, look at what changed, and say in captures/samples/README.md what each shows.
"""
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import clients  # noqa: E402
from harness.pki import Pki  # noqa: E402
from harness.proxy import ROOT, Proxy  # noqa: E402
from harness.servers import DOMAIN, USERS, Ejabberd, Prosody  # noqa: E402

SAMPLES = ROOT / "captures/samples"
TEXT = "Good night, good night! 愛 😀"


class Recording:
    """One sample: a fresh server, a proxy, and what the clients do."""

    def __init__(self, folder, pki, kind, *arguments, port=None, **keywords):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.server = kind(self.folder / "server", pki.leaf(DOMAIN), **keywords).start()
        upstream = self.server.tls_port if port == "tls" else self.server.port
        self.proxy = Proxy(self.folder, "--upstream", f"127.0.0.1:{upstream}", "--upstream-ca", pki.ca, *arguments)

    def slixmpp(self, user, resource, *actions, direct_tls=False, **keywords):
        port = self.proxy.tls_port if direct_tls else self.proxy.port
        return clients.slixmpp(self.folder, resource, port, user, USERS[user], *actions, domain=DOMAIN, ca=self.proxy.ca,
                               direct_tls=direct_tls, **keywords)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proxy.stop()
        self.server.stop()

    def finish(self, name):
        assert self.proxy.stop() == 0, self.proxy.output()
        self.server.stop()
        shutil.copyfile(self.proxy.capture, SAMPLES / f"{name}.pcapng")
        print(f"{name}: {self.proxy.capture.stat().st_size} bytes")


def done(*processes):
    for process in processes:
        code = process.wait(40)
        assert code == 0, f"{process.name}: {code}\n{process.output()}"


def two_slixmpp(recording):
    romeo = recording.slixmpp("romeo", "orchard", "presence", "wait-message", f"say=juliet@{DOMAIN}|Parting is such sweet sorrow 愛", "wait=0.3")
    romeo.wait_for('"action": "presence"')
    juliet = recording.slixmpp("juliet", "balcony", "roster", "presence", "disco", "ping", "version", f"say=romeo@{DOMAIN}|{TEXT}", "wait-message")
    done(juliet, romeo)


def prosody_slixmpp(folder, pki):
    with Recording(folder, pki, Prosody) as recording:
        two_slixmpp(recording)
        recording.finish("prosody-slixmpp")


def ejabberd_slixmpp(folder, pki):
    with Recording(folder, pki, Ejabberd) as recording:
        two_slixmpp(recording)
        recording.finish("ejabberd-slixmpp")


def prosody_xmppjs(folder, pki):
    # Without stream management: @xmpp/client 0.14.0 now and then acknowledges a number that Prosody ends the stream for, also
    # with no proxy in between.
    with Recording(folder, pki, Prosody, without=("smacks",)) as recording:
        modules = clients.node_modules(ROOT / "build/e2e")
        done(clients.xmppjs(recording.folder, "node", recording.proxy.port, "juliet", USERS["juliet"], "presence", "ping", "version",
                            f"say=juliet@{DOMAIN}|{TEXT}", "wait-message", domain=DOMAIN, ca=recording.proxy.ca, modules=modules))
        recording.finish("prosody-xmppjs")


def prosody_gosendxmpp(folder, pki):
    with Recording(folder, pki, Prosody, "--upstream-security", "tls", port="tls") as recording:
        done(clients.go_sendxmpp(recording.folder, "go", recording.proxy.tls_port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", TEXT,
                                 domain=DOMAIN, ca=recording.proxy.ca, direct_tls=True))
        recording.finish("prosody-gosendxmpp-directtls")


def prosody_wrong_password(folder, pki):
    with Recording(folder, pki, Prosody) as recording:
        client = clients.slixmpp(recording.folder, "balcony", recording.proxy.port, "juliet", "not-it", domain=DOMAIN, ca=recording.proxy.ca)
        client.wait_for("failed-auth")
        client.stop()
        recording.finish("prosody-wrong-password")


def demo(folder, pki):
    """What `stanzascope demo` plays: an ordinary login with ejabberd, and two mistakes that a client under development makes."""
    with Recording(folder, pki, Ejabberd) as recording:
        done(recording.slixmpp(
            "juliet", "balcony", "roster", "presence", "disco", "ping", f"say=juliet@{DOMAIN}/balcony|{TEXT}", "wait-message",
            "raw=<iq type='get' id='broken-1'/>",
            f"raw=<message to='juliet@{DOMAIN}/balcony' type='error'><body>no error child</body></message>", "wait=0.5"))
        recording.finish("demo")


RECORDINGS = {"prosody-slixmpp": prosody_slixmpp, "ejabberd-slixmpp": ejabberd_slixmpp, "prosody-xmppjs": prosody_xmppjs,
              "prosody-gosendxmpp-directtls": prosody_gosendxmpp, "prosody-wrong-password": prosody_wrong_password, "demo": demo}


def main():
    SAMPLES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stanzascope-record-") as name:
        folder = Path(name)
        pki = Pki(folder / "pki")
        for wanted in sys.argv[1:] or RECORDINGS:
            RECORDINGS[wanted](folder / wanted, pki)


if __name__ == "__main__":
    main()
