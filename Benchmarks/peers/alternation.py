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
    processor: bool = False  # whether seconds are the processor's, of all threads, and not the wall clock's
    near: float = math.inf  # peers that take longer than so many times the fastest are timed once


def summary(samples):
    lower, median, upper = np.quantile(samples, [0.25, 0.5, 0.75])
    return {"median": median, "lowerQuartile": lower, "upperQuartile": upper, "rounds": len(samples)}


def seconds_of(call, repetitions, clock):
    start = clock()
    for _ in range(repetitions):
        call()
    return (clock() - start) / repetitions


def repetitions_of(sample):
    """How many fill a sample, by samples of ever more until one says that it is nearly full: the first runs are cold,
    the more so the busier the machine, and clocks of processors have steps of a microsecond."""
    repetitions, wanted = 0, 1
    while wanted > 2 * repetitions:
        repetitions = wanted
        wanted = max(1, math.ceil(SECONDS_PER_SAMPLE / max(sample(repetitions), 1e-6 / repetitions)))
    return wanted


def hold(contest, processes, budget, most_rounds=101):
    """Rows, one for each peer and each process of our kernels: seconds an instance of both sides, and the quotients
    round by round."""
    clock = time.process_time if contest.processor else time.perf_counter
    jobs = [kernels.prepare(contest.problem, contest.arrays, contest.threads) for kernels in processes]
    shares = [max(1, int(contest.instances * peer.share)) for peer in contest.peers]
    first = [agreed_seconds(contest, peer, jobs, clock) / share for peer, share in zip(contest.peers, shares)]
    timed = [(lambda count, job=job: job.seconds(count, contest.processor), contest.instances) for job in jobs]
    near = [place for place, seconds in enumerate(first) if seconds <= contest.near * min(first)]
    timed += [(lambda count, run=contest.peers[place].run: seconds_of(run, count, clock), shares[place])
              for place in near]
    samples = rounds(timed, contest, budget, most_rounds)
    theirs = {place: found for place, found in zip(near, samples[len(jobs):])}
    found = []
    for job, ours in zip(jobs, samples):
        for place, peer in enumerate(contest.peers):
            seconds = np.array(theirs.get(place, [first[place]]))
            quotients = seconds / (np.array(ours) if place in theirs else np.median(ours))
            found.append(dict(
                case=contest.name, group=contest.group, threads=contest.threads,
                instructionSet=job.kernels.instruction_set, peer=peer.name, instances=shares[place],
                ourSecondsPerInstance=summary(ours), peerSecondsPerInstance=summary(seconds),
                ratio=summary(quotients)))
        job.discard()
    return found


def rounds(timed, contest, budget, most_rounds):
    """Seconds an instance of each contestant, round by round, in an order that rotates."""
    repetitions = [repetitions_of(sample) for sample, _ in timed]
    samples = [[] for _ in timed]
    collecting = gc.isenabled()
    gc.disable()
    try:
        spent = 0
        for round_number in range(most_rounds):
            for turn in range(len(timed)):
                index = (turn + round_number) % len(timed)
                sample, instances = timed[index]
                seconds = sample(repetitions[index])
                samples[index].append(seconds / instances)
                spent += seconds * repetitions[index]
            if round_number + 1 >= contest.fewest_rounds and spent > budget * len(timed):
                break
    finally:
        if collecting:
            gc.enable()
    return samples


def agreed_seconds(contest, peer, jobs, clock):
    """How long the peer takes, once it has agreed with each of our processes; what is fast runs again, warm."""
    start = clock()
    result = peer.run()
    seconds = clock() - start
    theirs = [np.asarray(values, dtype=np.float64) for values in peer.values(result)]
    for job in jobs:
        check_agreement(contest, peer, theirs, job)
    return min(seconds, seconds_of(peer.run, 1, clock)) if seconds < 0.05 else seconds


def check_agreement(contest, peer, theirs, job):
    """Raises unless the peer's values are ours. A peer that does a part of the batch has its first."""
    for index, (our, their) in enumerate(zip(job.results(len(theirs)), theirs)):
        our = our.reshape(-1)[:their.size]
        worst = np.max(np.abs(our - their.reshape(-1)) / np.maximum(1, np.abs(our)), initial=0)
        if not worst <= (peer.tolerance or contest.tolerance):
            raise AssertionError(
                f"{contest.name}: result {index} of {peer.name} differs from ours by {worst:.2g}")
