"""The client's side of recordings, against real servers: does a server still answer as it did?"""
import json
import socket
import subprocess
import xml.etree.ElementTree as ET

import pytest
from harness.process import free_port
from harness.proxy import BIN, ROOT, stanzascope
from harness.replay import ReplayServer
from harness.servers import DOMAIN, USERS, Ejabberd

SAMPLES = ROOT / "captures/samples"
# romeo is not there when juliet's side is played alone: what only he can answer is answered otherwise.
WITHOUT_ROMEO = {
    "slixmpp-contacts": {"disco#info}query → romeo@verona.example/orchard", "jabber:iq:version}query → romeo@verona.example/orchard"},
}
SESSIONS = ["slixmpp", "slixmpp-contacts", "slixmpp-account", "slixmpp-rooms", "slixmpp-resume", "libstrophe", "profanity", "xmppjs"]
# ejabberd's form has a field whose name says “password”; recordings mask it, and it refuses the asterisk.
MASKED = {"ejabberd-slixmpp-rooms": {"muc#owner}query → orchard@rooms.verona.example"}}


@pytest.fixture
def password(tmp_path):
    def write(user="juliet", text=None):
        path = tmp_path / f"password-{user}"
        path.write_text((text or USERS[user]) + "\n")
        return path

    return write


@pytest.fixture
def play(pki, password):
    def run(recording, port, *arguments, user="juliet", secret=None, expect=0):
        path = recording if "/" in str(recording) else SAMPLES / f"{recording}.pcapng"
        done = subprocess.run(
            [str(a) for a in (BIN / "stanzascope", "replay", path, "--as", "client", "--to", f"127.0.0.1:{port}", "--user",
                              f"{user}@{DOMAIN}", "--password-file", secret or password(user), "--upstream-ca", pki.ca, *arguments)],
            capture_output=True, text=True, timeout=120)
        assert done.returncode == expect, f"ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
        return done.stdout

    return run


def answers(lines):
    events = [json.loads(line) for line in lines.splitlines()]
    assert events[-1]["event"] == "total" and events[-2]["event"] == "session"
    return [e for e in events if e["event"] == "answer"], events[-2]


def check(play, kind, server, session):
    explained = WITHOUT_ROMEO.get(session, set())
    recording = f"{kind}-{session}"
    steps, end = answers(play(recording, server.port, "--json", expect=1 if explained or recording in MASKED else 0))
    assert end["failure"] is None and end["jid"].startswith(f"juliet@{DOMAIN}/"), end
    odd = [step for step in steps if step["verdict"] != "same"]
    unexplained = [step for step in odd if not any(step["what"].endswith(what) for what in explained | MASKED.get(recording, set()))]
    assert not unexplained, unexplained
    assert len(odd) == len(explained | MASKED.get(recording, set())), odd
    assert len(steps) >= 3, steps


@pytest.mark.parametrize("session", SESSIONS)
def test_prosody_answers_as_it_was_recorded(play, prosody, session):
    check(play, "prosody", prosody, session)


@pytest.mark.parametrize("session", SESSIONS)
def test_ejabberd_answers_as_it_was_recorded(play, ejabberd, session):
    check(play, "ejabberd", ejabberd, session)


def test_direct_tls(play, prosody):
    out = play("prosody-gosendxmpp-directtls", prosody.tls_port, "--direct-tls")
    assert "1 answer as recorded, 0 differ, 0 did not come" in out


def test_another_account_plays_it_with_its_own_addresses(play, prosody):
    steps, end = answers(play("prosody-xmppjs", prosody.port, "--json", user="romeo"))
    assert end["jid"] == f"romeo@{DOMAIN}/node" and {s["verdict"] for s in steps} == {"same"}


