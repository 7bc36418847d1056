"""`stanzascope diff` as people type it."""
import json
import subprocess
from pathlib import Path

from harness.proxy import BIN

SAMPLES = Path(__file__).resolve().parents[2] / "captures" / "samples"
PROSODY = SAMPLES / "prosody-slixmpp.pcapng"
EJABBERD = SAMPLES / "ejabberd-slixmpp.pcapng"


def run(*arguments, **keywords):
    return subprocess.run([str(BIN / "stanzascope"), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, **keywords)


def test_a_session_does_not_differ_from_itself():
    done = run("diff", PROSODY, PROSODY, "--session-a", "2", "--session-b", "2")
    assert done.stdout.startswith("No difference in ")


def test_two_servers_differ_and_the_first_divergence_is_told():
    done = run("diff", PROSODY, EJABBERD, "--any-account", "-Y", 'xmpp.to contains "juliet"', "--session-a",
                       "2", "--session-b", "2")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("First divergence\ndiffers   ◀ ")
    assert "+     <mechanism>DIGEST-MD5</mechanism>" in done.stdout


def test_json_says_the_same():
    done = run("diff", PROSODY, EJABBERD, "--any-account", "--session-a", "2", "--session-b", "2", "--json")
    assert done.returncode == 1
    *differences, end = map(json.loads, done.stdout.splitlines())
    assert end["type"] == "comparison" and end["differences"] == len(differences) > 5
    assert [line["first"] for line in differences] == [True] + [False] * (len(differences) - 1)
    assert {line["kind"] for line in differences} <= {"changed", "moved", "only-a", "only-b"}


def test_several_sessions_are_listed_and_none_is_guessed():
    done = run("diff", PROSODY, EJABBERD)
    assert done.returncode == 2
    assert "holds 2 sessions; choose one with --session-a" in done.stderr
    assert "2 (juliet@verona.example" in done.stderr
