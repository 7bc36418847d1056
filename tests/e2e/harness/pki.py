"""Certificates for the servers of the tests: a throw-away CA and leaves, made with openssl."""
import subprocess
from pathlib import Path

from .process import make_reachable


def _openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


class Pki:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        make_reachable(self.folder)
        self.ca = self.folder / "ca.pem"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                 "-out", "ca.pem", "-days", "30", "-subj", "/CN=Test CA of stanzascope", cwd=self.folder)

    def leaf(self, domain, days=30):
        """(certificate, key) for a domain, signed by the CA. Negative days: already expired."""
        cert, key = self.folder / f"{domain}.crt", self.folder / f"{domain}.key"
        if not cert.exists():
            request, extensions = f"{domain}.csr", f"{domain}.ext"
            (self.folder / extensions).write_text(
                f"subjectAltName=DNS:{domain},DNS:*.{domain}\nextendedKeyUsage=serverAuth\n")
            _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key.name,
                     "-out", request, "-subj", f"/CN={domain}", cwd=self.folder)
            _openssl("x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-out", cert.name, "-days", str(days), "-extfile", extensions, cwd=self.folder)
            key.chmod(0o644)  # servers of the tests run as users of their own
        return cert, key
