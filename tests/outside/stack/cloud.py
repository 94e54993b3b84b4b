"""An emulated AWS (ministack), for as long as something needs it.

As a program: runs a command with `ROLLCALL_TEST_ENDPOINT` set to the emulator's address, and ends as it ends.
"""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import boto3

ACCOUNT, REGION = "000000000000", "us-east-1"


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Cloud:
    """An emulated AWS, for as long as the `with` lasts."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            # Every call is checked against the policies of its role.
            "AUTH": "true",
            # Or the functions would ask the real AWS.
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "TMPDIR": self.folder.name,
        }
        os.environ.update({name: environment[name] for name in environment if name.startswith("AWS_")})
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+")
        program = pathlib.Path(sys.executable).parent / "ministack"
        self.process = subprocess.Popen(
            [program], env=environment, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder.name
        )
        wait("the emulator answers", lambda: self.client("sts").get_caller_identity(), 60)
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        self.process.wait(30)
        if kind:
            self.log.seek(0)
            print(self.log.read()[-20000:])
        self.log.close()
        self.folder.cleanup()

    def client(self, service, **how):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **how)


def wait(what, look, seconds=90):
    """Looks again and again until there is something; the last error is shown."""
    last, until = None, time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            found = look()
            if found:
                return found
        except Exception as error:
            last = error
        time.sleep(0.5)
    raise SystemExit(f"FAILED: {what} ({last})")


if __name__ == "__main__":
    with Cloud() as emulator:
        ended = subprocess.run(sys.argv[1:], env={**os.environ, "ROLLCALL_TEST_ENDPOINT": emulator.url})
    sys.exit(ended.returncode)
