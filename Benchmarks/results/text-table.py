#!/usr/bin/env python3
"""Prints the tables of text-losses.jsonl and text-synopses.jsonl: mean and range of the seeds, in percent.

Every run counts with its test part at the epoch that was best on the validation part. The differences are
those of runs with the same seed, and so from the same start.
"""
import json
import re
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LOSSES = {"teacher": "(the start)", "mle": "cross-entropy", "alignment": "alignment",
          "alignment-interpolated": "alignment, interpolated", "alignment-lp": "alignment, smoothed program"}


def option(command, name, default):
    found = re.search(rf"--{name} (\S+)", command)
    return found.group(1) if found else default


def results(name, measure):
    """By noise, feedback and loss: the chosen token's and the distribution's measure by seed."""
    found = defaultdict(lambda: ({}, {}))
    for line in (FOLDER / name).read_text().splitlines():
        run = json.loads(line)
        command, best = run["command"], run["result"]["best"]
        feedback = option(command, "feedback", "teacher")
        key = (option(command, "target-noise", "0.0"), feedback,
               "teacher" if feedback == "teacher" else option(command, "loss", "mle"))
        for values, part in zip(found[key], ("test", "testFromDistribution")):
            values[option(command, "seed", "1")] = measure(best[part])
    return found


def spread(values, sign=""):
    mean = sum(values) / len(values)
    return f"{mean:{sign}.1f} ({min(values):{sign}.1f} to {max(values):{sign}.1f})"


def table(found, unit):
    print(f"\n| targets, feedback | loss | seeds | chosen, {unit} | distribution, {unit} |\n|---|---|---|---|---|")
    for noise in ("0.0", "0.5"):
        for feedback in ("teacher", "softmax", "gumbel"):
            for loss, name in LOSSES.items():
                if (noise, feedback, loss) in found:
                    chosen, distribution = (list(v.values()) for v in found[noise, feedback, loss])
                    targets = "clean" if float(noise) == 0 else "noisy"
                    print(f"| {targets}, {feedback} | {name} | {len(chosen)} | {spread(chosen)} | {spread(distribution)} |")
            pair = [found.get((noise, feedback, loss)) for loss in ("mle", "alignment")]
            if all(pair):
                differences = [[ours[seed] - theirs[seed] for seed in theirs if seed in ours]
                               for theirs, ours in zip(*pair)]
                print(f"| | alignment less cross-entropy | {len(differences[0])} | "
                      f"{spread(differences[0], '+')} | {spread(differences[1], '+')} |")


table(results("text-losses.jsonl", lambda part: 100 * part["phonemeErrorRate"]), "phoneme errors")
table(results("text-synopses.jsonl", lambda part: 100 * sum(
    part["rouge"][kind]["f1"] for kind in ("rouge1", "rouge2", "rougeL"))), "ROUGE-1, -2, -L added up")
