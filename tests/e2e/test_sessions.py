"""Real clients log in to real servers through the proxy; what passed is recorded and clean."""
import pytest
from harness import clients
from harness.proxy import ROOT
from harness.servers import DOMAIN, USERS, Prosody

CJK_AND_EMOJI = "愛 😀 שלום <&>\"'"

# It ends each element of its login with a newline, and does not know SCRAM: captures/samples/prosody-gosendxmpp-directtls.findings.md.
GO_SENDXMPP_BREAKS = {"sasl-whitespace-during", "tls-whitespace-during-starttls", "sasl-weaker-mechanism-chosen"}


def findings(events, *severities):
    return [f for event in events for f in event.get("findings", []) if f["severity"] in severities]


def kinds(events):
    return {event["kind"] for event in events if event["type"] == "element"}


@pytest.mark.parametrize("server_name", ["prosody", "ejabberd"])
@pytest.mark.parametrize("direct_tls", [False, True], ids=["starttls", "direct-tls"])
def test_messages_both_ways_between_two_slixmpp_clients(server_name, direct_tls, request, make_proxy, tmp_path, processes):
    server = request.getfixturevalue(server_name)
    proxy = make_proxy(server)
    port = proxy.tls_port if direct_tls else proxy.port
    common = dict(domain=DOMAIN, ca=proxy.ca, direct_tls=direct_tls)
    # The answer to the ping says that the server has worked off the presence before it.
    romeo = clients.slixmpp(tmp_path, "orchard", port, "romeo", USERS["romeo"], "presence", "ping", "wait-message",
                            f"say=juliet@{DOMAIN}|{CJK_AND_EMOJI} too", "wait=0.3", **common)
    processes.append(romeo)
    romeo.wait_for('"action": "ping"')
    juliet = clients.slixmpp(tmp_path, "balcony", port, "juliet", USERS["juliet"], "roster", "presence", "disco", "ping", "version",
                             f"say=romeo@{DOMAIN}|{CJK_AND_EMOJI}", "wait-message", **common)
    processes.append(juliet)
    assert juliet.wait() == 0 and romeo.wait() == 0
    assert romeo.seen("message", body=CJK_AND_EMOJI), romeo.output()
    assert juliet.seen("message", body=CJK_AND_EMOJI + " too"), juliet.output()

    events = proxy.finish()
    assert {"header", "features", "sasl", "iq", "presence", "message", "footer"} <= kinds(events)
    assert any(e.get("answers") and e["rtt_us"] > 0 for e in events if e.get("kind") == "iq")
    tls = [e for e in events if e["type"] == "connection" and e["event"] == "tls"]
    assert len(tls) == 4, "two connections, two legs each"
    assert not findings(events, "error", "warning"), findings(events, "error", "warning")


def test_xmppjs_over_starttls(pki, make_proxy, tmp_path, processes, node_modules):
    # Without stream management: @xmpp/client 0.14.0 now and then acknowledges a number that Prosody ends the stream for,
    # also with no proxy in between.
    server = Prosody(tmp_path / "own", pki.leaf(DOMAIN), without=("smacks",))
    processes.append(server)
    proxy = make_proxy(server.start())
    client = clients.xmppjs(tmp_path, "node", proxy.port, "juliet", USERS["juliet"], "presence", "ping", "version",
                            f"say=juliet@{DOMAIN}|{CJK_AND_EMOJI}", "wait-message", domain=DOMAIN, ca=proxy.ca, modules=node_modules)
    processes.append(client)
    assert client.wait() == 0, client.output()
    assert client.seen("message", body=CJK_AND_EMOJI)
    events = proxy.finish()
    assert "sasl" in kinds(events)
    assert not findings(events, "error", "warning")


