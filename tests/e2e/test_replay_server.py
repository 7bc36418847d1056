"""Real clients log in to a server that is made of a capture."""
import json
import re

import pytest
from harness import clients
from harness.process import wait_until
from harness.proxy import ROOT, stanzascope
from harness.replay import ReplayServer

SAMPLES = ROOT / "captures/samples"
DOMAIN = "verona.example"
TEXT = "Good night, good night! 愛 😀"


@pytest.fixture
def serve(tmp_path, processes):
    def start(recording, *arguments):
        path = recording if "/" in str(recording) else SAMPLES / f"{recording}.pcapng"
        server = ReplayServer(tmp_path, path, *arguments)
        processes.append(server)
        return server

    return start


@pytest.fixture
def slixmpp(tmp_path, processes):
    def start(server, user, resource, *actions, password="any", domain=DOMAIN, **keywords):
        client = clients.slixmpp(tmp_path, resource, server.port, user, password, *actions, domain=domain, ca=server.ca, **keywords)
        processes.append(client)
        return client

    return start


def done(client):
    code = client.wait(30)
    assert code == 0 and '"event": "failed"' not in client.output(), f"{client.name}: {code}\n{client.output()}"
    return client


@pytest.mark.parametrize("recording", ["prosody-slixmpp", "ejabberd-slixmpp"])
@pytest.mark.parametrize("direct_tls", [False, True])
def test_the_recorded_session_is_met_again(serve, slixmpp, recording, direct_tls):
    server = serve(recording)
    juliet = done(slixmpp(server, "juliet", "balcony", "roster", "presence", "disco", "ping", "version", f"say=romeo@{DOMAIN}|{TEXT}",
                          "wait-message", direct_tls=direct_tls))
    assert juliet.seen("started", jid=f"juliet@{DOMAIN}/balcony")
    assert juliet.seen("message", body="Parting is such sweet sorrow 愛", **{"from": f"romeo@{DOMAIN}/orchard"})
    log = server.finish()
    assert "not in the recording:" not in log and "never due" not in log, log
    assert log.count("answered as frame") >= 4 and "differs" not in log, log


def test_another_account_of_another_domain_gets_its_own_addresses(serve, slixmpp):
    server = serve("prosody-slixmpp")
    nurse = done(slixmpp(server, "nurse", "window", "roster", "presence", "ping", "version", "wait-message", domain="localhost"))
    assert nurse.seen("started", jid="nurse@localhost/window")
    assert [e["from"] for e in nurse.seen("message")] == ["juliet@localhost/balcony"]  # the first session is romeo's
    assert f"@{DOMAIN}" not in nurse.output()
    server.finish()


@pytest.mark.parametrize("recording", ["prosody-slixmpp-resume", "ejabberd-slixmpp-resume"])
def test_a_session_whose_connection_breaks_is_resumed(serve, slixmpp, recording):
    server = serve(recording)
    juliet = done(slixmpp(server, "juliet", "balcony", "presence", "ping", "cut=0.2", "ping"))
    assert juliet.seen("resumed"), juliet.output()
    log = server.finish()
    assert f"resumed juliet@{DOMAIN}/balcony" in log and "not known" not in log, log


def test_both_people_of_a_capture_at_once(serve, slixmpp):
    server = serve("prosody-slixmpp")
    romeo = slixmpp(server, "romeo", "orchard", "presence", "wait-message", f"say=juliet@{DOMAIN}|Parting is such sweet sorrow 愛", "wait=0.3")
    juliet = slixmpp(server, "juliet", "balcony", "roster", "presence", "disco", "ping", "version", f"say=romeo@{DOMAIN}|{TEXT}", "wait-message")
    done(romeo), done(juliet)
    assert romeo.seen("message", body=TEXT) and juliet.seen("message", body="Parting is such sweet sorrow 愛")
    assert "2 clients: " in server.finish()


def test_a_whole_account_with_its_archive_and_its_refusals(serve, slixmpp):
    server = serve("prosody-slixmpp-account")
    done(slixmpp(
        server, "juliet", "balcony", "roster", "presence", "disco-items", "carbons", "nick=Jule", "pep-items=http://jabber.org/protocol/nick",
        "?pep-items=urn:example:nothing-here", "vcard-set=Juliet Capulet", "vcard=", f"vcard=romeo@{DOMAIN}",
        f"bookmarks=orchard@rooms.{DOMAIN}", "private", f"say=romeo@{DOMAIN}|{TEXT}", f"say=romeo@{DOMAIN}|It is not yet near day",
        "mam-form", "mam=1", f"disco=upload.{DOMAIN}", f"slot=upload.{DOMAIN}", "inactive", "active", plugins=["xep_0115", "xep_0198"]))
    log = server.finish()
    assert "not in the recording:" not in log, log


def test_a_room_greets_whoever_joins_by_the_name_that_was_chosen(serve, slixmpp):
    server = serve("prosody-slixmpp-rooms")
    room = f"orchard@rooms.{DOMAIN}"
    done(slixmpp(server, "romeo", "cell", "presence", f"muc-join={room}|tybalt", f"muc-say={room}|Harpier cries: 'tis time 😀", "wait=0.2"))
    assert f"→ {room}/tybalt: is frame" in server.finish()


