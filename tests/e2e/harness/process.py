"""Child processes of the tests: started in a folder of their own, watched, ended by pid."""
import os
import signal
import socket
import subprocess
import time
from pathlib import Path


def free_port():
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds, what):
    """Calls condition() until it is true; raises with `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.03)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


def make_reachable(folder):
    """Lets other users pass through our own folders above this one: servers of the tests run as users of their own."""
    for path in [Path(folder), *Path(folder).parents]:
        if path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o011 != 0o011:
            path.chmod(path.stat().st_mode | 0o011)


def listens(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False


class Process:
    """A child whose output goes to a file that the test can read while it runs."""

    def __init__(self, arguments, folder, name, env=None, stdin=None):
        self.name = name
        self.log = Path(folder) / f"{name}.log"
        self._log_file = open(self.log, "wb")
        self.child = subprocess.Popen(
            [str(a) for a in arguments], stdin=stdin or subprocess.DEVNULL, stdout=self._log_file,
            stderr=subprocess.STDOUT, cwd=folder, env={**os.environ, **(env or {})}, start_new_session=True)

    @property
    def pid(self):
        return self.child.pid

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def running(self):
        return self.child.poll() is None

    def wait_for(self, text, seconds=15):
        def seen():
            if text in self.output():
                return True
            assert self.running(), f"{self.name} ended with {self.child.returncode}:\n{self.output()}"
            return False
        wait_until(seen, seconds, f"“{text}” in the output of {self.name}:\n{self.output()[-3000:]}")

    def wait(self, seconds=20):
        """The exit code; fails when the child does not end by itself."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end in {seconds} s:\n{self.output()[-3000:]}") from None

    def stop(self, how=signal.SIGTERM, seconds=10):
        """Ends the child (and only it, with the children in its own process group) and returns its exit code."""
        if self.running():
            self.child.send_signal(how)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        try:  # what it left behind, e.g. a forked emulator
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        self._log_file.close()
        return self.child.returncode
