"""The viewer in a real window, under Xvfb: keys move the selection, and the dump at exit says so."""
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from harness.proxy import Proxy, inspect
from harness.screen import Screen, start_display

BIN = Path(os.environ.get("STANZASCOPE_BIN", Path(__file__).resolve().parents[2] / "build" / "bin"))
KEY_DELAY_MS = "60"  # a press and release within one frame must not be what this test depends on


@pytest.fixture(name="capture")
def _capture(tmp_path):
    path = tmp_path / "sample.pcapng"
    subprocess.run([BIN / "make_sample_capture", path], check=True, timeout=60)
    return path


@pytest.fixture(name="display")
def _display():
    """A display of our own, on a number that Xvfb finds free."""
    server, name = start_display()
    yield name
    server.terminate()
    server.wait(timeout=20)


@pytest.fixture(name="home", autouse=True)
def _home(tmp_path, monkeypatch):
    """What the viewer remembers stays within one test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


class Window:
    def __init__(self, display, *arguments):
        self.env = dict(os.environ, DISPLAY=display, LIBGL_ALWAYS_SOFTWARE="1")
        self.process = subprocess.Popen([BIN / "stanzascope-viewer", *arguments, "--dump-state", "--size", "1200x760"],
                                        env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        found = self.xdotool("search", "--sync", "--onlyvisible", "--name", "^stanzascope")
        self.id = found.split()[0]
        self.xdotool("windowfocus", "--sync", self.id)
        self.settle()  # the first frames build the fonts

    def settle(self):
        """Waits until the window has nothing more to draw: it uses no processor time then."""
        before = -1.0
        for _ in range(200):
            now = cpu_seconds(self.process.pid)
            if before >= 0 and now - before < 0.03:
                return
            before = now
            time.sleep(0.3)
        raise AssertionError("the window never came to rest")

    def xdotool(self, *arguments):
        done = subprocess.run(["xdotool", *arguments], env=self.env, capture_output=True, text=True, timeout=60,
                              check=True)
        return done.stdout

    def keys(self, *names):
        for name in names:
            self.xdotool("key", "--delay", KEY_DELAY_MS, name)
            time.sleep(0.3)  # several frames, also where drawing is slow

    def type(self, text):
        self.xdotool("type", "--delay", KEY_DELAY_MS, text)
        time.sleep(0.5)

    def click(self, x, y):
        """As a hand does it: the window sees where the pointer is, then that the button goes down, then up."""
        for action in (("mousemove", "--window", self.id, str(x), str(y)), ("mousedown", "1"), ("mouseup", "1")):
            self.xdotool(*action)
            self.settle()

    def quit(self):
        """Leaves by the keyboard and returns what was shown last."""
        self.xdotool("key", "--delay", KEY_DELAY_MS, "ctrl+q")
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        return json.loads(out)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_keys_move_the_selection(display, capture):
    window = Window(display, capture)
    window.keys("j", "j", "j", "k", "3")
    state = window.quit()
    assert state["loading"]["state"] == "done"
    assert state["selection"]["row"] == 1
    assert state["element_view"] == "bytes"


def test_the_filter_bar_filters(display, capture):
    window = Window(display, capture)
    window.keys("f")
    window.type("xmpp.message")
    window.keys("Return", "G")
    state = window.quit()
    assert state["filter"]["expression"] == "xmpp.message"
    assert state["rows"]
    assert {row["kind"] for row in state["rows"]} == {"message"}
    assert state["selection"]["row"] == state["rows"][-1]["row"]


def test_escape_clears_the_filter(display, capture):
    window = Window(display, capture, "--filter", "xmpp.message")
    window.keys("Escape")
    state = window.quit()
    assert state["filter"]["expression"] == ""
    assert {row["kind"] for row in state["rows"]} > {"message", "presence"}


def test_the_next_finding_is_explained(display, capture):
    found = [[finding["rule"] for finding in event["findings"]] for event in inspect(capture) if event.get("findings")]
    steps = next(i for i, rules in enumerate(found) if "iq-missing-id" in rules) + 1
    window = Window(display, capture)
    window.keys(*["n"] * steps)
    state = window.quit()
    assert state["detail"]["findings"][0]["rule"] == "iq-missing-id"
    assert state["detail"]["findings"][0]["explanation"]


def test_the_first_error_is_one_key_away(display):
    """What a newcomer does with a session that went wrong: open it, press e, read."""
    sample = Path(__file__).resolve().parents[2] / "captures/samples/prosody-misbehaving.pcapng"
    severities = [finding["severity"] for event in inspect(sample) for finding in event.get("findings", [])]
    window = Window(display, sample)
    window.keys("e")
    state = window.quit()
    assert state["selection"]["finding"] == severities.index("error")
    assert state["side_view"] == "explanation"
    assert any(finding["severity"] == "error" and finding["explanation"] and finding["citation"] for finding in state["detail"]["findings"])


def test_a_click_on_the_count_of_errors_goes_to_the_first(display):
    sample = Path(__file__).resolve().parents[2] / "captures/samples/prosody-misbehaving.pcapng"
    window = Window(display, sample)
    window.keys("8", "S")  # from wherever one is
    for x in range(1000, 860, -10):  # the counts stand at the right, errors first
        window.xdotool("mousemove", str(x), "12", "sleep", "0.3", "click", "1")
        time.sleep(0.4)
    state = window.quit()
    assert state["window_view"] == "table"
    assert state["side_view"] == "explanation"
    assert state["selection"]["finding"] is not None


def test_an_idle_window_does_not_redraw(display, capture):
    window = Window(display, capture)
    time.sleep(1.0)
    before = cpu_seconds(window.process.pid)
    time.sleep(3.0)
    used = cpu_seconds(window.process.pid) - before
    window.quit()
    assert used < 0.3, f"{used} s of CPU in 3 s of idleness"


def test_a_growing_capture_is_followed(display, capture, tmp_path):
    data = capture.read_bytes()
    growing = tmp_path / "growing.pcapng"
    growing.write_bytes(data[: len(data) // 2])
    window = Window(display, growing, "--follow")
    with growing.open("ab") as file:
        file.write(data[len(data) // 2:])
    time.sleep(1.5)
    state = window.quit()
    assert len(state["connections"]) == 2
    assert state["following"]


def test_what_comes_later_is_on_the_screen(display, tmp_path):
    """Rows with characters that no row had before: fonts are made anew while the window is open."""
    data = (Path(__file__).resolve().parents[2] / "captures/samples/demo.pcapng").read_bytes()
    growing = tmp_path / "growing.pcapng"
    growing.write_bytes(data[: len(data) // 2])
    window = Window(display, growing, "--follow")
    screen = Screen(display)
    before = screen.look(0, 0, 1200, 760)
    with growing.open("ab") as file:
        file.write(data[len(data) // 2:])
    time.sleep(1.5)
    after = screen.look(0, 0, 1200, 760)
    window.quit()

    def colours(pixels):
        return len({pixels[i:i + 4] for i in range(0, len(pixels), 4)})

    assert after != before
    assert colours(before) > 100
    assert colours(after) > 100, "the window went blank"


def test_a_filter_is_completed_while_it_is_typed(display, capture):
    window = Window(display, capture)
    window.keys("f")
    window.type("xmpp.mess")
    window.keys("Tab", "Return")
    state = window.quit()
    assert state["filter"]["expression"] == "xmpp.message"
    assert {row["kind"] for row in state["rows"]} == {"message"}


def test_finding_goes_along_with_the_typing(display, capture):
    window = Window(display, capture)
    window.keys("slash")
    window.type("wherefore")
    state = window.quit()
    assert "Wherefore" in state["selection"]["summary"]


def test_marks_and_comments_go_into_the_capture(display, capture):
    before = len(inspect(capture))
    window = Window(display, capture)
    window.keys("n", "m", "j", "semicolon")
    window.type("look here")
    window.keys("Return", "ctrl+s")
    time.sleep(1)
    state = window.quit()
    assert sorted(state["notes"].values()) == ["", "look here"]
    assert not state["notes_unsaved"], state["message"]
    assert len(inspect(capture)) == before, "the capture reads as before"
    again = json.loads(subprocess.run([BIN / "stanzascope-viewer", capture, "--dump-state"], check=True, text=True,
                                      env={k: v for k, v in os.environ.items() if k != "DISPLAY"},
                                      capture_output=True, timeout=60).stdout)
    assert again["notes"] == state["notes"]


def test_the_panels_beside_the_element_have_keys(display, capture):
    window = Window(display, capture)
    window.keys("n", "7", "5")
    state = window.quit()
    assert state["side_view"] == "findings"
    assert state["element_view"] == "decoded"


def test_another_file_takes_the_place_of_the_first(display, capture, tmp_path, home):
    other = tmp_path / "other.transcript"
    other.write_text("C: <message to='nurse@example.com'><body>good night</body></message>\n")
    window = Window(display, capture)
    window.keys("ctrl+o")
    window.type(str(other))
    window.keys("Return")
    time.sleep(1)
    state = window.quit()
    assert state["file"] == str(other)
    assert [row["kind"] for row in state["rows"] if row["kind"] == "message"] == ["message"]
    settings = json.loads((home / "stanzascope" / "viewer.json").read_text(encoding="utf-8"))
    assert settings["recent"][:2] == [str(other), str(capture)]


def test_what_was_chosen_is_remembered(display, capture, home):
    window = Window(display, capture)
    window.keys("D", "f")
    window.type("xmpp.iq")
    window.keys("Return")
    window.quit()
    settings = json.loads((home / "stanzascope" / "viewer.json").read_text(encoding="utf-8"))
    assert settings["theme"] == "light"
    assert settings["filter_history"][0] == "xmpp.iq"


def test_a_click_on_a_column_sorts(display, capture):
    window = Window(display, capture)
    window.click(640, 76)  # over "summary"
    state = window.quit()
    assert state["sort"], "a column was hit"
    summaries = [row["summary"] for row in state["rows"]]
    assert summaries == sorted(summaries)


def test_the_proxy_opens_the_viewer_on_its_recording(display, tmp_path):
    env = dict(os.environ, DISPLAY=display, LIBGL_ALWAYS_SOFTWARE="1")
    proxy = Proxy(tmp_path, "--upstream", "127.0.0.1:9", "--view", env=env, direct_tls=False)

    def xdotool(*arguments):
        return subprocess.run(["xdotool", *arguments], env=env, capture_output=True, text=True, timeout=60, check=True).stdout

    window = xdotool("search", "--sync", "--onlyvisible", "--name", "proxy.pcapng").split()[0]
    assert proxy.stop() == 0
    with socket.socket() as again:  # the viewer has not inherited the proxy's port
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", proxy.port))
        again.listen()
    xdotool("windowfocus", "--sync", window)
    xdotool("key", "--delay", KEY_DELAY_MS, "ctrl+q")
    for _ in range(100):
        left = subprocess.run(["xdotool", "search", "--name", "proxy.pcapng"], env=env, capture_output=True, text=True,
                              timeout=60, check=False)
        if not left.stdout.strip():
            return
        time.sleep(0.2)
    raise AssertionError("the viewer does not close")


def test_without_a_display_it_says_how(capture):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run([BIN / "stanzascope-viewer", capture], env=env, capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 3
    assert "--screenshot" in done.stderr


def test_a_screenshot_needs_no_display(capture, tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    picture = tmp_path / "picture.png"
    subprocess.run([BIN / "stanzascope-viewer", capture, "--screenshot", picture, "--size", "800x500"], env=env,
                   timeout=60, check=True)
    header = picture.read_bytes()[:24]
    assert header[1:4] == b"PNG"
    assert int.from_bytes(header[16:20], "big") == 800
    assert int.from_bytes(header[20:24], "big") == 500


def test_errors_have_their_exit_codes(capture):
    def run(*arguments):
        return subprocess.run([BIN / "stanzascope-viewer", *arguments], capture_output=True, text=True, timeout=60,
                              check=False)

    assert run("--help").returncode == 0
    assert run("--version").stdout.startswith("stanzascope-viewer ")
    assert run("--no-such-option").returncode == 2
    assert run("/does/not/exist.pcapng", "--screenshot", "x.png").returncode == 3
    faulty = run(capture, "--screenshot", "x.png", "--filter", "xmpp.form == 1")
    assert faulty.returncode == 2
    assert "^" in faulty.stderr


def test_the_tools_of_this_test_are_there():
    for tool in ("Xvfb", "xdotool"):
        assert shutil.which(tool), f"{tool} is missing; ./dev test installs it"