def test_what_differs_is_told_with_frame_and_kind_in_text_and_junit(play, prosody, tmp_path):
    text = stanzascope("export", SAMPLES / "prosody-xmppjs.pcapng", "--transcript")
    scenario = tmp_path / "edited.txt"
    scenario.write_text(text.replace('<ping xmlns="urn:xmpp:ping"/>', '<p xmlns="urn:example:p"/>')
                        .replace("<ping xmlns='urn:xmpp:ping'/>", "<p xmlns='urn:example:p'/>"))
    assert scenario.read_text() != text
    junit = tmp_path / "junit.xml"
    out = play(scenario, prosody.port, "--junit", junit, expect=1)
    assert "iq get {urn:example:p}p → verona.example" in out
    assert "recorded: result; came: error service-unavailable" in out
    suite = ET.parse(junit).getroot().find("testsuite")
    assert suite.get("failures") == "1" and suite.get("errors") == "0"
    failed = [case for case in suite if case.find("failure") is not None]
    assert len(failed) == 1 and "urn:example:p" in failed[0].get("name")


def test_only_repeat_and_sessions(play, prosody):
    out = play("prosody-xmppjs", prosody.port, "--only", "xmpp.iq", "--repeat", "5", "--sessions", "4")
    assert "20 sessions in " in out and "40 answers as recorded, 0 differ" in out and "answers a second" in out


