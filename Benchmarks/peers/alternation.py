"""Times contestants in turn, round by round, so that whatever else the machine does hits all alike."""
import gc
import math
import time
from dataclasses import dataclass
from typing import Callable

import numpy as np

SECONDS_PER_SAMPLE = 0.002  # repetitions fill this, so that reading the clock is nothing


@dataclass
class Peer:
    """Another package's way to do the same work."""
    name: str
    run: Callable[[], object]  # timed; what it returns goes to `values`
    values: Callable[[object], list] = lambda result: [result]  # arrays to compare with ours, in order
    share: float = 1.0  # of the instances, for a peer too slow to do all
    tolerance: float | None = None  # of a peer that solves less exactly than its contest asks


@dataclass
class Contest:
    """Peers and our kernels on the same instances."""
    name: str
    group: str
    threads: int
    instances: int
    problem: str  # what `Benchmarks serve` calls it
    arrays: list
    peers: list
    tolerance: float = 1e-5  # relative, of each compared value
    fewest_rounds: int = 5


def summary(samples):
    lower, median, upper = np.quantile(samples, [0.25, 0.5, 0.75])
    return {"median": median, "lowerQuartile": lower, "upperQuartile": upper, "rounds": len(samples)}


def seconds_of(call, repetitions):
    start = time.perf_counter()
    for _ in range(repetitions):
        call()
    return (time.perf_counter() - start) / repetitions


def repetitions_for(seconds):
    return max(1, math.ceil(SECONDS_PER_SAMPLE / max(seconds, 1e-9)))


def hold(contest, kernels, budget, most_rounds=101):
    """Rows, one for each peer: seconds an instance of both sides, and the quotients round by round."""
    job = kernels.prepare(contest.problem, contest.arrays, contest.threads)
    timed = [("ours", job.seconds, contest.instances)]
    for peer in contest.peers:
        check_agreement(contest, peer, job)
        timed.append((peer.name, lambda count, run=peer.run: seconds_of(run, count),
                      max(1, int(contest.instances * peer.share))))
    repetitions = [repetitions_for(sample(1)) for _, sample, _ in timed]
    samples = [[] for _ in timed]
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        for round_number in range(most_rounds):
            for turn in range(len(timed)):
                index = (turn + round_number) % len(timed)
                _, sample, instances = timed[index]
                samples[index].append(sample(repetitions[index]) / instances)
            if round_number + 1 >= contest.fewest_rounds and time.perf_counter() - start > budget * len(timed):
                break
    finally:
        if collecting:
            gc.enable()
    job.discard()
    ours = np.array(samples[0])
    return [dict(case=contest.name, group=contest.group, threads=contest.threads, peer=name,
                 instances=instances, ourSecondsPerInstance=summary(ours),
                 peerSecondsPerInstance=summary(peer), ratio=summary(np.array(peer) / ours))
            for (name, _, instances), peer in zip(timed[1:], samples[1:])]


def check_agreement(contest, peer, job):
    """Raises unless the peer's values are ours. A peer that does a part of the batch has its first."""
    theirs = [np.asarray(values, dtype=np.float64) for values in peer.values(peer.run())]
    for index, (our, their) in enumerate(zip(job.results(len(theirs)), theirs)):
        our = our.reshape(-1)[:their.size]
        worst = np.max(np.abs(our - their.reshape(-1)) / np.maximum(1, np.abs(our)), initial=0)
        if not worst <= (peer.tolerance or contest.tolerance):
            raise AssertionError(
                f"{contest.name}: result {index} of {peer.name} differs from ours by {worst:.2g}")
