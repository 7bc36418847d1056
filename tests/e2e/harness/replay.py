"""`stanzascope replay --as server` on a free port, with a configuration folder of its own."""
import re
from pathlib import Path

from .process import Process
from .proxy import BIN


class ReplayServer(Process):
    def __init__(self, folder, recording, *arguments, name="replay"):
        self.confdir = Path(folder) / "conf"
        super().__init__([BIN / "stanzascope", "replay", recording, "--as", "server", "--listen", "127.0.0.1:0", "--confdir",
                          self.confdir, *arguments], folder, name)
        self.wait_for("listening on")
        self.port = int(re.search(r"listening on 127\.0\.0\.1:(\d+)", self.output())[1])

    @property
    def ca(self):
        return self.confdir / "stanzascope-ca-cert.pem"

    def finish(self):
        """Its log; it must end with 0."""
        code = self.stop()
        assert code == 0, f"the replay ended with {code}:\n{self.output()[-3000:]}"
        return self.output()
