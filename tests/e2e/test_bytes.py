"""What the client receives is what the server sent, apart from named edits: proved by peers that keep every byte."""
import random
import threading

from harness.raw import RawClient, ScriptedServer, Tee, HEADER
from harness.servers import DOMAIN, USERS


def with_edits(sent, edits):
    """The sender's bytes with the recorded edits applied. Ranges count from the first application byte of the direction."""
    for edit in sorted(edits, key=lambda e: e["range"][0], reverse=True):
        begin, end = edit["range"]
        sent = sent[:begin] + edit["replacement"].encode() + sent[end:]
    return sent


def edits_of(events, direction):
    return [edit for e in events if e.get("direction") == direction for edit in e.get("edits", [])]


def test_a_session_with_prosody_is_byte_exact_in_both_directions(prosody, pki, make_proxy):
    tee = Tee((prosody.certificate, prosody.key), pki.ca, prosody.tls_port)
    proxy = make_proxy(prosody, "--upstream-security", "tls", port=tee.port)
    client = RawClient(proxy.tls_port, proxy.ca)
    client.log_in("juliet", USERS["juliet"])
    rng = random.Random(7)
    for number in range(200):
        text = "".join(rng.choice(["a", "é", "愛", "😀", " ", "&amp;", "&lt;", "&#x20AC;"]) for _ in range(rng.randrange(1, 400)))
        stanza = f"<message to='juliet@{DOMAIN}/raw' id='m{number}'><body>{text}</body></message>".encode()
        cut = rng.randrange(len(stanza))
        client.send(stanza[:cut])
        client.send(stanza[cut:])
    client.read_until(b"id='m199'")
    client.close()
    assert tee.over.wait(20)
    events = proxy.finish()
    assert not edits_of(events, "c2s")
    assert tee.from_client == client.sent
    assert client.received == with_edits(tee.from_server, edits_of(events, "s2c"))
    assert len(client.received) > 40_000


def test_random_pieces_of_two_megabytes_arrive_exactly_but_for_the_hidden_mechanisms(pki, make_proxy):
    rng = random.Random(11)
    stanzas = b"".join(
        f"<message from='romeo@{DOMAIN}/o' id='{n}' xml:lang='en'><body>{'愛x' * rng.randrange(0, 700)}</body></message>{' ' * rng.randrange(0, 2)}".encode()
        for n in range(1200))
    server = ScriptedServer(pki.leaf(DOMAIN), stanzas, seed=3)
    proxy = make_proxy(None, port=server.port)
    client = RawClient(proxy.port, proxy.ca, direct_tls=False)
    client.send(HEADER)
    client.read_until(b"</stream:features>")
    client.send(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    client.read_until(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    before_tls = len(client.received)
    client.secure()
    client.sent = b""
    client.send(HEADER)

    def flood():
        for start in range(0, len(stanzas), 9973):
            client.send(stanzas[start:start + 9973])
        client.send(b"</stream:stream>")

    writer = threading.Thread(target=flood, daemon=True)
    writer.start()
    client.read_until(b"</stream:stream>")
    writer.join(60)
    server.join(60)
    assert not writer.is_alive() and not server.is_alive() and server.error is None, server.error
    events = proxy.finish()
    edits = edits_of(events, "s2c")
    hidden = sorted(edit["name"] for edit in edits)
    assert hidden == ["hide-channel-binding"] * 3, hidden
    offset = before_tls  # the first header and features went in the clear
    shifted = [{**e, "range": [e["range"][0] - offset, e["range"][1] - offset]} for e in edits]
    assert client.received[before_tls:] == with_edits(server.sent, shifted)
    assert server.received == client.sent
    assert b"-PLUS" not in client.received and b"sasl-channel-binding" not in client.received


def test_keep_channel_binding_leaves_every_byte(pki, make_proxy):
    server = ScriptedServer(pki.leaf(DOMAIN), b"<presence/>", seed=4)
    proxy = make_proxy(None, "--keep-channel-binding", port=server.port)
    client = RawClient(proxy.port, proxy.ca, direct_tls=False)
    client.send(HEADER)
    client.read_until(b"</stream:features>")
    client.send(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    client.read_until(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    before_tls = len(client.received)
    client.secure()
    client.send(HEADER)
    client.read_until(b"</stream:stream>")
    assert client.received[before_tls:] == server.sent
    client.close()
    assert not edits_of(proxy.finish(), "s2c")


