"""The way of a job, four stages that do nothing, in Celery on the same broker: benchmarks/Load starts this and reads what it prints.

Durable classic queues (Celery before 5.5 cannot consume quorum queues), persistent messages, publishing with confirms, acknowledged when done. One worker for each stage, in the pool that is quickest for
tasks without work (solo: no second process to hand them to). No results are kept: the last stage counts, and that is all that comes back.
"""

import json
import os
import subprocess
import sys
import time

import celery
from celery import Celery, chain
from kombu import Queue

STAGES = ["prompt", "encode", "decode", "image"]

app = Celery("celery_chain", broker=os.environ.get("CHAIN_BROKER"))
app.conf.update(
    task_acks_late=True, task_reject_on_worker_lost=True, task_ignore_result=True, task_default_delivery_mode=2,
    broker_transport_options={"confirm_publish": True}, worker_prefetch_multiplier=64, broker_pool_limit=4, worker_send_task_events=False, worker_redirect_stdouts=False,
    task_queues=[Queue(stage, durable=True) for stage in STAGES],
    task_routes={f"celery_chain.{stage}": {"queue": stage} for stage in STAGES},
)
ended = 0


@app.task
def prompt(job):
    return job


@app.task
def encode(job):
    return job


@app.task
def decode(job):
    return job


@app.task
def image(job):
    """Only this process runs it, one task at a time, so that counting needs no server."""
    global ended
    ended += 1
    if ended == job["until"]:
        print("done", flush=True)


def job(number, until):
    return {"id": f"{number:032x}", "tenant": "default", "priority": "interactive", "deadline": "2030-01-01T00:00:00Z", "until": until,
            "request": {"prompt": "a red star left of a blue house", "negative_prompt": "", "candidates": 1, "seed": number, "width": 1024, "height": 1024}}


def measure(jobs, rounds):
    environment = dict(os.environ, PYTHONPATH=os.path.dirname(os.path.abspath(__file__)), PYTHONDONTWRITEBYTECODE="1")
    workers = [subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "celery_chain", "worker", "-P", "solo", "-Q", stage, "-n", f"{stage}@localhost", "--without-gossip", "--without-mingle",
         "--without-heartbeat", "-l", "ERROR"], env=environment, stdout=subprocess.PIPE, text=True) for stage in STAGES]
    try:
        rates, last = [], 0
        for count in [max(100, jobs // 4)] + [jobs] * rounds:  # the first one warms up
            last += count
            started = time.monotonic()
            for number in range(last - count, last):
                chain(prompt.s(job(number, last)), encode.s(), decode.s(), image.s()).apply_async()
            while "done" not in workers[-1].stdout.readline():
                if workers[-1].poll() is not None:
                    raise RuntimeError("a worker ended")
            rates.append(count / (time.monotonic() - started))
        return rates[1:]
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()


if __name__ == "__main__":
    _, _, broker, jobs, rounds = sys.argv
    os.environ["CHAIN_BROKER"] = app.conf.broker_url = broker
    print(json.dumps({"version": celery.__version__, "jobs_per_second": measure(int(jobs), int(rounds))}))
