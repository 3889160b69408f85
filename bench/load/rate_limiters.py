"""Rate limiters that are not ours, on loopback over TLS: nginx's limit_req, and haproxy counting refused requests too."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/integration/nginx"))
from nginx_server import find, make_certificates  # noqa: E402

# `return` answers before limit_req is asked, so the answer comes from a server behind.
NGINX = """
%(user)s
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 1024; }
http {
    log_format cancels '$msec $request_time $status $uri';
    client_body_temp_path temporary;
    proxy_temp_path temporary;
    fastcgi_temp_path temporary;
    scgi_temp_path temporary;
    uwsgi_temp_path temporary;
    default_type application/json;
    keepalive_requests 1000000;
    limit_req_zone $server_name zone=cancels:1m rate=%(rate)dr/s;
    upstream behind { server unix:%(directory)s/behind.sock; keepalive 64; }
    server {
        listen unix:%(directory)s/behind.sock;
        access_log off;
        location / { return 202 '{"status":"Accepted","message":"Cancellation request was accepted."}'; }
    }
    server {
        listen 127.0.0.1:%(port)d ssl backlog=1024;
        server_name localhost;
        ssl_certificate server.pem;
        ssl_certificate_key server.key;
        access_log %(log)s cancels;
        location / {
            %(limit)s
            proxy_pass http://behind;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
        error_page 429 = @throttled;
        location @throttled {
            add_header Retry-After 1 always;
            return 429 '{"error":{"code":"TooManyRequests","message":"Too many requests."}}';
        }
    }
}
"""

HAPROXY = """
global
    maxconn 2000
    log stdout format raw local0
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
backend counted
    stick-table type integer size 10 expire 1m store http_req_rate(1s)
frontend service
    bind fd@%(listener)d ssl crt %(directory)s/both.pem alpn http/1.1
    log global
    log-format "%%[date(0,ms)] %%Ta %%ST %%HPO"
    http-request track-sc0 int(1) table counted
    http-request return status 429 content-type application/json hdr Retry-After 1 string '{"error":{"code":"TooManyRequests","message":"Too many requests."}}' if { sc_http_req_rate(0) gt %(rate)d }
    http-request return status 202 content-type application/json string '{"status":"Accepted","message":"Cancellation request was accepted."}'
"""


class Answered:
    """One request as the limiter logged it: when it came and when it was answered, in seconds, and the status."""

    def __init__(self, came, answered, status):
        self.came, self.answered, self.status = came, answered, status


class RateLimiter:
    """Serves from entering to leaving a `with` block."""

    configuration = HAPROXY

    def __init__(self, directory, kind, rate, burst):
        self.directory, self.kind, self.rate, self.burst = Path(directory), kind, rate, burst
        self.ca_file = self.directory / "ca.pem"

    def __enter__(self):
        make_certificates(self.directory)
        (self.directory / "temporary").mkdir()
        self.log = self.directory / "cancels.log"
        start = {"nginx": self._start_nginx, "haproxy": self._start_haproxy}[self.kind]
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            self.port = listener.getsockname()[1]
            self.process = start(listener.fileno())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _start_nginx(self, listener):
        limit = f"limit_req zone=cancels burst={self.burst} nodelay; limit_req_status 429;"
        (self.directory / "nginx.conf").write_text(NGINX % {
            "rate": self.rate, "directory": self.directory, "port": self.port, "log": self.log, "limit": limit,
            # The worker of a master that is root must be able to reach the socket behind.
            "user": "user root;" if os.geteuid() == 0 else ""})
        command = [find("nginx"), "-p", str(self.directory), "-c", "nginx.conf", "-e", "error.log"]
        return subprocess.Popen(command, pass_fds=[listener], stdin=subprocess.DEVNULL,
                                env={**os.environ, "NGINX": f"{listener};"})

    def _start_haproxy(self, listener):
        both = (self.directory / "server.pem").read_text() + (self.directory / "server.key").read_text()
        (self.directory / "both.pem").write_text(both)
        (self.directory / "haproxy.cfg").write_text(self.configuration % {
            "rate": self.rate, "directory": self.directory, "listener": listener})
        with open(self.log, "wb") as log:
            return subprocess.Popen([find("haproxy"), "-db", "-f", str(self.directory / "haproxy.cfg")],
                                    pass_fds=[listener], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    @property
    def endpoint(self):
        return f"https://localhost:{self.port}"

    def answered(self):
        """All requests so far, in order of their answers. To be asked after the server has ended."""
        seen = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            parts = line.split()
            if len(parts) != 4 or not parts[0].replace(".", "").isdigit():
                continue
            if self.kind == "nginx":
                answered, took = float(parts[0]), float(parts[1])
                seen.append(Answered(answered - took, answered, int(parts[2])))
            else:
                came = float(parts[0]) / 1000
                seen.append(Answered(came, came + float(parts[1]) / 1000, int(parts[2])))
        # haproxy also logs connections that ended without a request.
        return [each for each in seen if each.status in (202, 429)]
