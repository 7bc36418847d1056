"""The samples: they read as their golden files say, Wireshark dissects them as they are, and the two filter languages agree."""
import json
import re
import subprocess

import pytest
from harness.proxy import BIN, ROOT, inspect, stanzascope
from harness.servers import require

SAMPLES = sorted((ROOT / "captures/samples").glob("*.pcapng"))
# What the proxy changed is there twice, as sent and as forwarded; stanzas are counted as sent.
# Enough for the filters to differ in, and few enough to be quick: each expression costs a tshark per sample.
FILTERED = [sample for sample in SAMPLES if sample.stem in ("demo", "ejabberd-slixmpp", "prosody-slixmpp", "prosody-xmppjs",
                                                            "prosody-gosendxmpp-directtls", "prosody-wrong-password")]
AS_SENT = 'frame.interface_name == "as sent"'
FILTERS = [line for line in (ROOT / "tests/cases/filters.txt").read_text().splitlines() if line and not line.startswith("#")]


def tshark(sample, *arguments):
    done = subprocess.run([require("tshark"), "-r", str(sample), *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_promised_samples_are_there():
    names = {sample.stem for sample in SAMPLES}
    assert {"prosody-slixmpp", "prosody-xmppjs", "ejabberd-slixmpp", "prosody-gosendxmpp-directtls", "demo"} <= names
    assert len(FILTERED) == 6
    assert len(FILTERS) >= 20


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.stem)
def test_a_sample_reads_as_its_golden_file_says(sample):
    golden = [json.loads(line) for line in sample.with_suffix(".events.jsonl").read_text().splitlines()]
    assert inspect(sample) == golden, "tools/golden.sh writes it anew; look at the difference"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.stem)
def test_tshark_finds_nothing_malformed(sample):
    # Wireshark's XML dissector looks at one packet at a time, so to it every "</stream:stream>" that does not come in the packet
    # of its own header closes a tag that was never opened. It says so of live traffic too.
    footers = 'tcp.payload contains "</stream:stream>"'
    assert tshark(sample, "-Y", f"_ws.malformed && !({footers})") == ""
    assert tshark(sample, "-Y", "tcp.analysis.retransmission || tcp.analysis.lost_segment || tcp.analysis.out_of_order || "
                                "tcp.analysis.duplicate_ack || tcp.checksum.status == \"Bad\"") == ""
    elements = sum(1 for e in inspect(sample) if e["type"] == "element" and e["kind"] != "keepalive")
    assert len(tshark(sample, "-Y", f"xmpp && {AS_SENT}", "-T", "fields", "-e", "frame.number").split()) == elements


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.stem)
def test_findings_and_edits_can_be_read_in_wireshark(sample, tmp_path):
    # The comments in a capture are of the day it was recorded. Written anew, it has those of today's rulebook.
    today = tmp_path / sample.name
    stanzascope("cut", sample, today)
    events = [e for e in inspect(today) if e["type"] == "element"]
    comments = tshark(today, "-Y", "frame.comment", "-T", "fields", "-e", "frame.number", "-e", "frame.comment")
    for event in events:
        for finding in event.get("findings", []):
            assert re.search(rf"^{event['frame']}\t.*{re.escape(finding['rule'])}", comments, re.M), (finding, comments)
        for edit in event.get("edits", []):
            assert re.search(rf"^{event['frame']}\t.*{re.escape(edit['name'])}", comments, re.M), (edit, comments)


@pytest.mark.parametrize("expression", FILTERS)
def test_inspect_and_tshark_select_the_same_stanzas(expression):
    selected = 0
    for sample in FILTERED:
        ours = [str(e["frame"]) for e in inspect(sample, "--filter", expression) if e["type"] == "element"]
        theirs = tshark(sample, "-Y", f"({expression}) && {AS_SENT}", "-T", "fields", "-e", "frame.number").split()
        assert ours == theirs, f"{sample.stem}: {expression}"
        selected += len(ours)
    assert selected > 0, "a filter that selects nothing in any sample shows nothing"


def test_a_wrong_filter_points_at_its_fault():
    done = subprocess.run([str(BIN / "stanzascope"), "inspect", str(SAMPLES[0]), "--filter", "xmpp.iq && xmpp.form == 1"],
                          capture_output=True, text=True)
    assert done.returncode == 2
    assert "^" in done.stderr and "xmpp.from" in done.stderr, done.stderr


def test_fail_on_decides_the_exit_code():
    demo = next(s for s in SAMPLES if s.stem == "demo")
    stanzascope("inspect", demo, "--fail-on", "error", expect=1)
    stanzascope("inspect", demo)


@pytest.mark.parametrize("profile", ["rfc3920", "rfc6120"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.stem)
def test_the_exit_code_agrees_with_what_is_found(sample, profile):
    # Which findings those are is held by tests/captures/samples_test.cc.
    events = inspect(sample, "--profile", profile)
    severities = {f["severity"] for e in events for f in e.get("findings", [])}
    for lowest, graver in (("error", {"error"}), ("warning", {"error", "warning"}), ("note", {"error", "warning", "note"})):
        stanzascope("inspect", sample, "--profile", profile, "--fail-on", lowest, "-q", expect=1 if severities & graver else 0)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.stem)
def test_each_element_of_a_sample_is_explained(sample):
    for event in inspect(sample, "--explain"):
        if event["type"] == "element" and event["kind"] != "keepalive":
            assert event["explanation"]["caption"], event


def test_the_demo_plays_to_its_end_and_leaves_a_capture(tmp_path):
    capture = tmp_path / "demo.pcapng"
    text = stanzascope("demo", "--fast", "--write", capture)
    assert str(capture) in text and "stanzascope inspect" in text and "▶" in text
    events = inspect(capture)
    recorded = inspect(next(s for s in SAMPLES if s.stem == "demo"))

    def sequence(all_events):
        return [(e["direction"], e["kind"], e.get("name"), e.get("id")) for e in all_events if e["type"] == "element" and e["kind"] != "keepalive"]

    assert sequence(events) == sequence(recorded)
    rules = [[f["rule"] for e in run for f in e.get("findings", [])] for run in (events, recorded)]
    assert rules[0] == rules[1] and rules[0], rules
