"""Real clients: slixmpp, @xmpp/client, go-sendxmpp, libstrophe, profanity. Each tells what happened as JSON objects or output lines."""
import json
import subprocess
import time
from pathlib import Path

from .process import Process
from .servers import require
from .terminal import TerminalProcess

HERE = Path(__file__).resolve().parent.parent
XMPP_CLIENT = "@xmpp/client@0.14.0"


def node_modules(folder):
    """Installs @xmpp/client into the folder once, and returns the folder."""
    folder = Path(folder)
    if not (folder / "node_modules/@xmpp/client/package.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        done = subprocess.run([require("npm"), "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", XMPP_CLIENT],
                              cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"npm install {XMPP_CLIENT} failed:\n{done.stdout}{done.stderr}"
    return folder


class JsonClient(Process):
    """A client that prints JSON lines."""

    def events(self):
        events = []
        for line in self.output().splitlines():
            if line.startswith("{"):
                try:
                    events.append(json.loads(line))
                except json.JSONDecodeError:
                    pass  # a line being written
        return events

    def seen(self, event, **facts):
        return [e for e in self.events() if e["event"] == event and all(e.get(k) == v for k, v in facts.items())]


def slixmpp(folder, name, port, user, password, *actions, domain, ca=None, direct_tls=False, plain=False, plugins=(), mechanism=None, stdin=None):
    arguments = ["/usr/bin/python3", HERE / "clients/slixmpp_client.py", "--jid", f"{user}@{domain}/{name}" if user else domain, "--password", password,
                 "--port", port]
    if ca:
        arguments += ["--ca", ca]
    arguments += ["--direct-tls"] * direct_tls + ["--plain"] * plain
    if mechanism:
        arguments += ["--mechanism", mechanism]
    for plugin in plugins:
        arguments += ["--plugin", plugin]
    return JsonClient([*arguments, *actions], folder, f"slixmpp-{name}", stdin=stdin)


def xmppjs(folder, name, port, user, password, *actions, domain, ca, modules, direct_tls=False):
    service = f"{'xmpps' if direct_tls else 'xmpp'}://127.0.0.1:{port}"
    return JsonClient([require("node"), HERE / "clients/xmppjs_client.mjs", service, domain, user, password, *actions], folder,
                      f"xmppjs-{name}", env={"NODE_EXTRA_CA_CERTS": str(ca), "XMPP_CLIENT_FOLDER": str(modules)})


def go_sendxmpp(folder, name, port, user, password, to, text, *, domain, ca, direct_tls=False):
    message = Path(folder) / f"{name}.txt"
    message.write_text(text, encoding="utf-8")
    return Process([require("go-sendxmpp"), "-u", f"{user}@{domain}", "-p", password, "-j", f"127.0.0.1:{port}",
                    *(["-t"] if direct_tls else []), "-m", message, to], folder, f"go-sendxmpp-{name}",
                   env={"SSL_CERT_FILE": str(ca), "SSL_CERT_DIR": "/nonexistent", "HOME": str(folder)})


def strophe_program(folder):
    """Compiles the libstrophe client into the folder once."""
    source, program = HERE / "clients/strophe_client.c", Path(folder) / "strophe_client"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        program.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([require("cc"), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", program, source, "-lstrophe"],
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{source} does not compile (is libstrophe-dev installed?):\n{done.stderr}"
    return program


def strophe(folder, name, port, user, password, *actions, domain, ca, program):
    return JsonClient([program, "127.0.0.1", port, ca, f"{user}@{domain}/{name}", password, *actions], folder, f"strophe-{name}")


class Profanity(TerminalProcess):
    """profanity on a terminal, logged in when wait_for("logged in") returns."""

    def __init__(self, folder, port, user, password, *, domain, ca):
        home = Path(folder) / f"profanity-{user}"
        for part in ("config", "data"):
            (home / part / "profanity").mkdir(parents=True)
        (home / "data/profanity/accounts").write_text(
            f"[{user}]\nenabled=true\njid={user}@{domain}\nserver=127.0.0.1\nport={port}\nresource=profanity\npassword={password}\n"
            f"tls.policy=force\nmuc.service=rooms.{domain}\nmuc.nick={user}\n")
        (home / "config/profanity/profrc").write_text("[notifications]\nmessage=false\nroom=off\ninvite=false\nsub=false\n")
        super().__init__([require("profanity"), "-a", user, "-l", "DEBUG", "-f", home / "profanity.log"], folder, f"profanity-{user}",
                         env={"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data"),
                              "SSL_CERT_FILE": str(ca), "DBUS_SESSION_BUS_ADDRESS": "disabled:"})

    def do(self, *lines, pause=0.4):
        """Types each line, and gives the server's answer time to come: what is drawn does not say that it is there."""
        for line in lines:
            self.type(line)
            time.sleep(pause)
