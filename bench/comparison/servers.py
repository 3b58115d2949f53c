"""Who is compared: how each server is installed, started and stopped."""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATIONS = ROOT / "bench" / "servers"
STARTS_WITHIN_S = 20

COMMIT, RELAXED = "Colvert, commit", "Colvert, relaxed"
# On both processors, where the scheduler wants it, and the generator beside it; and both of them on one.
BOTH, ONE = "Colvert, commit, unpinned", "Colvert, commit, beside the generator"
TLS = "Colvert, commit, TLS"
COLVERT = (COMMIT, RELAXED)
# A processor each; every processor for both, as the scheduler wants it; one processor for both.
APART, ANYWHERE, TOGETHER = "apart", "anywhere", "together"
EVERYBODY = (*COLVERT, "InspIRCd", "ngIRCd", "Ergo")


@dataclass
class Server:
    """One server, on one port of the loopback interface. `command` is made for a directory of the run."""

    name: str
    port: int
    program: str
    command: callable
    version: tuple
    package: str = ""
    environment: dict = field(default_factory=dict)
    # What the generator needs to be kind to it.
    load: tuple = ()
    # Prints counters of its own, `name number` a line, while it runs.
    counters: callable = None
    # Two of them: what is said, and what the archive has of it.
    behind: tuple = ()
    # Where it runs, and where the generator does.
    place: str = APART

    def install(self):
        """Fetches the server from Debian where it is missing."""
        if shutil.which(self.program) or not self.package:
            return
        subprocess.run(["apt-get", "install", "-y", "-qq", self.package], check=True, stdout=subprocess.DEVNULL)

    def said_version(self):
        """The first line that the server says of itself."""
        said = subprocess.run(self.version, capture_output=True, text=True, check=False)
        return (said.stdout or said.stderr).strip().splitlines()[0]

    def counted(self, directory):
        """Its own counters as numbers by name; none for a server without."""
        if not self.counters:
            return {}
        said = subprocess.run(self.counters(directory), capture_output=True, text=True, check=True).stdout
        return {name: float(value) for name, value in (line.split() for line in said.splitlines())}

    def start(self, directory, processor):
        """Starts it pinned to a processor, unless it may be anywhere, and waits until it accepts."""
        if accepts(self.port):
            raise RuntimeError(f"port {self.port} is taken: something else serves there")
        pinned = [] if self.place == ANYWHERE else ["taskset", "-c", str(processor)]
        log = open(directory / "server.log", "wb")
        process = subprocess.Popen(
            [*pinned, *self.command(directory)],
            cwd=directory,
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=log,
            preexec_fn=raise_descriptors,
        )
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not accepts(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                stop(process)
                words = (directory / "server.log").read_text(errors="replace")
                raise RuntimeError(f"{self.name} does not start: {words}")
            time.sleep(0.05)
        return process


def stop(process):
    """Its directory goes with it, so it need not tidy up."""
    process.kill()
    process.wait()


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def raise_descriptors():
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def configured(name, directory):
    """A configuration of bench/servers with RUN replaced by the directory of the run."""
    os.chmod(directory, 0o755)
    path = directory / name
    path.write_text((CONFIGURATIONS / name).read_text().replace("RUN", str(directory)))
    return path


def colvert(name, durability, port=7666, tls=False, place=APART):
    program = str(ROOT / "target" / "release" / "colvert")
    listen = ["--irc", f"127.0.0.1:{port}"]

    def command(directory):
        if tls:
            certify(directory)
        return [program, "serve", "--data", str(directory / "data"), "--line", "off", *listen]

    environment = {"COLVERT__LIMITS__ENABLED": "false", "COLVERT__LOG__DURABILITY": durability}
    if tls:
        listen = ["--irc", "off"]
        environment |= {
            "COLVERT__LISTEN__IRC_TLS": f"127.0.0.1:{port}",
            "COLVERT__TLS__CERTIFICATE": "certificate.pem",
            "COLVERT__TLS__KEY": "key.pem",
        }
    return Server(
        name=name,
        port=port,
        program=program,
        command=command,
        version=(program, "--version"),
        load=("--tls",) if tls else (),
        counters=lambda directory: [program, "admin", "counters", "--data", str(directory / "data")],
        behind=("engine_position_released", "archive_applied"),
        environment=environment,
        place=place,
    )


def certify(directory):
    """A certificate that nobody trusts; the generator believes it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=directory, check=True, stderr=subprocess.DEVNULL,
    )


def ergo(program):
    program = str(Path(program).resolve())
    return Server(
        name="Ergo",
        port=7669,
        program=program,
        command=lambda directory: [program, "run", "--conf", str(configured("ergo.yaml", directory))],
        version=(program, "--version"),
    )


INSPIRCD = Server(
    name="InspIRCd",
    port=7667,
    program="inspircd",
    package="inspircd",
    command=lambda directory: [
        "inspircd", "--runasroot", "--nofork", f"--config={configured('inspircd.conf', directory)}",
    ],
    version=("inspircd", "--version"),
    load=("--at-once", "1000"),
)

NGIRCD = Server(
    name="ngIRCd",
    port=7668,
    program="ngircd",
    package="ngircd",
    command=lambda directory: ["ngircd", "-n", "-f", str(configured("ngircd.conf", directory))],
    version=("ngircd", "--version"),
    load=("--at-once", "8"),
)

def all_servers(ergo_program):
    """Colvert first: what durability costs stands side by side."""
    ours = [
        colvert(COMMIT, "commit"),
        colvert(RELAXED, "relaxed"),
        colvert(BOTH, "commit", place=ANYWHERE),
        colvert(ONE, "commit", place=TOGETHER),
        colvert(TLS, "commit", port=7697, tls=True),
    ]
    return [*ours, INSPIRCD, NGIRCD] + ([ergo(ergo_program)] if ergo_program else [])