def test_timing_is_kept_where_asked_for(play, prosody, tmp_path):
    scenario = tmp_path / "slow.txt"
    scenario.write_text("[bound juliet@verona.example/slow]\nC: <presence/>\n[wait 1500ms]\nC: <iq id='p' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                        "S: <iq id='p' type='result'/>\n")
    for arguments, low, high in ((["--keep-timing"], 1.5, 9), (["--speed", "3"], 0.5, 1.5), ([], 0, 1.4)):
        _, end = answers(play(scenario, prosody.port, "--json", *arguments))
        assert low <= end["took_us"] / 1e6 < high, (arguments, end)


@pytest.mark.parametrize("how, says", [("password", "the login was refused: not-authorized"), ("port", "cannot connect"),
                                       ("trust", "certificate")])
def test_what_keeps_it_from_logging_in(play, prosody, password, how, says):
    port = free_port() if how == "port" else prosody.port
    secret = password("juliet", "not-it") if how == "password" else None
    if how == "trust":
        done = subprocess.run([BIN / "stanzascope", "replay", SAMPLES / "prosody-xmppjs.pcapng", "--as", "client", "--to", f"127.0.0.1:{port}",
                               "--password-file", password()], capture_output=True, text=True, timeout=60)
        assert done.returncode == 4 and says in done.stdout, done
    else:
        assert says in play("prosody-xmppjs", port, secret=secret, expect=4)


def test_a_client_certificate_logs_in_by_external(pki, tmp_path):
    server = Ejabberd(tmp_path / "server", pki.leaf(DOMAIN), client_ca=pki.ca).start()
    try:
        out = stanzascope("replay", SAMPLES / "ejabberd-xmppjs.pcapng", "--as", "client", "--to", f"127.0.0.1:{server.port}",
                          "--client-cert", pki.client(f"juliet@{DOMAIN}"), "--upstream-ca", pki.ca)
        assert "3 answers as recorded, 0 differ, 0 did not come" in out
        server.process.wait_for("EXTERNAL")
    finally:
        server.stop()


def test_a_server_that_says_nothing_is_left(play):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for arguments in ([], ["--direct-tls"]):
            out = play("prosody-xmppjs", silent.getsockname()[1], "--answer-within", "0.5", *arguments, expect=4)
            assert "the server said nothing" in out


def test_against_a_server_made_of_the_same_recording(tmp_path, processes, password):
    server = ReplayServer(tmp_path, SAMPLES / "prosody-slixmpp-account.pcapng", "--password-file", password())
    processes.append(server)
    out = stanzascope("replay", SAMPLES / "prosody-slixmpp-account.pcapng", "--as", "client", "--to", f"127.0.0.1:{server.port}",
                      "--password-file", password(), "--upstream-ca", server.ca)
    assert "17 answers as recorded, 0 differ, 0 did not come" in out
    assert "by SCRAM-SHA-256" in server.finish()


SESSIONLESS = ("wrong-password", "refused", "see-other-host")


@pytest.mark.parametrize("sample", sorted(p.stem for p in SAMPLES.glob("*.pcapng") if not p.stem.endswith(SESSIONLESS)))
def test_every_sample_plays_against_itself(tmp_path, processes, password, sample):
    server = ReplayServer(tmp_path, SAMPLES / f"{sample}.pcapng")
    processes.append(server)
    out = stanzascope("replay", SAMPLES / f"{sample}.pcapng", "--as", "client", "--to", f"127.0.0.1:{server.port}", "--user", f"juliet@{DOMAIN}",
                      "--password-file", password(), "--upstream-ca", server.ca)
    assert " 0 differ, 0 did not come" in out
    assert "▶" not in "".join(line for line in server.finish().splitlines() if "not in the recording:" in line)


@pytest.fixture
def play_both(pki, password):
    """Both users' sessions of a recording; `roles`: who plays whom."""
    def run(recording, port, *arguments, roles=(("", "juliet"), ("", "romeo")), expect=0):
        accounts = [f"--account={whose}{user}@{DOMAIN}:{password(user)}" for whose, user in roles]
        done = subprocess.run(
            [str(a) for a in (BIN / "stanzascope", "replay", SAMPLES / f"{recording}.pcapng", "--as", "client", "--to", f"127.0.0.1:{port}",
                              *accounts, "--upstream-ca", pki.ca, *arguments)], capture_output=True, text=True, timeout=120)
        assert done.returncode == expect, f"ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
        return done

    return run


# A subscription and what follows it, a room, a whole evening with profanity: nothing has to be explained when both are there.
@pytest.mark.parametrize("session, answers", [("slixmpp-contacts", 35), ("slixmpp-rooms", 15), ("profanity", 45)])
def test_two_users_are_played_together(play_both, prosody, session, answers):
    out = play_both(f"prosody-{session}", prosody.port).stdout
    count = int(out.split(" answers as recorded")[0].split(": ")[-1])
    assert " 0 differ, 0 did not come" in out and count >= answers, out


def test_two_users_are_played_together_against_ejabberd(play_both, ejabberd):
    assert " 0 differ, 0 did not come" in play_both("ejabberd-slixmpp-contacts", ejabberd.port).stdout


def test_accounts_may_have_other_names_and_runs_be_repeated(play_both, prosody):
    done = play_both("prosody-slixmpp-rooms", prosody.port, "--json", "--repeat", "2",
                     roles=(("juliet=", "romeo"), (f"romeo@{DOMAIN}=", "juliet")))
    ends = [json.loads(line) for line in done.stdout.splitlines() if '"event":"session"' in line]
    assert [e["failure"] for e in ends] == [None] * 4
    assert {(e["jid"], e["connection"]) for e in ends} == {(f"romeo@{DOMAIN}/balcony", 2), (f"juliet@{DOMAIN}/orchard", 1)}, ends
    answers = [json.loads(line) for line in done.stdout.splitlines() if '"event":"answer"' in line]
    assert {a["verdict"] for a in answers} == {"same"}, [a for a in answers if a["verdict"] != "same"]


@pytest.mark.parametrize("arguments, says", [
    (["--account", "juliet"], "takes [RECORDED=]JID:FILE"),
    (["--account", f"nurse@{DOMAIN}:x"], f"no session of nurse, but of juliet@{DOMAIN}, romeo@{DOMAIN}"),
    (["--account", f"juliet@{DOMAIN}:x", "--user", "y"], "takes the place of --user"),
    (["--account", f"juliet@{DOMAIN}:x", "--sessions", "2"], "--sessions is for one account")])
def test_accounts_that_make_no_sense(arguments, says):
    done = subprocess.run([BIN / "stanzascope", "replay", SAMPLES / "prosody-slixmpp-contacts.pcapng", "--as", "client", "--to", "127.0.0.1:1",
                           *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and says in done.stderr, done.stderr


def test_options_of_the_other_side_are_refused():
    done = subprocess.run([BIN / "stanzascope", "replay", "x", "--as", "server", "--to", "127.0.0.1:1"], capture_output=True, text=True)
    assert done.returncode == 2 and "--to is for the other side, --as client" in done.stderr
