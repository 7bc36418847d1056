"""Long recordings as people run them: rotated, in a ring, compressed, of one user; killed, and on a full disk."""
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from harness.process import wait_until
from harness.proxy import BIN, inspect, stanzascope
from harness.raw import RawClient
from harness.servers import DOMAIN, USERS

BODY = "x" * 3000


class Talker(threading.Thread):
    """Sends itself numbered messages through the proxy and waits for each, until it is told to stop."""

    def __init__(self, proxy, user="juliet", count=10**6, pause=0.0):
        super().__init__(daemon=True)
        self.client = RawClient(proxy.tls_port, proxy.ca)
        self.client.log_in(user, USERS[user])
        self.client.send(b"<presence/>")
        self.user, self.count, self.pause = user, count, pause
        self.said, self.error, self.ending = 0, None, threading.Event()
        self.start()

    def run(self):
        try:
            for number in range(self.count):
                if self.ending.is_set():
                    break
                self.client.send(f"<message to='{self.user}@{DOMAIN}/raw' type='chat'><body>{number}:{BODY}</body></message>".encode())
                self.client.read_until(f">{number}:".encode())
                self.said = number + 1
                time.sleep(self.pause)
        except (OSError, AssertionError) as error:
            self.error = error

    def stop(self):
        self.ending.set()
        self.join(30)
        self.client.close()


def record(make_proxy, prosody, folder, *arguments, name="part.pcapng"):
    folder.mkdir(exist_ok=True)
    return make_proxy(prosody, "--write", folder / name, *arguments, write=False)


