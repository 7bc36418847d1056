"""docs/CLI.md is what the commands say of themselves today."""
import subprocess
import sys

from harness.proxy import ROOT


def test_the_reference_is_what_help_prints():
    done = subprocess.run([sys.executable, ROOT / "tools/cli_reference.py", "--check"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
