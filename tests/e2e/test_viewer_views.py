"""The views that take the table's place, in a real window: ladder, lesson, statistics, compare."""
import os
import subprocess
import time
from pathlib import Path

from test_viewer import BIN, Window, _capture, _display  # noqa: F401  (fixtures)

SAMPLES = Path(__file__).resolve().parents[2] / "captures" / "samples"


def test_the_ladder_walks_through_the_session_step_by_step(display):
    window = Window(display, SAMPLES / "prosody-slixmpp.pcapng")
    window.keys("shift+l", *["j"] * 6)
    state = window.quit()
    assert state["window_view"] == "ladder"
    view = state["view"]
    rows = [item["row"] for item in view["items"] if "row" in item]
    assert state["selection"]["row"] == rows[5]
    assert [item["heading"] for item in view["items"] if "heading" in item][:2] == ["Opening the stream", "Encryption"]
    assert view["caption"]["what"] and view["caption"]["why"] and view["caption"]["next"]
    assert any("partner" in item for item in view["items"])


def test_escape_returns_to_the_table(display):
    window = Window(display, SAMPLES / "prosody-slixmpp.pcapng", "--panel", "ladder")
    window.keys("j", "j", "Escape")
    state = window.quit()
    assert state["window_view"] == "table"
    assert state["selection"]["row"] == 1


def test_a_lesson_hides_asks_and_keeps_score(display):
    window = Window(display, SAMPLES / "prosody-slixmpp.pcapng")
    # opened, upstream, the client's header; the server's header is what is asked for
    window.keys("shift+t", "space", "space", "space")
    window.keys("1", "2", "3", "4")
    state = window.quit()
    view = state["view"]
    assert state["window_view"] == "lesson"
    assert view["step"] == 3
    assert view["question"]["text"] == "What must the server send now?"
    assert view["question"]["answers"][view["question"]["right"]] == "a stream header with an id"
    assert view["asked"] == 1, "the first answer counts"
    assert view["given"] == 0
    assert view["right"] == (1 if view["question"]["right"] == 0 else 0)


def test_statistics_count_what_the_filter_shows(display):
    window = Window(display, SAMPLES / "ejabberd-profanity.pcapng")
    window.keys("f")
    window.type("xmpp.iq")
    window.keys("Return", "shift+s")
    window.settle()
    state = window.quit()
    view = state["view"]
    assert state["window_view"] == "statistics"
    assert view["complete"]
    assert view["elements"]["c2s"] + view["elements"]["s2c"] == state["filter"]["shown"]
    assert view["requests"] == view["answers"] + view["unanswered"]


def test_a_time_dragged_in_the_overview_restricts_the_table(display):
    window = Window(display, SAMPLES / "ejabberd-profanity.pcapng")
    # The strip lies at the lower left, above the status line; 1200x760 is the window's size.
    window.xdotool("mousemove", "--window", window.id, "60", "700", "mousedown", "1")
    time.sleep(0.3)
    for x in ("80", "100", "120"):
        window.xdotool("mousemove", "--window", window.id, x, "700")
        time.sleep(0.2)
    window.xdotool("mouseup", "1")
    window.settle()
    state = window.quit()
    assert state["filter"]["time_range"], "nothing was dragged"
    assert 0 < state["filter"]["shown"] < state["totals"]["rows"]


def test_two_captures_are_compared(display):
    window = Window(display, SAMPLES / "prosody-slixmpp.pcapng", "--compare", SAMPLES / "ejabberd-slixmpp.pcapng")
    window.settle()
    window.keys("n")
    state = window.quit()
    view = state["view"]
    assert view["differences"] > 0
    assert [Path(side["file"]).name for side in view["sides"]] == ["prosody-slixmpp.pcapng", "ejabberd-slixmpp.pcapng"]
    first = next(i for i, row in enumerate(view["rows"]) if row["first"])
    assert view["selected"] > first, "n went on to the next difference"


def test_the_ladder_grows_with_a_live_capture(display, tmp_path):
    data = (SAMPLES / "demo.pcapng").read_bytes()
    growing = tmp_path / "growing.pcapng"
    growing.write_bytes(data[: len(data) // 2])
    window = Window(display, growing, "--follow", "--panel", "ladder")
    with growing.open("ab") as file:
        file.write(data[len(data) // 2:])
    time.sleep(1.5)
    state = window.quit()
    assert len([item for item in state["view"]["items"] if "row" in item]) == state["totals"]["rows"]
    assert any(item.get("heading") == "Goodbye" for item in state["view"]["items"])


def test_each_view_is_drawn_into_a_picture(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    sizes = set()
    for panel in ("table", "ladder", "statistics", "compare", "lesson"):
        picture = tmp_path / f"{panel}.png"
        subprocess.run([BIN / "stanzascope-viewer", SAMPLES / "prosody-slixmpp.pcapng", "--panel", panel, "--select",
                        "13", "--screenshot", picture, "--size", "1000x640"], env=env, timeout=60, check=True)
        assert picture.read_bytes()[1:4] == b"PNG"
        sizes.add(picture.stat().st_size)
    assert len(sizes) == 5, "five different pictures"