def test_go_sendxmpp_over_starttls(prosody, make_proxy, tmp_path, processes):
    # It ends each element with a newline, <starttls/> too.
    proxy = make_proxy(prosody)
    client = clients.go_sendxmpp(tmp_path, "go", proxy.port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", CJK_AND_EMOJI,
                                 domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    assert client.wait() == 0, client.output() + proxy.output()
    events = proxy.finish()
    assert "message" in kinds(events)
    assert {f["rule"] for f in findings(events, "error", "warning")} <= GO_SENDXMPP_BREAKS


def test_go_sendxmpp_over_direct_tls(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody)
    client = clients.go_sendxmpp(tmp_path, "go", proxy.tls_port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", CJK_AND_EMOJI,
                                 domain=DOMAIN, ca=proxy.ca, direct_tls=True)
    processes.append(client)
    assert client.wait() == 0, client.output()
    events = proxy.finish()
    tls = [e for e in events if e["type"] == "connection" and e["event"] == "tls" and e["leg"] == "client"]
    assert tls and tls[0]["alpn"] in ("xmpp-client", None), tls
    assert "message" in kinds(events)


def test_go_sendxmpp_over_direct_tls_to_a_direct_tls_upstream(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody, "--upstream-security", "tls", port=prosody.tls_port)
    client = clients.go_sendxmpp(tmp_path, "go", proxy.tls_port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", "plain words",
                                 domain=DOMAIN, ca=proxy.ca, direct_tls=True)
    processes.append(client)
    assert client.wait() == 0, client.output()
    assert "message" in kinds(proxy.finish())


def test_starttls_client_to_a_direct_tls_upstream(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody, "--upstream-security", "tls", port=prosody.tls_port)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", "ping", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    assert client.wait() == 0 and client.seen("done", action="ping"), client.output()
    proxy.finish()


def test_a_wrong_password_is_seen_as_a_sasl_failure(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", "not-it", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for("failed-auth")
    client.stop()
    events = proxy.finish()
    assert any(e["type"] == "element" and e["name"] == "{urn:ietf:params:xml:ns:xmpp-sasl}failure" for e in events)


def test_passwords_are_not_in_the_recording_unless_asked_for(prosody, make_proxy, tmp_path, processes):
    import base64

    for keep in (False, True):
        proxy = make_proxy(prosody, *(["--record-secrets"] if keep else []), name=f"secrets-{keep}")
        client = clients.go_sendxmpp(tmp_path, "go", proxy.tls_port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", "x",
                                     domain=DOMAIN, ca=proxy.ca, direct_tls=True)  # knows PLAIN only
        processes.append(client)
        assert client.wait() == 0, client.output()
        proxy.finish()
        recorded = proxy.capture.read_bytes()
        plain = base64.b64encode(f"\0juliet\0{USERS['juliet']}".encode())
        assert (plain in recorded) == keep
        assert USERS["juliet"].encode() not in recorded


def test_libstrophe_resumes_its_session_behind_a_cut(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody)
    program = clients.strophe_program(ROOT / "build/e2e")
    common = dict(domain=DOMAIN, ca=proxy.ca, program=program)
    romeo = clients.strophe(tmp_path, "romeo", proxy.port, "romeo", USERS["romeo"], "presence", "wait-message", "wait=300",
                            f"say=juliet@{DOMAIN}/juliet|{CJK_AND_EMOJI}", "wait=200", **common)
    processes.append(romeo)
    romeo.wait_for('"what": "wait-message"')
    juliet = clients.strophe(tmp_path, "juliet", proxy.port, "juliet", USERS["juliet"], "presence",
                             f"say=romeo@{DOMAIN}|now", "wait=100", "cut=800", "wait-message", **common)
    processes.append(juliet)
    assert juliet.wait() == 0 and romeo.wait() == 0, juliet.output() + romeo.output()
    assert juliet.seen("back") and juliet.seen("message", body=CJK_AND_EMOJI), juliet.output()
    names = [e["name"] for e in proxy.finish() if e["type"] == "element"]
    assert "{urn:xmpp:sm:3}resume" in names and "{urn:xmpp:sm:3}resumed" in names


def test_profanity_is_typed_into(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody)
    client = clients.Profanity(tmp_path, proxy.port, "juliet", USERS["juliet"], domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for("logged in")
    client.do(f"/msg romeo@{DOMAIN} Good night 愛")
    client.type("/quit")
    assert client.wait() == 0
    events = proxy.finish()
    assert any(e["type"] == "element" and e["kind"] == "message" and e["to"] == f"romeo@{DOMAIN}" for e in events)
