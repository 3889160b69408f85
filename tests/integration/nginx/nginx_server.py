"""An nginx in the foreground that answers cancels over TLS on loopback, with a certificate authority of its own."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

# The last digit of a task id decides, so that a test can tell the answer without asking.
CONFLICT_DIGITS = "37"
MISSING_DIGITS = "b"

CONFIGURATION = """
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 1024; }
http {
    log_format cancels '$request_method $uri $status $connection $request_id $http_client_request_id';
    access_log %(access_log)s;
    client_body_temp_path temporary;
    proxy_temp_path temporary;
    fastcgi_temp_path temporary;
    scgi_temp_path temporary;
    uwsgi_temp_path temporary;
    keepalive_requests %(keepalive_requests)d;
    map $uri $answer {
        default accepted;
        ~[%(conflict)s]/cancel$ conflict;
        ~[%(missing)s]/cancel$ missing;
    }
    server {
        listen 127.0.0.1:%(port)d ssl backlog=1024;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        default_type application/json;
        add_header request-id $request_id always;
        location ~ ^/v1\\.0/solutions/migrations/crossTenantMigrationJobs/(?<job>[^/]+)/users/(?<task>[^/]+)/cancel$ {
            if ($request_method != POST) { return 405; }
            if ($http_content_length != 0) { return 411; }
            if ($answer = conflict) {
                return 409 '{"error":{"code":"Conflict","message":"Cancel is not possible. Current status is completed"}}';
            }
            if ($answer = missing) {
                return 404 '{"error":{"code":"ResourceNotFound","message":"User $task is not in job $job."}}';
            }
            return 202 '{"status":"Accepted","message":"Cancellation request for user $task in job $job was accepted."}';
        }
        location / { return 400 '{"error":{"code":"BadRequest","message":"No such resource."}}'; }
    }
}
"""


def missing_programs():
    return [name for name in ("nginx", "openssl") if find(name) is None]


def find(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def make_certificates(directory):
    """Make ca.pem, and server.pem with server.key for localhost and 127.0.0.1."""

    def openssl(*arguments):
        subprocess.run([find("openssl"), *arguments], cwd=directory, check=True, capture_output=True, timeout=30)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    (directory / "server.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-days", "2", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "1",
            "-extfile", "server.ext", "-out", "server.pem")


class NginxServer:
    """Serves from entering to leaving a `with` block. The directory is its own and must exist."""

    def __init__(self, directory, keepalive_requests, log_requests=True):
        self.directory = Path(directory)
        self.keepalive_requests = keepalive_requests
        self.log_requests = log_requests
        self.ca_file = self.directory / "ca.pem"

    def __enter__(self):
        make_certificates(self.directory)
        (self.directory / "temporary").mkdir(exist_ok=True)
        # nginx cannot be told to take a free port; it takes over a socket that listens already if told its number.
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            self.port = listener.getsockname()[1]
            (self.directory / "nginx.conf").write_text(CONFIGURATION % {
                "access_log": "access.log cancels" if self.log_requests else "off",
                "keepalive_requests": self.keepalive_requests,
                "conflict": CONFLICT_DIGITS,
                "missing": MISSING_DIGITS,
                "port": self.port,
            })
            command = [find("nginx"), "-p", str(self.directory), "-c", "nginx.conf", "-e", "error.log"]
            self.process = subprocess.Popen(command, pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL,
                                            env={**os.environ, "NGINX": f"{listener.fileno()};"})
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def endpoint(self):
        return f"https://localhost:{self.port}"

    def requests(self):
        """What was asked and answered, oldest first; complete once the server has ended."""
        names = ("method", "path", "status", "connection", "request_id", "client_request_id")
        with open(self.directory / "access.log", encoding="utf-8") as lines:
            return [dict(zip(names, line.split())) for line in lines]
