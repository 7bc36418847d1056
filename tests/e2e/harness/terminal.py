"""A child on a terminal of its own (pty), for programs that are driven by typing."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from pathlib import Path

from .process import Process

_SEQUENCES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])")


class TerminalProcess(Process):
    """What it draws goes to the log, as it came; output() is without the escape sequences."""

    def __init__(self, arguments, folder, name, env=None):
        self.name = name
        self.log = Path(folder) / f"{name}.log"
        self._log_file = open(self.log, "wb", buffering=0)
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self.child = subprocess.Popen([str(a) for a in arguments], stdin=inner, stdout=inner, stderr=inner, cwd=folder,
                                      env={**os.environ, "TERM": "xterm", **(env or {})}, start_new_session=True)
        os.close(inner)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        try:
            while data := os.read(self._terminal, 65536):
                self._log_file.write(data)
        except OSError:  # the child has closed its side
            pass

    def output(self):
        return _SEQUENCES.sub("", super().output())

    def type(self, line):
        os.write(self._terminal, line.encode() + b"\r")

    def wait(self, seconds=20):
        code = super().wait(seconds)
        self._reader.join(seconds)
        return code

    def stop(self, **arguments):
        running = self.running()
        code = super().stop(**arguments) if running else self.child.returncode
        self._reader.join(5)
        os.close(self._terminal)
        self._log_file.close()
        return code
