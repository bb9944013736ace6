"""Object stores that speak S3, each of the test's own, on loopback."""

import contextlib
import json
import os
import shutil
import subprocess

from harness.tools import REPOSITORY, answers, cannot_run, foreign_environment, free_port, scratch_directory, wait_until

ACCESS_KEY = "AKIADEPESCHE"
SECRET_KEY = "a+secret/that=is+only/for/tests"
BUCKET = "depesche"


def installed(name):
    """The path of a program that comes with the tests' Python packages."""
    path = REPOSITORY / ".venv" / "bin" / name
    return str(path) if path.exists() else cannot_run(f"{name} is not in .venv (scripts/python-environment)")


class ObjectStore:
    """A store with one bucket and one pair of keys. With an authority, rclone speaks TLS."""

    def __init__(self, authority=None):
        self.directory = scratch_directory("s3")
        self.port = free_port()
        self.authority = authority
        self.tls = authority.issue("localhost") if authority else ()
        self.endpoint = f"https://localhost:{self.port}" if authority else f"http://127.0.0.1:{self.port}"
        self.log_path = self.directory / "log"
        self._process = None
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def start(self):
        """Starts it with the data that it had."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), env=foreign_environment(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)
        wait_until(
            lambda: self._process.poll() is not None or self.is_ready(),
            lambda: f"the store to start:\n{self.log_path.read_text(errors='replace')[-3000:]}", 60)
        assert self._process.poll() is None, self.log_path.read_text(errors="replace")[-3000:]
        return self

    def stop(self):
        """Kills it; its data stay."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def close(self):
        """Stops it and removes its data."""
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def is_ready(self):
        """Whether the bucket can be made, or is there."""
        return answers(self.port) and self.client(
            "mkdir", f"store:{BUCKET}", "--retries", "1", "--low-level-retries", "1", "--timeout", "10s").returncode == 0

    @property
    def pid(self):
        """The process id, while it runs."""
        return self._process.pid

    def client(self, *arguments, seconds=60, **options):
        """Runs rclone as a client of the store, which it knows as `store:`."""
        environment = foreign_environment() | {
            "RCLONE_CONFIG": os.devnull, "RCLONE_CONFIG_STORE_TYPE": "s3", "RCLONE_CONFIG_STORE_PROVIDER": "Other",
            "RCLONE_CONFIG_STORE_ENDPOINT": self.endpoint, "RCLONE_CONFIG_STORE_ACCESS_KEY_ID": ACCESS_KEY,
            "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY": SECRET_KEY, "RCLONE_CONFIG_STORE_REGION": "us-east-1"}
        return subprocess.run(
            [installed("rclone"), *(["--ca-cert", str(self.authority.certificate)] if self.authority else []),
             *map(str, arguments)], env=environment, cwd=self.directory, timeout=seconds,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options)

    def objects(self):
        """The sizes of all objects by their names."""
        listed = self.client("lsjson", "--recursive", "--files-only", f"store:{BUCKET}")
        assert listed.returncode == 0, listed.stderr.decode(errors="replace")
        return {entry["Path"]: entry["Size"] for entry in json.loads(listed.stdout)}

    @property
    def environment(self):
        """What a server is told of it."""
        return {
            "DEPESCHE_FILES": f"s3://{BUCKET}/depesche", "DEPESCHE_FILES_ENDPOINT": self.endpoint,
            "DEPESCHE_FILES_ACCESS_KEY": ACCESS_KEY, "DEPESCHE_FILES_SECRET_KEY": SECRET_KEY}


class SeaweedFS(ObjectStore):
    """`weed server` with master, volume, filer and S3 in one process."""

    name = "seaweedfs"

    def command(self):
        identities = self.directory / "identities.json"
        identities.write_text(json.dumps({"identities": [{
            "name": "depesche", "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}))
        data = self.directory / "data"
        data.mkdir(exist_ok=True)
        if self._process is None:
            self.ports = [free_port() for _ in range(7)]
        # Ports of gRPC would lie 10000 above the others, where another program may be.
        master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc = map(str, self.ports)
        return [
            installed("weed"), f"-logdir={self.directory}", "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=64",
            f"-master.port={master}", f"-master.port.grpc={master_grpc}", f"-volume.port={volume}",
            f"-volume.port.grpc={volume_grpc}", f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}",
            f"-filer.localSocket={self.directory}/filer.sock", "-s3", f"-s3.port={self.port}",
            f"-s3.port.grpc={s3_grpc}", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
            f"-s3.config={identities}",
            f"-s3.localSocket={self.directory}/s3.sock"]


class Rclone(ObjectStore):
    """`rclone serve s3` over a folder."""

    name = "rclone"

    def command(self):
        (self.directory / "data").mkdir(exist_ok=True)
        tls = ["--cert", str(self.tls[0]), "--key", str(self.tls[1])] if self.tls else []
        return [
            installed("rclone"), "serve", "s3", "--config", os.devnull, "--addr", f"127.0.0.1:{self.port}", *tls,
            "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", str(self.directory / "data")]


def run(command):
    """Runs a command that finds both stores in DEPESCHE_TEST_S3, as `NAME=ENDPOINT` with a blank between; its code."""
    with contextlib.ExitStack() as stack:
        stores = [stack.enter_context(contextlib.closing(kind())) for kind in (SeaweedFS, Rclone)]
        listed = " ".join(f"{store.name}={store.endpoint}" for store in stores)
        return subprocess.run(command, env=os.environ | {"DEPESCHE_TEST_S3": listed}).returncode