def test_given_credentials_are_checked_by_scram(serve, slixmpp, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("s3cr3t\n")
    server = serve("prosody-slixmpp", "--user", f"juliet@{DOMAIN}", "--password-file", secret)
    done(slixmpp(server, "juliet", "balcony", "presence", password="s3cr3t"))
    for name, user, password in (("wrong", "juliet", "not-it"), ("other", "romeo", "s3cr3t")):
        refused = slixmpp(server, user, name, "presence", password=password)
        refused.wait_for("failed-auth")
    log = server.finish()
    assert "logged in: juliet by SCRAM-SHA-256" in log and "login refused: juliet by SCRAM-SHA-256" in log, log
    assert log.count("logged in:") == 1


@pytest.mark.parametrize("policy, expected", [("error", "service-unavailable"), ("empty", None)])
def test_requests_never_seen(serve, slixmpp, policy, expected):
    server = serve("prosody-slixmpp", "--unknown", policy)
    client = done(slixmpp(server, "juliet", "balcony", ("?" if expected else "") + "blocked", "presence"))
    assert [e["condition"] for e in client.seen("refused")] == ([expected] if expected else [])
    assert "{urn:xmpp:blocking}blocklist: not in the recording" in server.finish()


def test_xmppjs_by_plain_and_by_scram(serve, tmp_path, processes, node_modules):
    secret = tmp_path / "password"
    secret.write_text("s3cr3t\n")
    for name, arguments, password in (("plain", [], "any"), ("scram", ["--password-file", secret], "s3cr3t")):
        server = serve("prosody-xmppjs", *arguments)
        client = clients.xmppjs(tmp_path, name, server.port, "juliet", password, "presence", "ping", "version", f"say=juliet@{DOMAIN}|{TEXT}",
                                "wait-message", domain=DOMAIN, ca=server.ca, modules=node_modules)
        processes.append(client)
        done(client)
        assert client.seen("message", body=TEXT, **{"from": f"juliet@{DOMAIN}/node"})
        log = server.finish()
        assert f"juliet by {'PLAIN' if name == 'plain' else 'SCRAM-SHA-1'}" in log and "not in the recording:" not in log, log


@pytest.mark.parametrize("recording, direct_tls", [("prosody-gosendxmpp-directtls", True), ("ejabberd-gosendxmpp", False)])
def test_go_sendxmpp(serve, tmp_path, processes, recording, direct_tls):
    server = serve(recording)
    client = clients.go_sendxmpp(tmp_path, "go", server.port, "juliet", "any", f"romeo@{DOMAIN}", TEXT, domain=DOMAIN, ca=server.ca,
                                 direct_tls=direct_tls)
    processes.append(client)
    done(client)
    wait_until(lambda: f"chat message → romeo@{DOMAIN}: is frame" in server.output(), 10, server.output())
    assert "not in the recording:" not in server.finish()


def test_profanity(serve, tmp_path, processes):
    server = serve("prosody-profanity")
    juliet = clients.Profanity(tmp_path, server.port, "juliet", "any", domain=DOMAIN, ca=server.ca)
    processes.append(juliet)
    juliet.wait_for("logged in")
    juliet.do(f"/msg romeo@{DOMAIN} {TEXT}")
    juliet.do("/win 1")
    juliet.type("/quit")
    juliet.wait()
    log = server.finish()
    assert f"bound to juliet@{DOMAIN}/profanity" in log
    assert f"chat message → romeo@{DOMAIN}: is frame" in log and "{jabber:iq:roster}query: answered as frame" in log, log


def test_a_transcript_edited_by_hand_is_a_scenario(serve, slixmpp, tmp_path):
    text = stanzascope("export", SAMPLES / "prosody-slixmpp.pcapng", "--transcript")
    scenario = tmp_path / "scenario.txt"
    scenario.write_text(re.sub("Parting is such sweet sorrow 愛", "A plague on both your houses", text))
    server = serve(scenario)
    juliet = done(slixmpp(server, "juliet", "balcony", "roster", "presence", "disco", "ping", "version", f"say=romeo@{DOMAIN}|{TEXT}",
                          "wait-message"))
    assert juliet.seen("message", body="A plague on both your houses")
    server.finish()


def test_json_lines(serve, slixmpp):
    server = serve("prosody-slixmpp", "--json")
    done(slixmpp(server, "juliet", "balcony", "roster", "ping"))
    events = [json.loads(line) for line in server.finish().splitlines() if line.startswith("{")]
    assert [e["event"] for e in events] == ["login", "bound", "answered", "answered", "ended"]
    assert all(e["type"] == "replay-server" and e["client"] == 1 for e in events)


def test_a_capture_without_a_session_says_so():
    import subprocess

    from harness.proxy import BIN
    ended = subprocess.run([BIN / "stanzascope", "replay", SAMPLES / "prosody-wrong-password.pcapng", "--as", "server", "--listen",
                            "127.0.0.1:0"], capture_output=True, text=True, timeout=20)
    assert ended.returncode == 3 and "no client's session that came as far as binding a resource" in ended.stderr
