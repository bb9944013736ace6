"""A certificate authority of the tests' own."""

import collections
import shutil
import subprocess

from harness.tools import foreign_environment, program, scratch_directory


Chain = collections.namedtuple("Chain", "leaf issuer bundle key")


class Authority:
    """Makes server certificates that only somebody who was given `certificate` trusts."""

    def __init__(self):
        self.directory = scratch_directory("ca")
        self.certificate = self.directory / "ca.pem"
        self._key = self.directory / "ca.key"
        self._count = 0
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "60",
            "-subj", "/CN=Depesche test authority", "-keyout", self._key, "-out", self.certificate,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, *names, expired=False):
        """A certificate for DNS names and IP addresses: the paths of (chain, key), both PEM."""
        self._count += 1
        base = self.directory / f"server{self._count}"
        alternatives = ",".join(
            f"{'IP' if name.replace('.', '').isdigit() else 'DNS'}:{name}" for name in names)
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={names[0]}",
            "-keyout", f"{base}.key", "-out", f"{base}.csr")
        extensions = base.with_suffix(".ext")
        extensions.write_text(f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\n")
        # A negative life time makes a certificate that ended before it began: expired for every verifier.
        self._openssl(
            "x509", "-req", "-in", f"{base}.csr", "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
            "-days", "-1" if expired else "30", "-extfile", extensions, "-out", f"{base}.pem")
        return base.with_suffix(".pem"), base.with_suffix(".key")

    def issue_chain(self, name, expired=False):
        """A certificate by an issuer of its own that nobody knows, as a server presents both of them."""
        self._count += 1
        base = self.directory / f"chain{self._count}"
        issuer, issuer_key = f"{base}-issuer.pem", f"{base}-issuer.key"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "60",
            "-subj", f"/CN=Issuer {self._count}", "-keyout", issuer_key, "-out", issuer,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{base}.key", "-out", f"{base}.csr")
        extensions = base.with_suffix(".ext")
        extensions.write_text(f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")
        self._openssl(
            "x509", "-req", "-in", f"{base}.csr", "-CA", issuer, "-CAkey", issuer_key, "-CAcreateserial",
            "-days", "-1" if expired else "30", "-extfile", extensions, "-out", f"{base}.pem")
        bundle = base.with_suffix(".bundle")
        bundle.write_text(base.with_suffix(".pem").read_text() + open(issuer, encoding="ascii").read())
        return Chain(base.with_suffix(".pem"), issuer, bundle, base.with_suffix(".key"))

    def close(self):
        """Removes its keys and certificates."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def _openssl(self, *arguments):
        result = subprocess.run(
            [program("openssl"), *map(str, arguments)], env=foreign_environment(), capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
