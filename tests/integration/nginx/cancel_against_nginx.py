"""Cancels 2,000 pairs against nginx, which closes each connection after seven requests, and checks every record.

Exit code 0: all is right; 1: something is wrong; 77: nginx or openssl is not installed.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path

from nginx_server import CONFLICT_DIGITS, MISSING_DIGITS, NginxServer, missing_programs

PAIRS = 2000
JOBS = 7
REQUESTS_A_CONNECTION = 7

EXPECTED = {
    "accepted": {"status": 202, "reason": None, "service_status": "Accepted", "error_code": None},
    "conflict": {"status": 409, "reason": None, "service_status": None, "error_code": "Conflict"},
    "failed": {"status": 404, "reason": "not_found", "service_status": None, "error_code": "ResourceNotFound"},
}

problems = []


def check(is_right, problem):
    if not is_right:
        problems.append(problem)


def check_equal(what, found, wanted):
    check(found == wanted, f"{what} is {found!r}, not {wanted!r}")


def make_pairs():
    numbers = random.Random(20261121)
    ids = [str(uuid.UUID(int=numbers.getrandbits(128), version=4)) for _ in range(JOBS + PAIRS)]
    return [(ids[index % JOBS], task) for index, task in enumerate(ids[JOBS:])]


def outcome_of(pair):
    last_digit = pair[1][-1]
    return "conflict" if last_digit in CONFLICT_DIGITS else "failed" if last_digit in MISSING_DIGITS else "accepted"


def run_command(command, work, server):
    arguments = [command, "run", "pairs.csv", "--endpoint", server.endpoint, "--cacert", str(server.ca_file),
                 "--token-file", "token", "--journal", "journal.jsonl", "--json", "--yes", "--progress", "never"]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(arguments, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=90)


def check_summary(finished, expected, requests):
    counts = Counter(expected.values())
    check_equal("the exit code", finished.returncode, 1)
    summary = json.loads(finished.stdout)
    totals = summary["totals"]
    wanted = {"pairs": PAIRS, **counts, "unprocessed": 0, "rejected": 0, "duplicates": 0, "other_shards": 0,
              "skipped_final": 0, "ambiguous": 0, "input_complete": True}
    check_equal("totals", totals, wanted)
    check_equal("failed_by_reason", summary["failed_by_reason"], {"not_found": counts["failed"]})
    sent = summary["requests"]
    check_equal("requests.sent", sent["sent"], len(requests))
    check_equal("requests.attempts", sent["attempts"], PAIRS)
    check_equal("requests.retried", sent["retried"], 0)
    connections = len({request["connection"] for request in requests})
    check_equal("requests.connections_opened", sent["connections_opened"], connections)
    check(connections >= PAIRS / REQUESTS_A_CONNECTION, f"only {connections} connections: nginx did not close any")


def check_requests(requests, expected):
    asked = Counter(request["path"] for request in requests)
    wanted = {f"/v1.0/solutions/migrations/crossTenantMigrationJobs/{job}/users/{task}/cancel" for job, task in expected}
    check_equal("the requests that nginx saw more than once", [p for p, times in asked.items() if times > 1], [])
    check(set(asked) == wanted, "the paths that nginx saw are not those of the pairs")


def check_result(where, record, expected, request):
    pair = (record["job_id"], record["task_id"])
    check_equal(f"{where} outcome", record["outcome"], expected[pair])
    for name, value in EXPECTED[expected[pair]].items():
        check_equal(f"{where} {name}", record[name], value)
    check_equal(f"{where} attempts", record["attempts"], 1)
    check_equal(f"{where} ambiguous", record["ambiguous"], False)
    # The answer that was recorded is the one to this very request.
    check_equal(f"{where} request_id", record["request_id"], request["request_id"])
    check_equal(f"{where} client_request_id", record["client_request_id"], request["client_request_id"])
    if record["outcome"] != "conflict":
        check(all(name in record["message"] for name in pair), f"{where} message does not name its pair")


def check_journal(file, expected, requests, token):
    asked = {request["path"].split("/")[-2]: request for request in requests}
    lines = file.read_text(encoding="utf-8").split("\n")
    check_equal("what follows the journal's last line", lines.pop(), "")
    check(not any(token in line for line in lines), "the token is in the journal")
    records = [json.loads(line) for line in lines]
    check_equal("the first record", records[0]["type"], "run")
    check_equal("the last record", records[-1]["type"], "summary")
    results = [(number, record) for number, record in enumerate(records, 1) if record["type"] == "result"]
    settled = Counter((record["job_id"], record["task_id"]) for _, record in results)
    check(settled == Counter(expected.keys()), "the journal does not hold one result for every pair")
    for number, record in results:
        check_result(f"journal line {number}:", record, expected, asked[record["task_id"]])
    check_equal("the journal's mode", oct(file.stat().st_mode & 0o777), "0o600")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--command", required=True, help="the built batch-cancel")
    options.add_argument("--work", required=True, type=Path, help="a directory that is emptied first")
    given = options.parse_args()
    if missing := missing_programs():
        print("skipped: not installed:", ", ".join(missing))
        return 77

    shutil.rmtree(given.work, ignore_errors=True)
    (given.work / "nginx").mkdir(parents=True)
    expected = {pair: outcome_of(pair) for pair in make_pairs()}
    token = "test-token-" + "x" * 1500
    (given.work / "pairs.csv").write_text("job_id,task_id\n" + "".join(f"{j},{t}\n" for j, t in expected))
    (given.work / "token").write_text(token + "\n")
    with NginxServer(given.work / "nginx", REQUESTS_A_CONNECTION) as server:
        finished = run_command(given.command, given.work, server)
    sys.stderr.write(finished.stderr)
    check(token not in finished.stdout + finished.stderr, "the token was printed")

    requests = server.requests()
    check_summary(finished, expected, requests)
    check_requests(requests, expected)
    check_journal(given.work / "journal.jsonl", expected, requests, token)
    print(f"{len(requests)} requests, {len(problems)} problems")
    for problem in problems[:20]:
        print("wrong:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
