#!/usr/bin/env python3
"""Measures training on one and two processes of this machine, the sum of ResNet-18's gradients between two, and its training on
two hosts joined by a slow cable, with the sums after the backward pass and beside it; the last as root alone.

    Benchmarks/results/distributed/measure.py TOOL > measured.json

TOOL is combinatorial-losses built with --traits MPI (make build-mpi). One process has all cores, two have half of them each; they
take turns, and medians count. Says how busy the machine is with other work.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 3
# Bags of one's own, as they need no pictures to test on.
RUN = ["bags", "train", "--picture-size", "28", "--gray", "--shift", "0", "--epochs", "1", "--schedule", "constant",
       "--learning-rate", "0.02"]
# The pictures that each is trained on.
NETWORKS = {"lenet": 6400, "resnet8": 3200, "resnet18": 256}
BATCH = 64
RESNET_18_MEGABYTES = 44.7
CABLES = ("1gbit", "10gbit")


def environment():
    values = dict(os.environ, TMPDIR="/tmp")
    if os.geteuid() == 0:
        values.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return values


def run(*command):
    return subprocess.run(command, env=environment(), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def training(tool, folder, network, ranks, threads):
    command = [tool, *RUN, "--data", f"bags:{folder}/{network}/bags.jsonl", "--model", network, "--batch-size", str(BATCH),
               "--threads", str(threads)]
    if ranks > 1:
        command = ["mpirun", "-n", str(ranks), "--bind-to", "core" if threads == 1 else "none", *command]
    epoch = json.loads(run(*command))
    return epoch["picturesPerSecond"], epoch.get("communicationSeconds", 0) / epoch["seconds"]


def throughput(tool, folder, network, cores):
    run(tool, "data", "bags", "--data", "fashion-mnist", "--bag-size", "4", "--pictures", str(NETWORKS[network]), "--output",
        f"{folder}/{network}")
    found = {1: [], 2: []}
    for _ in range(ROUNDS):
        for ranks in found:
            found[ranks].append(training(tool, folder, network, ranks, max(1, cores // ranks)))
    return [
        {"network": network, "ranks": ranks, "threads": max(1, cores // ranks), "batch": BATCH,
         "picturesPerSecond": round(statistics.median(speed for speed, _ in values), 1),
         "communicationShare": round(statistics.median(share for _, share in values), 4)}
        for ranks, values in found.items()]


def on_two_hosts(tool, folder):
    """ResNet-18 on two hosts, network namespaces with a thread each, by the rate of the cable between them."""
    if os.geteuid() != 0:
        return []
    hosts = pathlib.Path(__file__).resolve().parents[3] / "Tests/Distributed/hosts.sh"
    found = {(rate, overlaps): [] for rate in CABLES for overlaps in (False, True)}
    for _ in range(ROUNDS):
        for rate, overlaps in found:
            epoch = json.loads(run(
                str(hosts), rate, tool, *RUN, "--data", f"bags:{folder}/resnet18/bags.jsonl", "--model", "resnet18",
                "--batch-size", str(BATCH), "--threads", "1", *(["--overlap-sums"] if overlaps else [])))
            found[rate, overlaps].append((epoch["picturesPerSecond"], epoch["communicationSeconds"] / epoch["seconds"]))
    return [
        {"network": "resnet18", "hosts": 2, "cable": rate, "overlapped": overlaps, "batch": BATCH,
         "picturesPerSecond": round(statistics.median(speed for speed, _ in values), 1),
         "communicationShare": round(statistics.median(share for _, share in values), 4)}
        for (rate, overlaps), values in found.items()]


def sums():
    source = pathlib.Path(__file__).with_name("sums.c")
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/sums"
        subprocess.run(["mpicc", "-O2", str(source), "-o", program], check=True)
        ways = {"shared memory": [], "TCP, one machine": ["--mca", "btl", "tcp,self"]}
        return {way: json.loads(run("mpirun", "-n", "2", *options, program, str(RESNET_18_MEGABYTES), "21"))
                for way, options in ways.items()}


def main():
    tool, cores = os.path.abspath(sys.argv[1]), len(os.sched_getaffinity(0))
    busy = [os.getloadavg()[0]]
    results = {"sums": sums()}
    with tempfile.TemporaryDirectory() as folder:
        results["training"] = [row for network in NETWORKS for row in throughput(tool, folder, network, cores)]
        results["hosts"] = on_two_hosts(tool, folder)
    busy.append(os.getloadavg()[0])
    results["machine"] = {"cores": cores, "load": busy}
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
