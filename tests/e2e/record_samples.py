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
from harness.process import wait_until  # noqa: E402
from harness.pki import Pki  # noqa: E402
from harness.proxy import ROOT, Proxy  # noqa: E402
from harness.raw import RawClient  # noqa: E402
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
        assert code == 0 and '"event": "failed"' not in process.output(), f"{process.name}: {code}\n{process.output()}"


def two_slixmpp(recording):
    romeo = recording.slixmpp("romeo", "orchard", "presence", "wait-message", f"say=juliet@{DOMAIN}|Parting is such sweet sorrow 愛", "wait=0.3")
    romeo.wait_for('"action": "presence"')
    juliet = recording.slixmpp("juliet", "balcony", "roster", "presence", "disco", "ping", "version", f"say=romeo@{DOMAIN}|{TEXT}", "wait-message")
    done(juliet, romeo)


ROOM = f"orchard@rooms.{DOMAIN}"


def contacts(recording):
    """Two people get to know each other, write, and part."""
    romeo = recording.slixmpp(
        "romeo", "orchard", "roster", "presence", "wait-message", "wait-message", "wait-message",
        f"receipt=juliet@{DOMAIN}/balcony|How silver-sweet 愛", "wait=1.2", plugins=["xep_0115", "xep_0308"])
    romeo.wait_for('"action": "presence"')
    juliet = recording.slixmpp(
        "juliet", "balcony", "roster", "presence", f"?last=romeo@{DOMAIN}", f"subscribe=romeo@{DOMAIN}", "wait=0.6",
        f"name=romeo@{DOMAIN}|Romeo", f"disco=romeo@{DOMAIN}/orchard", f"version=romeo@{DOMAIN}/orchard", f"time={DOMAIN}", "last",
        f"composing=romeo@{DOMAIN}", f"receipt=romeo@{DOMAIN}|{TEXT}", f"correct=romeo@{DOMAIN}|Wherefore art thou?", "wait-message",
        "away", "wait=0.1", "blocked", f"block=romeo@{DOMAIN}", f"unblock=romeo@{DOMAIN}", "wait=0.1", f"remove=romeo@{DOMAIN}", "wait=0.2",
        plugins=["xep_0115"])
    done(juliet, romeo)


def account(recording):
    """What a server keeps for an account: PEP, vCard, bookmarks, the archive, an upload; with stream management and client state."""
    done(recording.slixmpp(
        "juliet", "balcony", "roster", "presence", "disco-items", "carbons", "nick=Jule", "pep-items=http://jabber.org/protocol/nick",
        "?pep-items=urn:example:nothing-here", "vcard-set=Juliet Capulet", "vcard=", f"vcard=romeo@{DOMAIN}", f"bookmarks={ROOM}", "private",
        f"say=romeo@{DOMAIN}|{TEXT}", f"say=romeo@{DOMAIN}|It is not yet near day", "wait=0.3",
        "mam-form", "mam=1", f"disco=upload.{DOMAIN}", f"slot=upload.{DOMAIN}", "inactive", "active", "wait=0.2",
        plugins=["xep_0115", "xep_0198"]))


def rooms(recording):
    """Two people meet in a room that one of them makes."""
    opened = recording.folder / "opened"
    romeo = recording.slixmpp(
        "romeo", "orchard", "presence", f"wait-file={opened}", f"muc-join={ROOM}|thirdwitch", "wait=0.2",
        f"muc-say={ROOM}|Harpier cries: 'tis time 😀", "wait=0.4", f"muc-leave={ROOM}|thirdwitch", "wait=0.3")
    romeo.wait_for('"action": "presence"')
    juliet = recording.slixmpp(
        "juliet", "balcony", "presence", f"disco=rooms.{DOMAIN}", f"muc-join={ROOM}|juliet", f"muc-configure={ROOM}",
        f"muc-subject={ROOM}|Fair is foul 愛", "wait=0.2", f"muc-say={ROOM}|When shall we three meet again?", "wait=0.1", f"wait-file={opened}",
        "wait=0.4", f"muc-owners={ROOM}", f"mam=2|{ROOM}", "wait=0.5", f"muc-leave={ROOM}|juliet", "wait=0.2")
    juliet.wait_for('"action": "wait=0.1"')
    opened.touch()
    done(juliet, romeo)


