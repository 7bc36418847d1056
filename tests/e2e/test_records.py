"""`stanzascope diff`, and parts of captures, as people type them."""
import json
import os
import shutil
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


def inspect(capture, *arguments):
    done = run("inspect", capture, "--color", "never", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def frames_of(lines):
    """By packet number, the lines that begin with one."""
    return {int(line[:5]): line for line in lines if line[:5].strip().isdigit()}


def test_parts_of_a_capture_read_as_they_do_in_the_whole(tmp_path):
    capture = tmp_path / "resume.pcapng"
    shutil.copy(SAMPLES / "prosody-slixmpp-resume.pcapng", capture)
    whole = frames_of(inspect(capture))
    for attempt in ("without an index", "with one"):
        part = inspect(capture, "--frames", "22-25")
        assert frames_of(part) == {frame: line for frame, line in whole.items() if 22 <= frame <= 25}, attempt
        assert not any("closed" in line for line in part), "the recording goes on there"
    first = frames_of(inspect(capture, "--connection", "1"))
    assert first == {frame: line for frame, line in whole.items() if " #1 " in line}
    assert len(inspect(capture, "--connections")) == 3


def large_capture(path, sample):
    """Of more than 16 MiB: smaller ones are indexed in no time, and nothing is kept beside them."""
    copies = (17 << 20) // sample.stat().st_size + 1
    done = run("merge", *[sample] * copies, "-o", path, "--force")
    assert done.returncode == 0, done.stderr
    return path


def test_an_index_that_is_stale_or_damaged_is_made_anew(tmp_path):
    capture = large_capture(tmp_path / "large.pcapng", SAMPLES / "ejabberd-profanity.pcapng")
    index = Path(f"{capture}.idx")
    before = inspect(capture, "--connection", "200")
    stale = index.read_bytes()
    large_capture(capture, SAMPLES / "prosody-profanity.pcapng")
    after = inspect(capture, "--connection", "200")
    assert after != before
    fresh = index.read_bytes()
    assert fresh != stale
    for wrong in (stale, os.urandom(len(fresh)), fresh[: len(fresh) // 2], b""):
        index.write_bytes(wrong)
        assert inspect(capture, "--connection", "200") == after
        assert index.read_bytes() == fresh