def numbers(files, direction="c2s"):
    """Numbers of the messages in the files, in their order."""
    found = []
    for file in files:
        done = subprocess.run([str(BIN / "stanzascope"), "inspect", "--xml", "--time", "utc", "-Y", "xmpp.message", str(file)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 3), done.stderr
        current = None
        for line in done.stdout.splitlines():
            side = re.search(r"Z #\d+ ([▶◀]) message", line)
            if side:
                current = "c2s" if side[1] == "▶" else "s2c"
            body = re.search(r"<body>(\d+):x", line)
            if body and current == direction:
                found.append(int(body[1]))
    return found


def test_a_rotated_recording_loses_nothing_and_each_file_is_whole(prosody, make_proxy, tmp_path):
    proxy = record(make_proxy, prosody, tmp_path / "r", "--rotate-size", "64K")
    talker = Talker(proxy, count=100)
    talker.join(60)
    talker.client.close()
    assert talker.error is None and talker.said == 100
    proxy.finish()
    files = sorted((tmp_path / "r").iterdir())
    assert len(files) >= 8, files
    assert files[0].name == "part-00001.pcapng"
    assert numbers(files) == list(range(100))
    for file in files:
        events = inspect(file)
        kinds = [e.get("kind") for e in events]
        assert "header" in kinds and "sasl" in kinds, "the handshake is in every file"
        assert not [f for e in events for f in e["findings"] if f["severity"] == "error"]
    # Wireshark takes each of them by itself.
    done = subprocess.run(["tshark", "-r", str(files[3]), "-Y", "xmpp.message", "-T", "fields", "-e", "frame.number"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and len(done.stdout.split()) >= 10, done.stderr


def test_a_ring_keeps_the_newest_files_and_they_are_compressed(prosody, make_proxy, tmp_path):
    proxy = record(make_proxy, prosody, tmp_path / "r", "--rotate-size", "64K", "--ring", "3", "--compress")
    talker = Talker(proxy, count=100)
    talker.join(60)
    talker.client.close()
    proxy.finish()
    files = sorted((tmp_path / "r").iterdir())
    assert len(files) == 3 and all(file.name.endswith(".pcapng.zst") for file in files), files
    found = numbers(files)
    assert found == list(range(found[0], 100)), "what is kept has no hole"
    # Every command reads them as they are.
    stanzascope("export", files[0], "--transcript", "-o", tmp_path / "t.txt")
    merged = tmp_path / "m.pcapng"
    stanzascope("merge", *files, "-o", merged)
    assert numbers([merged]) == found


def test_names_take_the_time_and_age_rotates(prosody, make_proxy, tmp_path):
    proxy = record(make_proxy, prosody, tmp_path / "r", "--rotate-every", "1s", name="%Y%m%d-%H%M%S.pcapng")
    talker = Talker(proxy, pause=0.05)
    time.sleep(3.5)
    talker.stop()
    proxy.finish()
    files = sorted((tmp_path / "r").iterdir())
    assert len(files) >= 3 and all(re.fullmatch(r"\d{8}-\d{6}\.pcapng", file.name) for file in files), files
    assert numbers(files) == list(range(talker.said))


def test_a_record_filter_keeps_one_user_with_the_whole_login(prosody, make_proxy, tmp_path):
    proxy = record(make_proxy, prosody, tmp_path / "r", "--record-filter", 'xmpp.to contains "romeo@"')
    talkers = [Talker(proxy, "juliet", count=5), Talker(proxy, "romeo", count=5)]
    for talker in talkers:
        talker.join(60)
        talker.client.close()
        assert talker.error is None
    proxy.finish()
    events = inspect(tmp_path / "r" / "part.pcapng")
    assert {e["connection"] for e in events} == {2}
    kinds = [e.get("kind") or e.get("event") for e in events]
    assert kinds[0] == "opened" and kinds.count("header") >= 4 and kinds.count("sasl") == 2
    assert kinds.count("message") == 10
    # What was said between the handshake and the first match is there, too.
    assert kinds.count("presence") >= 1 and "dropped" not in kinds, kinds


def test_kill_9_while_files_change_costs_at_most_the_last_100_ms(prosody, make_proxy, tmp_path):
    for attempt in range(3):
        folder = tmp_path / f"r{attempt}"
        proxy = record(make_proxy, prosody, folder, "--rotate-size", "64K", "--compress")
        talker = Talker(proxy)
        wait_until(lambda: len(list(folder.iterdir())) > 4 + attempt, 30, "some files")
        time.sleep(0.013 * attempt)
        said = talker.said
        time.sleep(0.15)
        proxy.stop(how=signal.SIGKILL)
        talker.ending.set()
        talker.join(30)
        files = sorted(file for file in folder.iterdir() if not file.name.endswith(".part"))
        # A file and its compressed twin may both be there for a moment; the twin is whole then.
        files = [file for file in files if not (file.parent / (file.name + ".zst")).exists()]
        found = numbers(files)
        assert found == list(range(len(found))), "no hole, nothing twice"
        assert len(found) >= said, (len(found), said)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB. Only root can have one."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
        yield folder
        subprocess.run(["umount", "-l", folder], check=True)
    else:
        pytest.fail("this test mounts a small tmpfs, and needs root for it")


def test_a_disk_that_fills_up_during_rotation_never_stops_the_relay(prosody, make_proxy, small_disk):
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * 700 * 1024)
    proxy = record(make_proxy, prosody, small_disk, "--rotate-size", "64K", "--compress")
    talker = Talker(proxy, pause=0.02)
    wait_until(lambda: "RECORDING STOPPED" in proxy.output(), 60, "the failure in the log:\n" + proxy.output())
    assert "no space left" in proxy.output()
    said = talker.said
    wait_until(lambda: talker.said > said + 20 or talker.error, 30, "the relay going on")
    assert talker.error is None
    filler.unlink()
    wait_until(lambda: "recording goes on" in proxy.output(), 30, "recording again:\n" + proxy.output())
    said = talker.said
    wait_until(lambda: talker.said > said + 20 or talker.error, 30, "the relay going on")
    talker.stop()
    assert talker.error is None
    proxy.finish()
    files = sorted(small_disk.iterdir())
    for file in files:
        inspect(file)  # whole: exit code 0
    found = numbers(files)
    assert found == sorted(set(found)), "nothing twice"
    assert found[-1] == talker.said - 1 and found[0] == 0


def test_a_second_writer_is_refused_and_the_first_goes_on(prosody, make_proxy, tmp_path):
    proxy = record(make_proxy, prosody, tmp_path / "r", "--rotate-size", "10M")
    talker = Talker(proxy, count=30)
    done = subprocess.run([str(BIN / "stanzascope"), "proxy", "--listen", "127.0.0.1:0", "--confdir", str(proxy.confdir),
                           "--force", "--write", str(tmp_path / "r" / "part-00001.pcapng")],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 3 and "is being written by another stanzascope" in done.stderr, done.stderr
    talker.join(60)
    talker.client.close()
    assert talker.error is None
    proxy.finish()
    assert numbers(sorted((tmp_path / "r").iterdir())) == list(range(30))


def test_wrong_options_are_said(tmp_path):
    for arguments, word in [(["--ring", "3"], "--write"), (["--write", "x", "--ring", "3"], "--rotate-size"),
                            (["--write", "x", "--rotate-size", "1"], "64K"), (["--write", "x", "--rotate-size", "many"], "many"),
                            (["--write", "x", "--record-filter", "xmpp.nothing"], "xmpp.nothing")]:
        done = subprocess.run([str(BIN / "stanzascope"), "proxy", "--confdir", str(tmp_path), *arguments], capture_output=True,
                              text=True, timeout=20)
        assert done.returncode == 2 and word in done.stderr, (arguments, done.stderr)


def test_split_is_undone_by_nothing_lost(tmp_path):
    sample = Path(__file__).resolve().parents[2] / "captures/samples/prosody-slixmpp-account.pcapng"
    stanzascope("split", sample, tmp_path / "p.pcapng", "--size", "20K")
    files = sorted(tmp_path.glob("p-*.pcapng"))
    assert len(files) == 3
    whole = [(e["direction"], e["offset"], e["name"]) for e in inspect(sample) if e["type"] == "element"]
    parts = [(e["direction"], e["offset"], e["name"]) for file in files for e in inspect(file) if e["type"] == "element"]
    assert set(parts) == set(whole)
    stanzascope("split", sample, tmp_path / "c.pcapng", "--by-connection", "--compress")
    assert [(e["direction"], e["offset"], e["name"]) for e in inspect(tmp_path / "c-c1.pcapng.zst") if e["type"] == "element"] == whole