def resume(recording):
    """The network goes for a moment, just as juliet has written; what romeo says meanwhile waits for her."""
    romeo = recording.slixmpp("romeo", "orchard", "presence", "wait-message", "wait=0.2", f"say=juliet@{DOMAIN}/balcony|Ay me! 愛",
                              "wait-message", "wait=0.2", plugins=["xep_0198"])
    romeo.wait_for('"action": "presence"')
    done(recording.slixmpp("juliet", "balcony", "roster", "presence", "ping", f"say=romeo@{DOMAIN}|Art thou not Romeo?", "wait=0.05", "cut=0.8",
                           "wait-message", "ping", f"say=romeo@{DOMAIN}|{TEXT}", "wait=0.2"), romeo)


def recorded(name, kind, play, *arguments, port=None, **keywords):
    """A recording of this name: a server of this kind, and what is played with it."""

    def record(folder, pki):
        with Recording(folder, pki, kind, *arguments, port=port, **keywords) as recording:
            play(recording)
            recording.finish(name)

    return record


def xmppjs(recording):
    modules = clients.node_modules(ROOT / "build/e2e")
    done(clients.xmppjs(recording.folder, "node", recording.proxy.port, "juliet", USERS["juliet"], "presence", "ping", "version",
                        f"say=juliet@{DOMAIN}|{TEXT}", "wait-message", domain=DOMAIN, ca=recording.proxy.ca, modules=modules))


def go_sendxmpp_over_direct_tls(recording):
    done(clients.go_sendxmpp(recording.folder, "go", recording.proxy.tls_port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", TEXT,
                             domain=DOMAIN, ca=recording.proxy.ca, direct_tls=True))


def go_sendxmpp(recording):
    done(clients.go_sendxmpp(recording.folder, "go", recording.proxy.port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", TEXT,
                             domain=DOMAIN, ca=recording.proxy.ca))


def strophe(recording, user, *actions, password=None):
    program = clients.strophe_program(ROOT / "build/e2e")
    return clients.strophe(recording.folder, user, recording.proxy.port, user, password or USERS[user], *actions, domain=DOMAIN,
                           ca=recording.proxy.ca, program=program)


def two_strophe(recording):
    """Roster, disco, chat, a room, the archive, PEP, and a connection that ends in the middle."""
    muc = "<x xmlns='http://jabber.org/protocol/muc'/>"
    nick = "http://jabber.org/protocol/nick"
    romeo = strophe(recording, "romeo", "presence", "wait-message", f"say=juliet@{DOMAIN}|Ay me! 愛", "wait=400",
                    f"say=juliet@{DOMAIN}/juliet|It is my lady", "wait=1500")
    romeo.wait_for('"what": "wait-message"')
    juliet = strophe(
        recording, "juliet", "iq=get||<query xmlns='jabber:iq:roster'/>", "presence",
        f"iq=get|{DOMAIN}|<query xmlns='http://jabber.org/protocol/disco#info'/>",
        f"iq=get|{DOMAIN}|<ping xmlns='urn:xmpp:ping'/>", f"iq=get|{DOMAIN}|<query xmlns='jabber:iq:version'/>",
        f"say=romeo@{DOMAIN}|{TEXT}", "wait-message", "cut=800", "wait-message",
        f"presence={ROOM}/juliet|{muc}", f"iq=set|{ROOM}|<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>",
        f"room-say={ROOM}|When shall we three meet again?", "wait-message", f"leave={ROOM}/juliet",
        f"iq=set||<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{nick}'><item id='current'><nick xmlns='{nick}'>Jule</nick></item></publish></pubsub>",
        "iq=set||<query xmlns='urn:xmpp:mam:2' queryid='q1'><set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set></query>",
        "wait=200")
    done(juliet, romeo)


def profanity_and_slixmpp(recording):
    """juliet types into profanity; romeo is a slixmpp that answers."""
    romeo = recording.slixmpp("romeo", "orchard", "roster", "presence", "wait-message", f"receipt=juliet@{DOMAIN}|Ay me! 愛", "wait-message",
                              f"muc-join={ROOM}|thirdwitch", f"muc-say={ROOM}|Harpier cries: 'tis time 😀", "wait=2",
                              f"muc-leave={ROOM}|thirdwitch", "wait=1", plugins=["xep_0115"])
    romeo.wait_for('"action": "presence"')
    juliet = clients.Profanity(recording.folder, recording.proxy.port, "juliet", USERS["juliet"], domain=DOMAIN, ca=recording.proxy.ca)
    juliet.wait_for("logged in")
    juliet.do("/mam on", "/carbons on", "/receipts request on", f"/sub request romeo@{DOMAIN}", f"/sub allow romeo@{DOMAIN}",
              f"/msg romeo@{DOMAIN} {TEXT}", f"/join {ROOM}", "/room accept", "/subject set Fair is foul",
              "When shall we three meet again?")
    juliet.do("/win 1", f"/msg romeo@{DOMAIN} Come to the orchard", pause=0.8)  # in a room's window /msg takes a nickname
    juliet.do("/win 1", f"/blocked add tybalt@{DOMAIN}", f"/blocked remove tybalt@{DOMAIN}", "/status set away", f"/roster remove romeo@{DOMAIN}")
    juliet.type("/quit")
    done(juliet, romeo)


