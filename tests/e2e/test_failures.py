"""What goes wrong in the field: certificates, trust, restarts, crashes, full disks. Nothing is lost, each is said."""
import signal
import time

from harness import clients
from harness.process import free_port, wait_until
from harness.proxy import Proxy, inspect, stanzascope
from harness.servers import DOMAIN, USERS, Prosody


def test_an_unverifiable_upstream_certificate_fails_closed_and_says_why(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody, trust=False)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for('"stream-error"')
    assert not client.seen("started")
    error = client.seen("stream-error")[0]
    assert "certificate" in error["text"], error
    client.stop()
    assert "--upstream-ca" in proxy.output() or "--insecure-upstream" in proxy.output(), proxy.output()
    events = proxy.finish()
    assert any(e["type"] == "connection" and e["event"] == "closed" and "certificate" in (e["reason"] or "") for e in events)
    assert not any(e.get("kind") == "sasl" for e in events)


def test_a_certificate_for_another_domain_is_refused_even_from_a_trusted_ca(pki, make_proxy, tmp_path, processes):
    server = Prosody(tmp_path / "other", pki.leaf("mantua.example"))
    server.start()
    processes.append(server)
    proxy = make_proxy(server)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for('"stream-error"')
    assert not client.seen("started")
    assert DOMAIN in proxy.output()


def test_insecure_upstream_accepts_it_and_says_so(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody, "--insecure-upstream", trust=False)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    assert client.wait() == 0 and client.seen("done", action="roster"), client.output()
    legs = [e for e in proxy.finish() if e["type"] == "connection" and e["event"] == "tls" and e["leg"] == "server"]
    assert "not verified" in legs[0]["verification"]


def test_a_client_that_does_not_trust_our_ca_is_named_with_the_remedy(prosody, make_proxy, tmp_path, processes, pki):
    proxy = make_proxy(prosody)
    client = clients.go_sendxmpp(tmp_path, "go", proxy.tls_port, "juliet", USERS["juliet"], f"romeo@{DOMAIN}", "x",
                                 domain=DOMAIN, ca=pki.ca, direct_tls=True)
    processes.append(client)
    assert client.wait() != 0
    wait_until(lambda: "stanzascope ca" in proxy.output(), 5, "the remedy in the log:\n" + proxy.output())
    events = proxy.finish()
    assert any(e["type"] == "connection" and e["event"] == "closed" and "trust" in (e["reason"] or "") for e in events), events


def test_the_server_restarts_in_mid_session_and_the_proxy_goes_on(pki, make_proxy, tmp_path, processes):
    server = Prosody(tmp_path / "own", pki.leaf(DOMAIN))
    server.start()
    processes.append(server)
    proxy = make_proxy(server)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", "wait=30", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for('"action": "roster"')
    server.restart(how=signal.SIGKILL)
    client.wait_for('"disconnected"')
    client.stop()
    again = clients.slixmpp(tmp_path, "again", proxy.port, "juliet", USERS["juliet"], "ping", domain=DOMAIN, ca=proxy.ca)
    processes.append(again)
    assert again.wait() == 0 and again.seen("done", action="ping"), again.output()
    proxy.finish()


def test_no_server_at_all_is_a_stream_error_to_the_client(tmp_path, processes):
    nobody = free_port()
    proxy = Proxy(tmp_path, "--upstream", f"127.0.0.1:{nobody}")
    processes.append(proxy)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", "x", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for('"stream-error"')
    client.stop()
    assert str(nobody) in proxy.output() and "refused" in proxy.output(), proxy.output()
    proxy.finish()


def test_kill_9_costs_at_most_the_last_100_ms(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", "presence",
                             f"say=juliet@{DOMAIN}|written before the crash", "wait-message", "wait=30", domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    client.wait_for('"action": "wait-message"')
    time.sleep(0.15)
    proxy.stop(how=signal.SIGKILL)
    client.stop()
    events = inspect(proxy.capture)
    bodies = [e for e in events if e.get("kind") == "message"]
    assert {e["direction"] for e in bodies} == {"c2s", "s2c"}, "the message went out and came back; both are in the file"


def test_a_full_disk_stops_the_recording_loudly_and_not_the_relay(prosody, make_proxy, tmp_path, processes):
    proxy = make_proxy(prosody, "--write", "/dev/full", "--force", write=False)
    client = clients.slixmpp(tmp_path, "balcony", proxy.port, "juliet", USERS["juliet"], "roster", "presence", "wait=0.3", "ping",
                             domain=DOMAIN, ca=proxy.ca)
    processes.append(client)
    assert client.wait() == 0 and client.seen("done", action="ping"), client.output()
    assert "/dev/full" in proxy.output() and "recording" in proxy.output().lower(), proxy.output()
    proxy.finish()


def test_a_second_writer_to_the_same_capture_is_refused(prosody, make_proxy, tmp_path):
    proxy = make_proxy(prosody)
    stanzascope("proxy", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:1", "--write", proxy.capture, "--confdir", proxy.confdir,
                expect=3)


def test_the_ca_is_made_once_and_kept_private(tmp_path):
    first = stanzascope("ca", "--confdir", tmp_path / "conf")
    assert "stanzascope-ca-cert.pem" in first
    assert (tmp_path / "conf/stanzascope-ca.pem").stat().st_mode & 0o777 == 0o600
    made = (tmp_path / "conf/stanzascope-ca-cert.pem").read_bytes()
    stanzascope("ca", "--confdir", tmp_path / "conf")
    assert (tmp_path / "conf/stanzascope-ca-cert.pem").read_bytes() == made


