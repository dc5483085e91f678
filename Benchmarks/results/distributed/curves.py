#!/usr/bin/env python3
"""Trains whole runs on one process alone and on 1, 2 and 4 ranks, records the losses of their epochs, and draws them on each other.

    Benchmarks/results/distributed/curves.py TOOL

TOOL is combinatorial-losses built with --traits MPI (make build-mpi). What curves.jsonl has already is not run again.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
RESULTS = FOLDER / "curves.jsonl"
FASHION = ["bags", "train", "--data", "fashion-mnist", "--bag-size", "4", "--no-evaluate-every-epoch", "--seed", "1"]
RUNS = {
    "LeNet": [*FASHION, "--model", "lenet", "--pictures", "12000", "--epochs", "10", "--learning-rate", "0.02"],
    "ResNet-8, synchronized": [
        *FASHION, "--model", "resnet8", "--pictures", "6000", "--epochs", "6", "--learning-rate", "0.05",
        "--synchronize-normalization"],
    "GRU": ["summarize", "train", "--data", "pronunciations", "--pairs", "6000", "--hidden", "128", "--embedding", "64",
            "--epochs", "10", "--no-evaluate-every-epoch", "--seed", "1"],
}
RANKS = (0, 1, 2, 4)


def train(tool, ranks, arguments):
    environment = dict(os.environ, TMPDIR="/tmp")
    if os.geteuid() == 0:
        environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    launch = ["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none"] if ranks else []
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log.jsonl"
        run = subprocess.run(
            [*launch, tool, *arguments, "--log", str(log)], env=environment, check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        epochs = [json.loads(line) for line in log.read_text().splitlines()]
    last = json.loads(run.stdout)
    return {"losses": [epoch["loss"] for epoch in epochs if epoch["kind"] == "epoch"],
            "test": last.get("testError", last.get("best", {}).get("test"))}


def draw(rows):
    titles = {0: "one process", 1: "1 rank", 2: "2 ranks", 4: "4 ranks"}
    data = "".join(
        f"${name}{row['ranks']} << E\n" + "".join(f"{epoch} {loss}\n" for epoch, loss in enumerate(row["losses"], 1)) + "E\n"
        for row in rows for name in [f"run{list(RUNS).index(row['run'])}_"])
    plots = [f"set title '{name}'\nplot " + ", ".join(
        # Larger marks below, so that all are seen where they lie on each other.
        f"$run{index}_{ranks} with linespoints linetype {place + 1} pointtype 6 pointsize {(6 - place) / 4} title '{titles[ranks]}'"
        for place, ranks in enumerate(RANKS)) for index, name in enumerate(RUNS)]
    for kind, terminal in (("svg", "svg noenhanced background 'white'"), ("png", "pngcairo noenhanced")):
        script = (f"set terminal {terminal} size 1080,360 font 'DejaVu Sans,11'\nset output '{FOLDER / 'curves'}.{kind}'\n{data}"
                  f"set multiplot layout 1,{len(RUNS)}\nset xlabel 'epoch'\nset ylabel 'training loss'\nset yrange [0:]\nset grid\n"
                  + "\n".join(plots) + "\nunset multiplot\n")
        subprocess.run(["gnuplot"], input=script, check=True, text=True)


def main():
    tool = os.path.abspath(sys.argv[1])
    rows = [json.loads(line) for line in RESULTS.read_text().splitlines()] if RESULTS.exists() else []
    for name, arguments in RUNS.items():
        for ranks in RANKS:
            command = " ".join(["combinatorial-losses", *arguments])
            if any(row["command"] == command and row["ranks"] == ranks for row in rows):
                continue
            rows.append({"run": name, "ranks": ranks, "command": command, **train(tool, ranks, arguments)})
            with RESULTS.open("a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    draw(rows)
    for name in RUNS:
        alone = next(row["losses"] for row in rows if row["run"] == name and row["ranks"] == 0)
        for row in rows:
            if row["run"] == name:
                apart = max(abs(a - b) / b for a, b in zip(row["losses"], alone))
                print(f"{name}, {row['ranks'] or 'no'} ranks: losses up to {apart:.2%} from those of one process; test {row['test']}")


if __name__ == "__main__":
    main()