def wrong_password(recording):
    client = clients.slixmpp(recording.folder, "balcony", recording.proxy.port, "juliet", "not-it", domain=DOMAIN, ca=recording.proxy.ca)
    client.wait_for("failed-auth")
    client.stop()


def refused(recording):
    """A wrong password, by each of the other clients; and an account that is not there."""
    common = dict(domain=DOMAIN, ca=recording.proxy.ca)
    port = recording.proxy.port
    tries = [
        lambda: strophe(recording, "juliet", password="not-it"),
        lambda: clients.xmppjs(recording.folder, "node", port, "juliet", "not-it", modules=clients.node_modules(ROOT / "build/e2e"), **common),
        lambda: clients.go_sendxmpp(recording.folder, "go", port, "juliet", "not-it", f"romeo@{DOMAIN}", TEXT, **common),
        lambda: clients.slixmpp(recording.folder, "nobody", port, "tybalt", "not-it", **common),
    ]
    for start in tries:
        client = start()
        ended = lambda: not client.running() or any(word in client.output() for word in ('"failed-auth"', '"error"'))  # noqa: B023, E731
        wait_until(ended, 30, client.name)
        client.stop()
    profanity = clients.Profanity(recording.folder, port, "juliet", "not-it", **common)
    profanity.wait_for("Login failed")
    profanity.type("/quit")
    profanity.wait()


def mechanisms(*names, guest=False):
    """A login with each of these mechanisms; and one without an account."""

    def play(recording):
        for name in names:
            done(recording.slixmpp("juliet", name.lower(), "presence", "ping", mechanism=name))
        if guest:
            done(clients.slixmpp(recording.folder, "guest", recording.proxy.port, None, "", "ping", domain=f"guests.{DOMAIN}",
                                 ca=recording.proxy.ca, mechanism="ANONYMOUS"))

    return play


def stream_errors(recording):
    """A second login takes the first one's resource, and then the server is shut down."""
    first = recording.slixmpp("juliet", "balcony", "presence", "wait=20")
    first.wait_for('"action": "presence"')
    second = recording.slixmpp("juliet", "balcony", "presence", "wait=20")
    second.wait_for('"action": "presence"')
    first.wait_for('"stream-error"')
    recording.server.stop()
    second.wait_for('"stream-error"')
    for client in (first, second):
        client.wait_for('"disconnected"')
        client.stop()


def sent_elsewhere(recording):
    """The server encrypts, and then says that somebody else is to be asked."""
    client = strophe(recording, "juliet")
    wait_until(lambda: not client.running() or '"error"' in client.output(), 30, client.name)
    client.stop()


def misbehaving(recording):
    """A client that does nearly everything wrong that a server lets pass, one thing at a time."""
    client = RawClient(recording.proxy.tls_port, recording.proxy.ca)
    client.log_in("juliet", USERS["juliet"], "balcony")
    to = f"romeo@{DOMAIN}"
    other = f"juliet@{DOMAIN}"
    mistakes = (
        "<presence><show>busy</show></presence>",
        "<presence><priority>400</priority></presence>",
        "<presence type='available'/>",
        f"<presence to='{to}/orchard' type='subscribe'/>",
        f"<message to='{to}' type='talk'><body>a type that is none</body></message>",
        f"<message to='{to}' type='chat'><body>one</body><body>two</body></message>",
        f"<message to='{to}' type='chat' id='m1'><body>markup in <b>text</b></body></message>",
        f"<message to='{other}' type='chat' id='m2'><body>in no namespace</body><x xmlns=''/></message>",
        f"<message to='{other}' type='error' id='m3'><body>an error without an error</body></message>",
        f"<message to='ROMEO@{DOMAIN}' type='chat' id='m4'><body>an address in capitals</body></message>",
        f"<message to='{other}' type='chat' id='m5' xml:lang='not a language'><body>a language that is none</body></message>",
        "<iq type='get' id='e1'/>",
        "<iq type='get' id='e2'><ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/></iq>",
        "<iq type='result' id='nobody-asked'/>",
        "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'><item jid='romeo@verona.example'/></query></iq>",
        f"<iq type='set' id='r2'><query xmlns='jabber:iq:roster'><item jid='{to}'><group/><group>Friends</group><group>Friends</group></item></query></iq>",
        "<iq type='set' id='r3'><query xmlns='jabber:iq:roster'><item jid='a@verona.example'/><item jid='b@verona.example'/></query></iq>",
        "<iq type='get' id='twice'><ping xmlns='urn:xmpp:ping'/></iq><iq type='get' id='twice'><ping xmlns='urn:xmpp:ping'/></iq>",
        "<iq type='set' id='b2'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
    )
    for mistake in mistakes:
        client.send(mistake.encode())
    client.send(f"<iq type='get' id='last' to='{DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>".encode())
    client.read_until(b"id='last'")
    client.send(b"<!-- and a comment at last -->")
    client.read_until(b"</stream:stream>")
    client.close()


