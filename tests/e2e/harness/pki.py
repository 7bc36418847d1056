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

    def client(self, jid):
        """A PEM file with a client's certificate for that address (RFC 6120 §13.7.1.4), and its key."""
        name = jid.replace("@", "-at-")
        pem = self.folder / f"{name}.pem"
        if not pem.exists():
            (self.folder / f"{name}.ext").write_text(f"subjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:{jid}\nextendedKeyUsage=clientAuth\n")
            _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", f"/CN={name}", cwd=self.folder)
            _openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.crt",
                     "-days", "30", "-extfile", f"{name}.ext", cwd=self.folder)
            pem.write_text((self.folder / f"{name}.crt").read_text() + (self.folder / f"{name}.key").read_text())
        return pem
