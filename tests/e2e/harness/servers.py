"""Real servers on loopback with unprivileged ports: Prosody and ejabberd."""
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from .process import Process, free_port, listens, make_reachable, wait_until

DOMAIN = "verona.example"
USERS = {"juliet": "s3cr3t-balcony", "romeo": "s3cr3t-orchard"}


def require(program):
    """The program's path. A test that needs it fails where it is missing; it never skips."""
    path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/usr/bin")
    assert path, f"{program} is not installed; ./dev test installs it"
    return path


def _as_user(user, folder):
    """A command prefix that drops root for a server that refuses to run as root, and hands it the folder."""
    if os.geteuid() != 0:
        return []
    entry = pwd.getpwnam(user)
    for path in [Path(folder), *Path(folder).rglob("*")]:
        os.chown(path, entry.pw_uid, entry.pw_gid)
    make_reachable(folder)
    return [require("setpriv"), "--reuid", user, "--regid", str(entry.pw_gid), "--clear-groups", "--"]


class Server:
    """What the two have in common: ports, a certificate, users, a process that can be restarted."""

    def __init__(self, folder, certificate, domain=DOMAIN, users=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.domain = domain
        self.users = users or USERS
        self.port = free_port()
        self.tls_port = free_port()
        self.certificate, self.key = certificate
        self.process = None

    def start(self):
        self._launch()
        wait_until(lambda: (listens(self.port) and listens(self.tls_port)) or self._check_alive(), 40,
                   f"{self.process.name} listening")
        return self

    def _check_alive(self):
        assert self.process.running(), f"{self.process.name} ended:\n{self.process.output()[-3000:]}"
        return False

    def stop(self, **arguments):
        if self.process is not None:
            self.process.stop(**arguments)
            self.process = None

    def restart(self, **arguments):
        self.stop(**arguments)
        return self.start()


class Prosody(Server):
    name = "prosody"

    MODULES = ("roster", "saslauth", "tls", "disco", "carbons", "pep", "private", "blocklist", "vcard_legacy", "version", "uptime",
               "time", "ping", "mam", "csi_simple", "smacks", "vcard4", "lastactivity", "offline", "bookmarks")

    # Sends everybody who has encrypted, but not logged in, to another host.
    SEND_ELSEWHERE = """
local st = require "util.stanza"
module:hook("stream-features", function(event)
  local session = event.origin
  if not session.secure or session.username then return end
  session:close(st.stanza("stream:error")
    :tag("see-other-host", { xmlns = "urn:ietf:params:xml:ns:xmpp-streams" }):text("mantua.example:5222"))
  return true
end, 1000)
"""

    def __init__(self, *arguments, without=(), elsewhere=False, plain=False, debug=False, **keywords):
        """plain: logins without TLS are taken, too; debug: every stanza is in the log."""
        super().__init__(*arguments, **keywords)
        self.plain, self.debug = plain, debug
        self.modules = [module for module in self.MODULES if module not in without]
        if debug:
            self.modules.append("stanza_debug")
        if elsewhere:
            (self.folder / "mod_send_elsewhere.lua").write_text(self.SEND_ELSEWHERE)
            self.modules.append("send_elsewhere")
        self.http_port = free_port()

    def _launch(self):
        data = self.folder / "data"
        accounts = data / self.domain.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        for user, password in self.users.items():
            file = accounts / f"{user}.dat"
            if not file.exists():
                file.write_text(f'return {{ ["password"] = "{password}"; }};\n')
        config = self.folder / "prosody.cfg.lua"
        config.write_text(f"""
-- made by the tests
pidfile = "{self.folder}/prosody.pid"
data_path = "{data}"
plugin_paths = {{ "{self.folder}" }}
daemonize = false
log = {{ {"debug" if self.debug else "info"} = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.port} }}
c2s_direct_tls_ports = {{ {self.tls_port} }}
s2s_ports = {{ }}
modules_disabled = {{ "s2s" }}
modules_enabled = {{ {", ".join(f'"{module}"' for module in self.modules)} }}
authentication = "internal_plain"
storage = "internal"
c2s_require_encryption = {str(not self.plain).lower()}
allow_unencrypted_plain_auth = {str(self.plain).lower()}
limits = {{ }}
http_ports = {{ {self.http_port} }}
http_interfaces = {{ "127.0.0.1" }}
https_ports = {{ }}
http_external_url = "https://upload.{self.domain}/"
c2s_direct_tls_ssl = {{ certificate = "{self.certificate}", key = "{self.key}" }}  -- for clients that send no SNI
VirtualHost "{self.domain}"
  ssl = {{ certificate = "{self.certificate}", key = "{self.key}" }}
  disco_items = {{ {{ "upload.{self.domain}", "files" }} }}
VirtualHost "guests.{self.domain}"
  authentication = "anonymous"
  ssl = {{ certificate = "{self.certificate}", key = "{self.key}" }}
Component "rooms.{self.domain}" "muc"
  modules_enabled = {{ "muc_mam" }}
Component "upload.{self.domain}" "http_file_share"
""")
        self.process = Process([*_as_user("prosody", self.folder), require("prosody"), "-F", "--config", config], self.folder, "prosody")


class Ejabberd(Server):
    name = "ejabberd"

    def __init__(self, *arguments, without=(), debug=False, client_ca=None, **keywords):
        """debug: every stanza is in the log. client_ca: clients whose certificate it signed may log in by EXTERNAL."""
        super().__init__(*arguments, **keywords)
        self.without, self.debug, self.client_ca = without, debug, client_ca

    def _launch(self):
        pem = self.folder / "server.pem"
        pem.write_text(Path(self.certificate).read_text() + Path(self.key).read_text())
        config = self.folder / "ejabberd.yml"
        verify = f', tls_verify: true, cafile: "{self.client_ca}"' if self.client_ca else ""
        config.write_text(f"""
hosts: ["{self.domain}"]
loglevel: {"debug" if self.debug else "info"}
certfiles: ["{pem}"]
listen:
  - {{port: {self.port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true, starttls_required: true{verify}}}
  - {{port: {self.tls_port}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true{verify}}}
auth_method: internal
auth_password_format: plain
acl: {{local: {{user_regexp: ""}}}}
access_rules: {{local: {{allow: local}}, c2s: {{allow: all}}}}
modules: {{mod_roster: {{}}, mod_disco: {{}}, mod_ping: {{}}, mod_carboncopy: {{}},{"" if "stream_mgmt" in self.without else " mod_stream_mgmt: {},"} mod_version: {{}},
  mod_vcard: {{}}, mod_private: {{}}, mod_last: {{}}, mod_time: {{}}, mod_blocking: {{}}, mod_privacy: {{}}, mod_caps: {{}},
  mod_pubsub: {{plugins: [flat, pep]}}, mod_client_state: {{}}, mod_mam: {{default: always}}, mod_offline: {{}},
  mod_muc: {{host: "rooms.{self.domain}", default_room_options: {{mam: true}}}},
  mod_http_upload: {{host: "upload.{self.domain}", docroot: "{self.folder}/upload", put_url: "https://upload.{self.domain}:5443/upload"}}}}
""")
        library = subprocess.run(["dpkg-query", "-L", "ejabberd"], capture_output=True, text=True, check=True).stdout
        ebin = next(line for line in library.splitlines() if line.endswith("/ebin"))
        registered = ",".join(
            f'ejabberd_auth:try_register(<<"{user}">>,<<"{self.domain}">>,<<"{password}">>)'
            for user, password in self.users.items())
        (self.folder / "mnesia").mkdir(exist_ok=True)
        prefix = _as_user("ejabberd", self.folder)
        # No -sname: a node without a name needs no epmd and opens no port of its own.
        self.process = Process(
            [*prefix, require("erl"), "-noinput", "-pa", ebin, "-mnesia", "dir", f'"{self.folder}/mnesia"',
             "-s", "ejabberd", "-eval", f'{registered},io:format("users are ready~n").'],
            self.folder, "ejabberd",
            env={"EJABBERD_CONFIG_PATH": str(config), "EJABBERD_LOG_PATH": str(self.folder / "ejabberd-node.log"),
                 "ERL_LIBS": str(Path(ebin).parent.parent), "HOME": str(self.folder), "ERL_CRASH_DUMP": "/dev/null",
                 "SPOOL_DIR": str(self.folder)})

    def start(self):
        super().start()
        self.process.wait_for("users are ready", 40)
        return self
