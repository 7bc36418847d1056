"""`stanzascope import` of captures that other programs recorded."""
import os
import subprocess

import pytest

from harness.pcap import Conversation, write_pcap
from harness.proxy import BIN, inspect
from harness.servers import DOMAIN

HEADER = (f"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='{DOMAIN}'>").encode()
ANSWER = HEADER.replace(b"to=", b"id='s1' from=")
TLS = b"urn:ietf:params:xml:ns:xmpp-tls"


def run(*arguments, **keywords):
    return subprocess.run([str(BIN / "stanzascope"), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, **keywords)


def plain_session(**ends):
    talk = Conversation(**ends).open()
    talk.say("C", HEADER).say("S", ANSWER + b"<stream:features/>").acknowledge("C")
    for number in range(5):
        talk.say("C", f"<message to='romeo@{DOMAIN}'><body>{number} {'x' * 4000}</body></message>".encode()).acknowledge("S")
    talk.say("S", b"<presence from='romeo@verona.example/o'/>")
    return talk.say("C", b"</stream:stream>").say("S", b"</stream:stream>").close()


def elements(capture):
    return [(e["direction"], e["kind"], e["bytes"]) for e in inspect(capture) if e["type"] == "element"]


@pytest.mark.parametrize("link", [1, 101, 113, 276, 0])
@pytest.mark.parametrize("ends", [{}, {"client": ("2001:db8::1", 40000), "server": ("2001:db8::2", 15222)}])
def test_every_link_layer_and_both_versions_of_ip(tmp_path, link, ends):
    write_pcap(tmp_path / "in.pcap", plain_session(**ends).packets, link=link, nanoseconds=link == 113)
    done = run("import", tmp_path / "in.pcap", "-o", tmp_path / "out.pcapng")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "on 1 connection," in done.stdout
    found = elements(tmp_path / "out.pcapng")
    assert [kind for _, kind, _ in found].count("message") == 5 and len(found) == 11
    opened = next(e for e in inspect(tmp_path / "out.pcapng") if e.get("event") == "opened")
    assert opened["client"]["address"] == ends.get("client", ("192.0.2.10",))[0] and opened["from_start"]
    assert opened["time"].startswith("2023-11-14T22:13:20."), "the times are those of the packets"


def test_pcapng_is_read_too_and_our_own_captures_are_pcapng_of_others_as_well(tmp_path):
    write_pcap(tmp_path / "in.pcap", plain_session().packets)
    subprocess.run(["editcap", "-F", "pcapng", tmp_path / "in.pcap", tmp_path / "in.pcapng"], check=True, capture_output=True)
    assert run("import", tmp_path / "in.pcapng", "-o", tmp_path / "out.pcapng").returncode == 0
    # What we wrote is a TCP conversation for everybody, so importing it gives the same elements.
    assert run("import", tmp_path / "out.pcapng", "-o", tmp_path / "again.pcapng").returncode == 0
    assert elements(tmp_path / "again.pcapng") == elements(tmp_path / "out.pcapng")


def test_what_the_capture_missed_is_said(tmp_path):
    talk = plain_session()
    lost = [p for i, p in enumerate(talk.packets) if i not in (7, 8)]
    write_pcap(tmp_path / "in.pcap", lost)
    done = run("import", tmp_path / "in.pcap", "-o", tmp_path / "out.pcapng")
    assert "misses segments" in done.stdout and "bytes of XMPP are not in the capture" in done.stdout, done.stdout
    assert any(e.get("event") == "dropped" for e in inspect(tmp_path / "out.pcapng"))


def test_packets_that_were_cut_off_are_said(tmp_path):
    write_pcap(tmp_path / "in.pcap", plain_session().packets, snap=400)
    done = run("import", tmp_path / "in.pcap", "-o", tmp_path / "out.pcapng")
    assert "cut off when they were recorded" in done.stdout, done.stdout + done.stderr


def test_a_capture_that_begins_in_the_middle(tmp_path):
    packets = plain_session().packets
    write_pcap(tmp_path / "in.pcap", packets[9:])
    done = run("import", tmp_path / "in.pcap", "-o", tmp_path / "out.pcapng")
    assert "began before the capture did" in done.stdout, done.stdout + done.stderr
    found = elements(tmp_path / "out.pcapng")
    assert 3 <= [kind for _, kind, _ in found].count("message") <= 4, found


@pytest.fixture
def encrypted(tmp_path, pki):
    def make(script, starttls=True):
        talk = Conversation(server=("192.0.2.20", 5222 if starttls else 5223)).open()
        if starttls:
            talk.say("C", HEADER).say("S", ANSWER + b"<stream:features><starttls xmlns='" + TLS + b"'/></stream:features>")
            talk.say("C", b"<starttls xmlns='" + TLS + b"'/>").say("S", b"<proceed xmlns='" + TLS + b"'/>")
        talk.secure(pki.leaf(DOMAIN), script, tmp_path / "keys").close()
        write_pcap(tmp_path / "in.pcap", talk.packets)
        return tmp_path / "in.pcap", tmp_path / "keys"

    return make


SCRIPT = [("C", HEADER), ("S", ANSWER + b"<stream:features/>"), ("C", b"<message><body>" + b"y" * 40000 + b"</body></message>"),
          ("S", b"<presence from='romeo@verona.example/o'/>"), ("S", b"<message><body>last</body></message>")]


@pytest.mark.parametrize("starttls", [True, False])
def test_a_key_log_opens_what_is_encrypted(tmp_path, encrypted, starttls):
    capture, keys = encrypted(SCRIPT, starttls)
    done = run("import", capture, "-o", tmp_path / "out.pcapng", "--keylog", keys)
    assert done.returncode == 0 and "bytes were decrypted by tshark" in done.stdout, done.stdout + done.stderr
    kinds = [kind for _, kind, _ in elements(tmp_path / "out.pcapng")]
    assert kinds[-5:] == ["header", "features", "message", "presence", "message"], kinds


def test_without_a_key_log_it_is_said_what_is_missing(tmp_path, encrypted):
    capture, _ = encrypted(SCRIPT)
    done = run("import", capture, "-o", tmp_path / "out.pcapng")
    assert done.returncode == 0 and "is encrypted; with its key log (--keylog) it can be read" in done.stdout, done.stdout


def test_without_tshark_it_is_said_how_to_get_it(tmp_path, encrypted):
    capture, keys = encrypted(SCRIPT)
    done = run("import", capture, "-o", tmp_path / "out.pcapng", "--keylog", keys, env={**os.environ, "PATH": "/nowhere"})
    assert done.returncode == 3 and "tshark is not installed" in done.stderr and "apt install tshark" in done.stderr
    assert not (tmp_path / "out.pcapng").exists()


def test_a_capture_without_xmpp_is_refused(tmp_path):
    web = Conversation(server=("192.0.2.20", 80)).open().say("C", b"GET / HTTP/1.1\r\n\r\n").say("S", b"HTTP/1.1 200 OK\r\n\r\n").close()
    write_pcap(tmp_path / "in.pcap", web.packets)
    done = run("import", tmp_path / "in.pcap", "-o", tmp_path / "out.pcapng")
    assert done.returncode == 3 and "no XMPP was found" in done.stderr
    assert not (tmp_path / "out.pcapng").exists()


def test_every_cut_of_a_file_is_read_as_far_as_it_goes(tmp_path):
    write_pcap(tmp_path / "in.pcap", plain_session().packets[:12])
    whole = (tmp_path / "in.pcap").read_bytes()
    for size in range(0, len(whole), 97):
        (tmp_path / "cut.pcap").write_bytes(whole[:size])
        done = run("import", tmp_path / "cut.pcap", "-o", tmp_path / "out.pcapng", "--force")
        assert done.returncode in (0, 3), (size, done.returncode, done.stderr)