def demo(recording):
    """What `stanzascope demo` plays: an ordinary login with ejabberd, and two mistakes that a client under development makes."""
    done(recording.slixmpp(
        "juliet", "balcony", "roster", "presence", "disco", "ping", f"say=juliet@{DOMAIN}/balcony|{TEXT}", "wait-message",
        "raw=<iq type='get' id='broken-1'/>",
        f"raw=<message to='juliet@{DOMAIN}/balcony' type='error'><body>no error child</body></message>", "wait=0.5"))


# Without stream management: @xmpp/client 0.14.0 now and then acknowledges a number that the server ends the stream for, also with no
# proxy in between.
RECORDINGS = {name: recorded(name, *how[:-1], **how[-1]) for name, *how in (
    ("prosody-slixmpp", Prosody, two_slixmpp, {}),
    ("prosody-slixmpp-contacts", Prosody, contacts, {}),
    ("prosody-slixmpp-account", Prosody, account, {}),
    ("prosody-slixmpp-rooms", Prosody, rooms, {}),
    ("prosody-slixmpp-resume", Prosody, resume, {}),
    ("prosody-xmppjs", Prosody, xmppjs, {"without": ("smacks",)}),
    ("prosody-gosendxmpp-directtls", Prosody, go_sendxmpp_over_direct_tls, "--upstream-security", "tls", {"port": "tls"}),
    ("prosody-libstrophe", Prosody, two_strophe, {}),
    ("prosody-profanity", Prosody, profanity_and_slixmpp, {}),
    ("prosody-refused", Prosody, refused, {}),
    ("prosody-wrong-password", Prosody, wrong_password, {}),
    ("prosody-mechanisms", Prosody, mechanisms("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", guest=True), {}),
    ("prosody-stream-errors", Prosody, stream_errors, {}),
    ("prosody-see-other-host", Prosody, sent_elsewhere, {"elsewhere": True}),
    ("prosody-misbehaving", Prosody, misbehaving, "--upstream-security", "tls", {"port": "tls"}),
    ("ejabberd-slixmpp", Ejabberd, two_slixmpp, {}),
    ("ejabberd-slixmpp-contacts", Ejabberd, contacts, {}),
    ("ejabberd-slixmpp-account", Ejabberd, account, {}),
    ("ejabberd-slixmpp-rooms", Ejabberd, rooms, {}),
    ("ejabberd-slixmpp-resume", Ejabberd, resume, {}),
    ("ejabberd-xmppjs", Ejabberd, xmppjs, {"without": ("stream_mgmt",)}),
    ("ejabberd-gosendxmpp", Ejabberd, go_sendxmpp, {}),
    ("ejabberd-libstrophe", Ejabberd, two_strophe, {}),
    ("ejabberd-profanity", Ejabberd, profanity_and_slixmpp, {}),
    ("ejabberd-refused", Ejabberd, refused, {}),
    ("ejabberd-mechanisms", Ejabberd, mechanisms("PLAIN", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"), {}),
    ("ejabberd-stream-errors", Ejabberd, stream_errors, {}),
    ("demo", Ejabberd, demo, {}),
)}


def main():
    SAMPLES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stanzascope-record-") as name:
        folder = Path(name)
        pki = Pki(folder / "pki")
        for wanted in sys.argv[1:] or RECORDINGS:
            RECORDINGS[wanted](folder / wanted, pki)


if __name__ == "__main__":
    main()
