"""A certificate for the loopback names, made anew for each run."""

from .processes import prepare

_LOOPBACK = "DNS:localhost,IP:127.0.0.1,IP:::1"


class Certificate:
    def __init__(self, folder, names=_LOOPBACK):
        self.certificate = folder / "cert.pem"
        self.key = folder / "key.pem"
        prepare([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", f"subjectAltName={names}",
            "-keyout", str(self.key), "-out", str(self.certificate),
        ])

    def environment(self):
        """Variables by which the clients trust this certificate and no other."""
        path = str(self.certificate)
        return {"SSL_CERT_FILE": path, "SSL_CERT_DIR": "/nonexistent", "GIT_SSL_CAINFO": path}
