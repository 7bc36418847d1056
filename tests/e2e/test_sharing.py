"""`stanzascope export` and `stanzascope redact` as people type them; the lesson page in a real browser."""
import json
import subprocess
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from harness.proxy import BIN, stanzascope

SAMPLES = Path(__file__).resolve().parents[2] / "captures" / "samples"
DEMO = SAMPLES / "demo.pcapng"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The lesson of the demo, opened in Chromium."""
    path = tmp_path_factory.mktemp("lesson") / "lesson.html"
    stanzascope("export", DEMO, "--lesson", "-o", path)
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,900"):
        options.add_argument(argument)
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    browser.get(path.as_uri())
    yield browser
    browser.quit()


@pytest.fixture
def fresh(page):
    page.refresh()
    return page


def press(page, *keys):
    for key in keys:
        page.find_element(By.TAG_NAME, "body").send_keys(key)


def chosen(page):
    return page.find_element(By.CSS_SELECTOR, ".row[aria-selected=true]").text


def detail(page):
    return page.find_element(By.ID, "detail").text


def test_the_ladder_shows_each_step_and_nothing_fails(fresh):
    assert fresh.title == "demo"
    rows = fresh.find_elements(By.CSS_SELECTOR, ".row")
    assert len(rows) > 30
    assert "stream to" in fresh.find_element(By.ID, "rows").text
    assert fresh.get_log("browser") == []


def test_the_page_begins_with_its_contents_and_is_walked_by_buttons(fresh):
    entries = fresh.find_elements(By.CSS_SELECTOR, "#contents button")
    assert any("login" in entry.text and "steps" in entry.text for entry in entries), [entry.text for entry in entries]
    next(entry for entry in entries if "login" in entry.text).click()
    first = chosen(fresh)
    buttons = {button.text: button for button in fresh.find_elements(By.CSS_SELECTOR, "#walk button")}
    buttons["Next ›"].click()
    assert chosen(fresh) != first
    assert fresh.find_element(By.ID, "what").text.startswith(("Client to server: ", "Server to client: "))
    next(b for b in fresh.find_elements(By.CSS_SELECTOR, "#walk button") if b.text == "‹ Back").click()
    assert chosen(fresh) == first
    next(b for b in fresh.find_elements(By.CSS_SELECTOR, "#walk button") if b.text == "Contents").click()
    assert "How to read this".upper() in detail(fresh).upper()


def test_a_click_explains_a_step(fresh):
    row = next(row for row in fresh.find_elements(By.CSS_SELECTOR, ".row") if "roster request" in row.text)
    row.click()
    text = detail(fresh)
    assert "WHAT WAS SENT" in text and "jabber:iq:roster" in text
    assert "ITS NAMESPACES" in text and "RFC 6121" in text


def test_keys_walk_and_find_what_is_wrong(fresh):
    press(fresh, "j", "j", "k")
    assert fresh.find_elements(By.CSS_SELECTOR, ".row")[0].get_attribute("aria-selected") == "true"
    press(fresh, "n")
    assert "error" in chosen(fresh)
    assert "BROKE A RULE" in detail(fresh) and "RFC" in detail(fresh)
    first = chosen(fresh)
    press(fresh, "n")
    assert chosen(fresh) != first
    press(fresh, "N")
    assert chosen(fresh) == first


def test_search_narrows_the_ladder_and_says_where_nothing_is(fresh):
    everything = len(fresh.find_elements(By.CSS_SELECTOR, ".row"))
    box = fresh.find_element(By.ID, "search")
    box.send_keys("roster")
    assert 0 < len(fresh.find_elements(By.CSS_SELECTOR, ".row")) < everything
    box.send_keys("zzzz")
    assert "Nothing matches" in fresh.find_element(By.ID, "rows").text
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(Keys.DELETE)
    assert len(fresh.find_elements(By.CSS_SELECTOR, ".row")) == everything


def test_teaching_hides_what_comes_next_until_it_is_asked_for(fresh):
    press(fresh, "t")
    assert len(fresh.find_elements(By.CSS_SELECTOR, ".row")) == 1
    for _ in range(3):
        press(fresh, Keys.SPACE)
    assert len(fresh.find_elements(By.CSS_SELECTOR, ".row")) == 4
    assert "What must the" in detail(fresh)
    press(fresh, "t")
    assert len(fresh.find_elements(By.CSS_SELECTOR, ".row")) > 30


def test_dark_and_light_differ_and_are_drawn(fresh, tmp_path):
    pictures = []
    for _ in range(2):
        press(fresh, "d")
        path = tmp_path / f"{len(pictures)}.png"
        assert fresh.save_screenshot(str(path))
        pictures.append((fresh.execute_script("return getComputedStyle(document.body).backgroundColor"), path.read_bytes()))
    assert pictures[0][0] != pictures[1][0] and pictures[0][1] != pictures[1][1]


def test_other_forms_come_out_too(tmp_path):
    assert "## Findings" in stanzascope("export", DEMO, "--report", "md")
    assert "<h2>Findings</h2>" in stanzascope("export", DEMO, "--report", "html")
    assert stanzascope("export", DEMO, "--scansion").count("[Client]") == 1
    for line in stanzascope("export", DEMO, "--json", "--filter", "xmpp.iq").splitlines():
        assert json.loads(line)["kind"] == "iq"
    assert stanzascope("export", DEMO, "--xml", "c2s").startswith("<stream:stream")
    transcript = tmp_path / "demo.txt"
    stanzascope("export", DEMO, "--transcript", "-o", transcript)
    lint = subprocess.run([str(BIN / "stanzascope"), "lint", str(transcript), "--json"], capture_output=True, text=True, timeout=60)
    rules = {json.loads(line).get("rule") for line in lint.stdout.splitlines()}
    assert "iq-request-without-payload" in rules


def test_wireshark_selects_the_frames_that_the_filter_selects():
    text = stanzascope("export", DEMO, "--wireshark", "--filter", "xmpp.iq").strip()
    frames = subprocess.run(["tshark", "-r", str(DEMO), "-Y", text, "-T", "fields", "-e", "frame.number"],
                            capture_output=True, text=True, timeout=120, check=True).stdout.split()
    ours = [json.loads(line)["frame"] for line in stanzascope("inspect", DEMO, "--json", "--filter", "xmpp.iq").splitlines()]
    assert [int(frame) for frame in frames] == sorted(ours)


def test_one_form_is_needed_and_files_are_not_overwritten(tmp_path):
    stanzascope("export", DEMO, expect=2)
    stanzascope("export", DEMO, "--json", "--scansion", expect=2)
    path = tmp_path / "x"
    path.write_text("mine")
    stanzascope("export", DEMO, "--json", "-o", path, expect=3)
    assert path.read_text() == "mine"


def test_a_redacted_copy_has_the_same_findings_and_other_people(tmp_path):
    copy = tmp_path / "share.pcapng"
    said = stanzascope("redact", DEMO, copy, "--word", "juliet", "--word", "balcony")
    assert "none of 2 words remains" in said

    def skeleton(path):
        rows = [json.loads(line) for line in stanzascope("inspect", path, "--json").splitlines()]
        return [(row["type"], row.get("kind"), row.get("frame"), row.get("bytes"), row["time"],
                 [(finding["rule"], finding["severity"]) for finding in row.get("findings", [])]) for row in rows]

    assert skeleton(copy) == skeleton(DEMO)
    stanzascope("redact", "--check", DEMO, "--word", "juliet", expect=1)
    stanzascope("redact", "--check", copy, "--word", "juliet")


def test_a_copy_that_still_holds_a_word_is_removed(tmp_path):
    copy = tmp_path / "share.pcapng"
    stanzascope("redact", DEMO, copy, "--word", "verona", expect=1)
    assert not copy.exists()
    stanzascope("redact", DEMO, copy, "--word", "verona", "--domains")
    assert copy.exists()


def test_a_transcript_becomes_the_same_session_again(tmp_path):
    transcript, again = tmp_path / "demo.txt", tmp_path / "again.pcapng"
    stanzascope("export", DEMO, "--transcript", "--show-secrets", "-o", transcript)
    assert "from a transcript" in stanzascope("import", transcript, "-o", again)

    def elements(path):
        rows = [json.loads(line) for line in stanzascope("inspect", path, "--json").splitlines()]
        # What the proxy changed cannot be said in a transcript, so what is found in the login differs.
        return [(row["kind"], row["direction"], row["bytes"], row.get("id"),
                 [finding["rule"] for finding in row.get("findings", []) if row["kind"] != "sasl"])
                for row in rows if row["type"] == "element"]

    assert elements(again) == elements(DEMO)


def test_the_log_of_a_console_becomes_a_capture(tmp_path):
    log, capture = tmp_path / "console.log", tmp_path / "console.pcapng"
    log.write_text("12:00:01 SENT <iq type='get' id='p1'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                   "12:00:02 RECV <iq type='result' id='p1' from='example.com'/>\n")
    said = stanzascope("import", log, "-o", capture, "--bound", "juliet@example.com/balcony")
    assert "from a log" in said and "2 entries" in said
    rows = [json.loads(line) for line in stanzascope("inspect", capture, "--json").splitlines()]
    assert [row["kind"] for row in rows if row["type"] == "element"] == ["iq", "iq"]
    stanzascope("import", log, "-o", capture, expect=3)  # it exists
    log.write_text("nothing of the kind")
    stanzascope("import", log, "-o", tmp_path / "x.pcapng", expect=3)


def test_captures_are_merged_and_cut_apart_again(tmp_path):
    both, part = tmp_path / "both.pcapng", tmp_path / "part.pcapng"
    stanzascope("merge", DEMO, SAMPLES / "prosody-slixmpp.pcapng", "-o", both)

    def elements(path, connection):
        rows = [json.loads(line) for line in stanzascope("inspect", path, "--json").splitlines()]
        return [(row["kind"], row["bytes"], row["time"], [finding["rule"] for finding in row.get("findings", [])])
                for row in rows if row["type"] == "element" and row["connection"] == connection]

    assert elements(both, 3) == elements(DEMO, 1)
    stanzascope("cut", both, part, "--connection", "3")
    assert elements(part, 3) == elements(DEMO, 1) and elements(part, 1) == []
    stanzascope("cut", both, part, "--filter", "xmpp.finding.severity == \"error\"", "--force")
    assert elements(part, 3) and not elements(part, 1)
    stanzascope("cut", both, part, "--to", "0.1", "--force")
    assert 0 < len(elements(part, 1)) < len(elements(both, 1))
    stanzascope("cut", both, part, "--connection", "9", "--force", expect=1)
    stanzascope("cut", both, both, "--force", expect=3)
    stanzascope("cut", both, part, "--from", "yesterday", "--force", expect=2)
