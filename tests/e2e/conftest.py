"""Fixtures: a throw-away CA, one Prosody and one ejabberd per run, a proxy per test."""
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import clients  # noqa: E402
from harness.pki import Pki  # noqa: E402
from harness.proxy import ROOT, Proxy  # noqa: E402
from harness.servers import DOMAIN, Ejabberd, Prosody  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """A folder of this run's own. In pytest's common one each run that starts takes the right to pass through away from
    the users that another run's servers are, which then find no account any more."""
    if config.option.basetemp is None:
        config.own_folder = config.option.basetemp = tempfile.mkdtemp(prefix="stanzascope-e2e-")


def pytest_sessionfinish(session, exitstatus):
    """What a failure left behind stays to be looked at."""
    folder = getattr(session.config, "own_folder", None)
    if folder and exitstatus == 0:
        shutil.rmtree(folder, ignore_errors=True)
    elif folder:
        print(f"\nits files: {folder}", file=sys.stderr)


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"))


def _server(kind, pki, tmp_path_factory):
    server = kind(tmp_path_factory.mktemp(kind.name), pki.leaf(DOMAIN))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def prosody(pki, tmp_path_factory):
    yield from _server(Prosody, pki, tmp_path_factory)


@pytest.fixture(scope="session")
def ejabberd(pki, tmp_path_factory):
    yield from _server(Ejabberd, pki, tmp_path_factory)


@pytest.fixture(scope="session")
def node_modules():
    return clients.node_modules(ROOT / "build/e2e")


@pytest.fixture
def processes():
    """Whatever a test appends here is stopped when it ends."""
    started = []
    yield started
    for process in reversed(started):
        process.stop()


@pytest.fixture
def make_proxy(tmp_path, pki, processes):
    """make_proxy(server, …): a proxy in front of that server, its certificate trusted."""

    def make(server, *arguments, trust=True, port=None, **keywords):
        upstream = ["--upstream", f"127.0.0.1:{port or server.port}"]
        trusted = ["--upstream-ca", pki.ca] if trust else []
        proxy = Proxy(tmp_path, *upstream, *trusted, *arguments, **keywords)
        processes.append(proxy)
        return proxy

    return make
