"""An haproxy on loopback over TLS that fails in part: of its requests it drops, closes, answers 503 as HTML and answers 429, each
for the same share, and answers 202 to the rest."""

from rate_limiters import RateLimiter

# A request that is dropped hangs in the tarpit; a connection that is dropped silently would need privileges.
FAULTY = """
global
    maxconn 4000
    log stdout format raw local0
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tarpit 60s
    timeout http-keep-alive 60s
frontend service
    bind fd@%(listener)d ssl crt %(directory)s/both.pem alpn http/1.1
    log global
    log-format "request %%ST"
    http-request set-var(txn.luck) rand(1000)
    http-request tarpit if { var(txn.luck) -m int lt %(rate)d }
    http-request reject if { var(txn.luck),sub(%(rate)d) -m int lt %(rate)d }
    http-request return status 503 content-type text/html string "<html><body>No server is available.</body></html>" if { var(txn.luck),sub(%(rate)d),sub(%(rate)d) -m int lt %(rate)d }
    http-request return status 429 content-type application/json hdr Retry-After 1 string '{"error":{"code":"TooManyRequests","message":"Too many requests."}}' if { var(txn.luck),sub(%(rate)d),sub(%(rate)d),sub(%(rate)d) -m int lt %(rate)d }
    http-request return status 202 content-type application/json string '{"status":"Accepted","message":"Cancellation request was accepted."}'
"""


class FaultyProxy(RateLimiter):
    """Serves from entering to leaving a `with` block."""

    configuration = FAULTY

    def __init__(self, directory, per_mille):
        super().__init__(directory, "haproxy", per_mille, 0)

    def attempts(self):
        """Requests so far. To be asked after the server has ended; those that still hung then are counted too."""
        return sum(line.startswith("request ") for line in self.log.read_text(encoding="utf-8").splitlines())
