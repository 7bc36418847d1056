"""`stanzascope lint` as people type it."""
import json
import subprocess

from harness.proxy import BIN, ROOT

SAMPLES = sorted((ROOT / "captures/samples").glob("*.pcapng"))
PING = "<ping xmlns='urn:xmpp:ping'/>"


def lint(*arguments, text=None):
    return subprocess.run([str(BIN / "stanzascope"), "lint", *map(str, arguments)], input=text, capture_output=True, text=True, timeout=60)


def test_a_finding_looks_like_a_compilers(tmp_path):
    file = tmp_path / "stanza.xml"
    file.write_text(f"<presence/>\n<iq type='get'>{PING}</iq>\n")
    done = lint(file)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == f"{file}:2:1: error: The iq has no id. [iq-missing-id]"
    assert lines[1].endswith(f"<iq type='get'>{PING}</iq>") and lines[2].endswith("^~~~~~~~~~~~~~~")
    assert lines[1].index("<iq") == lines[2].index("^")


def test_fail_on_decides_the_exit_code():
    warning = "<presence type='available'/>"
    assert lint("-", text=warning).returncode == 0
    assert lint("-", "--fail-on", "warning", text=warning).returncode == 1
    assert lint("-", "--fail-on", "never", text=f"<iq type='get'>{PING}</iq>").returncode == 0


def test_usage_and_unreadable_texts_have_their_own_codes(tmp_path):
    assert lint().returncode == 2
    assert lint("-", "--as", "romeo", text="<presence/>").returncode == 2
    assert lint("-", "--bound", "juliet@example.com", text="<presence/>").returncode == 2
    assert lint(tmp_path / "none.xml").returncode == 3
    assert lint("-", text="no markup here").returncode == 3
    capture = lint(SAMPLES[0])
    assert capture.returncode == 3 and "stanzascope inspect" in capture.stderr


def test_json_lines_hold_places_and_what_was_guessed():
    done = lint("-", "--json", text=f"SENT: <iq type='get'>{PING}</iq>\nRECV: <message type='x'><body/></message>\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[0]["type"] == "input" and rows[0]["form"] == "log" and rows[0]["guesses"]
    assert [(r["line"], r["column"], r["rule"], r["offender"]) for r in rows[1:]] == [
        (1, 7, "iq-missing-id", "client"), (2, 7, "message-invalid-type", "server")]


def test_the_profile_selects_the_generation():
    transcript = "C: <presence/>\nS: <presence from='a@b/c' to='juliet@example.com/balcony'/>\n"
    for profile in ("rfc3920", "rfc6120"):
        assert lint("-", "--profile", profile, text=transcript).returncode == 0


def test_each_rules_own_transcripts_are_judged_as_the_rulebook_says():
    """The examples that `explain` shows can be pasted into lint."""
    rules = subprocess.run([str(BIN / "stanzascope"), "rules", "--json"], capture_output=True, text=True, check=True).stdout
    checked = 0
    for rule in map(json.loads, filter(None, rules.split("\n"))):  # splitlines() also splits at U+0085
        profile = "rfc6120" if rule["severity"].get("rfc6120") else "rfc3920"
        found = [json.loads(line)["rule"] for line in lint("-", "--json", "--profile", profile, text=rule["violating"]).stdout.split("\n")[1:] if line]
        silent = [json.loads(line)["rule"] for line in lint("-", "--json", "--profile", profile, text=rule["conforming"]).stdout.split("\n")[1:] if line]
        assert rule["rule"] in found, (rule["rule"], found)
        assert rule["rule"] not in silent, (rule["rule"], silent)
        checked += 1
    assert checked > 70
