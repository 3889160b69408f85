"""The careful script that somebody would write instead of using batch-cancel: lanes that each cancel one pair after another.

A lane retries its own pair: after a failure with full jitter from one second on, ten attempts at most; after a 429 as soon as
the Retry-After that it was given has passed. No lane knows of the others."""

import asyncio
import random
import ssl
import time

LANES = 64
ATTEMPTS = 10
LONGEST_BACKOFF = 30


class Came:
    """What came of a run: seconds from start to end, requests sent, pairs that were settled, and pairs that were given up."""

    def __init__(self):
        self.seconds = 0.0
        self.attempts = self.settled = self.failed = 0


class Lane:
    def __init__(self, service, time_limit, came):
        self.service, self.time_limit, self.came = service, time_limit, came
        self.context = ssl.create_default_context(cafile=str(service.ca_file))
        self.reader = self.writer = None

    def close(self):
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None

    async def exchange(self, job, task):
        """Status and Retry-After of the answer; the time limit and a broken connection are exceptions."""
        if not self.writer:
            self.reader, self.writer = await asyncio.open_connection("localhost", self.service.port, ssl=self.context)
        self.came.attempts += 1
        self.writer.write((f"POST /v1.0/solutions/migrations/crossTenantMigrationJobs/{job}/users/{task}/cancel HTTP/1.1\r\n"
                           f"Host: localhost:{self.service.port}\r\nAuthorization: Bearer {self.service.token}\r\n"
                           "Content-Length: 0\r\n\r\n").encode())
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines if ": " in line)
        await self.reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("connection") == "close":
            self.close()
        return int(first.split()[1]), fields.get("retry-after")

    async def cancel(self, job, task):
        failures = 0
        while failures < ATTEMPTS:
            try:
                status, retry_after = await asyncio.wait_for(self.exchange(job, task), self.time_limit)
            except (OSError, EOFError, asyncio.TimeoutError):
                self.close()
                status, retry_after = 0, None
            if status in (202, 409):
                self.came.settled += 1
                return
            if status == 429:
                await asyncio.sleep(float(retry_after or 1))
                continue
            failures += 1
            await asyncio.sleep(random.uniform(0, min(LONGEST_BACKOFF, 2 ** (failures - 1))))
        self.came.failed += 1

    async def work(self, left):
        while left:
            await self.cancel(*left.pop())
        self.close()


async def run_lanes(service, pairs, time_limit):
    came, left = Came(), list(reversed(pairs))
    began = time.monotonic()
    await asyncio.gather(*(Lane(service, time_limit, came).work(left) for _ in range(LANES)))
    came.seconds = time.monotonic() - began
    return came


def run_script(service, pairs, time_limit=75):
    """Cancel the pairs of a service that has `port`, `ca_file` and `token`."""
    return asyncio.run(run_lanes(service, pairs, time_limit))
