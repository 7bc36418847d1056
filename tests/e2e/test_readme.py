"""The README's own commands, run as they stand there; only folders and ports are this test's own."""
import os
import re
import subprocess

from harness.process import Process, free_port, make_reachable, wait_until
from harness.proxy import BIN, ROOT, inspect
from harness.servers import require

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(heading):
    """The code blocks below a heading, up to the next one."""
    section = README.split(f"{heading}\n", 1)[1]
    section = re.split(r"\n#+ (?=[A-Z])", section, maxsplit=1)[0]
    return re.findall(r"```\n(.*?)```", section, re.S)


def test_a_server_of_your_own_from_nothing(tmp_path, processes):
    make_reachable(tmp_path)
    proxy_port, server_port = free_port(), free_port()
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home)}
    env.pop("XDG_DATA_HOME", None)

    def ours(block):
        block = block.replace("/tmp/first", str(tmp_path / "first")).replace("15222", str(server_port))
        block = re.sub(r"\b5222\b", str(proxy_port), block)
        return block.replace("build/bin/", f"{BIN}/")

    server, proxy, client = map(ours, blocks("### A server of your own, from nothing"))
    # The server is started in the background by the block; here it has to be ended by pid, so it stays in front.
    script = server.rstrip().removesuffix("> prosody.log 2>&1 &")
    assert script != server.rstrip(), "the block no longer ends by starting Prosody"
    require("prosody")
    processes.append(Process(["bash", "-ec", script.replace("\nprosody ", "\nexec prosody ")], tmp_path, "prosody", env=env))
    processes[-1].wait_for("Certificates loaded")
    proxy_process = Process(["bash", "-ec", "exec " + proxy.strip()], tmp_path, "proxy", env=env)
    processes.append(proxy_process)
    proxy_process.wait_for("listening on")
    done = subprocess.run(["bash", "-ec", client], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr + proxy_process.output()
    wait_until(lambda: "good night" in proxy_process.output(), 5, "the message on the proxy's terminal:\n" + proxy_process.output())
    wait_until(lambda: "● closed" in proxy_process.output(), 5, "the end of the connection:\n" + proxy_process.output())
    assert proxy_process.stop() == 0
    events = inspect(tmp_path / "first/session.pcapng")
    assert any(e.get("kind") == "message" and e["direction"] == "c2s" for e in events)
    assert events[-1]["event"] == "closed" and events[-1]["how"] == "finished", events[-1]


def test_play_it_again(tmp_path, processes):
    server_block, send_block, edit_block, client_block = blocks("## Play it again")
    home, port = tmp_path / "home", free_port()
    home.mkdir()
    env = {**os.environ, "HOME": str(home)}
    env.pop("XDG_DATA_HOME", None)
    (tmp_path / "session.pcapng").write_bytes((ROOT / "captures/samples/prosody-gosendxmpp-directtls.pcapng").read_bytes())

    def ours(block):
        block = re.sub(r"\b(5322|15222)\b", str(port), block).replace("build/bin/", f"{BIN}/")
        return block.replace("/tmp/first/cert.pem", str(home / ".local/share/stanzascope/stanzascope-ca-cert.pem"))

    export, serve_text = ours(edit_block).strip().splitlines()
    assert subprocess.run(["bash", "-ec", export], env=env, cwd=tmp_path, timeout=60).returncode == 0
    for number, serve in enumerate((ours(server_block), serve_text)):
        server = Process(["bash", "-ec", "exec " + serve.strip()], tmp_path, f"replay-{number}", env=env)
        processes.append(server)
        server.wait_for("listening on")
        done = subprocess.run(["bash", "-ec", ours(send_block)], env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "juliet" in server.output(), done.stderr + server.output()
        done = subprocess.run(["bash", "-ec", ours(client_block)], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "0 differ, 0 did not come" in done.stdout, done.stdout + done.stderr + server.output()
        assert (tmp_path / "result.xml").exists()
        assert server.stop() == 0


def test_keep_it_teach_with_it_share_it(tmp_path):
    block, = blocks("## Keep it, teach with it, share it")
    (tmp_path / "session.pcapng").write_bytes((ROOT / "captures/samples/prosody-gosendxmpp-directtls.pcapng").read_bytes())
    for line in block.strip().replace("build/bin/", f"{BIN}/").splitlines():
        if "dump.pcap" in line:
            continue  # somebody else's
        done = subprocess.run(["bash", "-ec", line], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 or (" diff " in line and done.returncode == 1), line + done.stdout + done.stderr
    assert {p.name for p in tmp_path.iterdir()} >= {"lesson.html", "report.md", "session.txt", "edited.pcapng", "share.pcapng"}
    assert b"juliet" not in (tmp_path / "share.pcapng").read_bytes()


def test_every_file_and_command_that_the_readme_names_exists():
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
    for folder in re.findall(r"^\| `([a-z/]+)`", README, re.M):
        assert (ROOT / folder).is_dir(), folder
    help_text = subprocess.run([BIN / "stanzascope", "--help"], capture_output=True, text=True, check=True).stdout
    for command in set(re.findall(r"build/bin/stanzascope ([a-z]+)", README)):
        assert f"\n  {command}" in help_text, command
