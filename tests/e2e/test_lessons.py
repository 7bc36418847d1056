"""The lessons show what the program prints today."""
import subprocess
import sys

from harness.proxy import ROOT


def test_every_output_in_the_lessons_is_what_the_program_prints():
    done = subprocess.run([sys.executable, ROOT / "tools/lessons.py", "--check"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
