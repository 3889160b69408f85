"""Programs that the benchmarks start: the built command, its simulator, and any other, measured from start to end."""

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def find_command():
    """The newest batch-cancel below build*; None if there is none."""
    built = sorted(ROOT.glob("build*/**/batch-cancel"), key=lambda file: file.stat().st_mtime)
    return str(built[-1]) if built else None


class Ended:
    """One process from start to end: its exit code, what it printed, wall and CPU time in seconds, most memory in megabytes."""

    def __init__(self, arguments, directory, limit, variables=None):
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        with open(directory / "stdout", "w+b") as out, open(directory / "stderr", "w+b") as err:
            began = time.monotonic()
            process = subprocess.Popen(arguments, cwd=directory, env={**environment, **(variables or {})},
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            signal.signal(signal.SIGALRM, lambda *_: process.kill())
            signal.alarm(int(limit))
            _, status, usage = os.wait4(process.pid, 0)
            self.wall = time.monotonic() - began
            signal.alarm(0)
            self.code = process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read().decode(), err.read().decode()
        if self.code < 0:
            raise SystemExit(f"{arguments[0]} took more than {limit} s or crashed:\n{self.err[-2000:]}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss * 1024 / 1e6


@contextmanager
def simulated_service(command, directory, jobs, tasks, options=()):
    """`batch-cancel simulate` while this lasts; gives what it says of itself when it is ready. Once it has ended, what it has
    seen is there as "seen"."""
    process = subprocess.Popen([command, "simulate", "--jobs", str(jobs), "--tasks", str(tasks), *options], cwd=directory,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    ready = json.loads(process.stdout.readline())
    try:
        yield ready
    finally:
        process.send_signal(signal.SIGINT)
        try:
            rest, _ = process.communicate(timeout=10)
            ready["seen"] = json.loads(rest or "{}")
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
