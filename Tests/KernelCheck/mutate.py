#!/usr/bin/env python3
"""Changes one operator, bound or constant of a kernel at a time and sees whether the check of the kernels notices.

    mutate.py [--mutants N] [--seed N] [--cases N] [--jobs N] [--only TEXT] [--results FILE [--again | --summary]]

A mutant is compiled by itself and linked with the other objects. It is killed by a check that breaks, crashes or
does not end; a survivor is compiled and checked once more with the address sanitizer, which sees the stack too. One
whose object code is the original's is no mutant. Survivors that cannot change an answer stand in
equivalent_mutants.txt with the reason; the score, and --mutants, count the others. Fails below LEAST_SCORE.

--results appends each verdict to a file and goes on from those it holds already; --again judges its survivors
without a reason once more, --summary only prints what is there. --only takes mutants whose description, file first, contains a text.
"""
import argparse
import concurrent.futures
import hashlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
KERNELS = HERE.parents[1] / "CSources/CCombinatorialKernels"
EQUIVALENT = HERE / "equivalent_mutants.txt"
LEAST_SCORE = 95
# Seed, share of the cases, and seconds of a processor: most mutants die at once. Unchanged, all families need less
# than a tenth of these.
ROUNDS = [(1, 0.05, 10), (1, 1, 90), (2, 1, 90)]
SANITIZED_ROUNDS = [(1, 1, 300)]
COMPILE = ["clang", "-std=c17", "-O1"]
SANITIZE = "-fsanitize=address"
EXACT = "matching alignment chains paths trees flows transport"  # the families whose ties exact sums decide
# Where a kernel is part of others, their checks see it too.
FAMILIES = {
    "matching": "matching", "alignment": "alignment", "chains": "chains", "paths": "paths", "trees": "trees",
    "flows": "flows transport", "transport": "transport matching", "rows": "rows alignment transport", "network": "network",
    "common": EXACT + " rows network",
}

TOKEN = re.compile(
    r"""(?P<skip>/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|^[ \t]*\#(?:\\\n|[^\n])*|->)
      |(?P<number>\b(?:0x[0-9a-fA-F.]+(?:p[+-]?\d+)?|\d+\.?\d*(?:e[+-]?\d+)?)[uUlLfF]*)
      |(?P<word>\b(?:true|false|fmin|fmax|INFINITY|break|continue)\b)
      |(?P<operator><<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|[<>+\-*/!])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
OPERATORS = {
    "<": ["<=", ">"], "<=": ["<"], ">": [">=", "<"], ">=": [">"], "==": ["!="], "!=": ["=="], "&&": ["||"],
    "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["+"], "/": ["*"], "+=": ["-="], "-=": ["+="], "<<": [">>"],
    ">>": ["<<"],
}
WORDS = {"true": ["false"], "false": ["true"], "fmin": ["fmax"], "fmax": ["fmin"], "break": ["continue"]}


def is_binary(text, start, end):
    """Whether an operator between blanks joins two operands: no pointer, sign or cast."""
    before = text[:start].rstrip()[-1:]
    return text[start - 1] == " " and text[end] in " \n" and (before.isalnum() or before in "_)]")


def changes(match, text):
    token = match.group()
    if match.lastgroup == "number":
        if not token.isdigit():
            return []
        return [str(int(token) + 1)] + ([str(int(token) - 1)] if int(token) > 0 else [])
    if match.lastgroup == "word":
        return WORDS.get(token, [])
    if match.lastgroup == "operator" and is_binary(text, match.start(), match.end()):
        return OPERATORS.get(token, [])
    return []


class Mutant(NamedTuple):
    path: Path
    start: int
    end: int
    replacement: str
    description: str  # stays the same while other lines of the file move; the nth line alike ends with #n


def mutants():
    """All that the kernels' sources have."""
    for path in sorted((KERNELS / "src").rglob("*.[ch]")):
        text, alike = path.read_text(), {}
        for match in TOKEN.finditer(text):
            start, end = match.span()
            before, after = text[text.rfind("\n", 0, start) + 1:start], text[end:text.find("\n", end)]
            for replacement in changes(match, text):
                changed = f"{before}[{match.group()} -> {replacement}]{after}"
                line = f"{path.relative_to(KERNELS / 'src')}: {' '.join(changed.split())}"
                alike[line] = alike.get(line, 0) + 1
                yield Mutant(path, start, end, replacement, line + (f" #{alike[line]}" if alike[line] > 1 else ""))


def run(command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


class Workshop:
    """The objects of the unchanged sources, and what each was made of."""

    def __init__(self, folder, flags, rounds):
        self.folder, self.flags, self.rounds = folder, flags, rounds
        self.units = {}  # source file: (object, files that it includes)
        sources = sorted((KERNELS / "src").rglob("*.c")) + sorted(HERE.glob("*.c")) + sorted(HERE.glob("*/*.c"))
        for number, source in enumerate(sources):
            built = folder / f"{number}_{source.stem}{''.join(flags)}.o"
            done = self.compile(source, KERNELS, built)
            if done.returncode != 0:
                sys.exit(done.stderr)
            parts = built.with_suffix(".d").read_text().replace("\\\n", " ").split(":", 1)[1].split()
            self.units[source] = built, {Path(part).resolve() for part in parts}

    def compile(self, source, kernels, built):
        return run([*COMPILE, *self.flags, "-w", f"-I{kernels}/include", f"-I{HERE}", "-include", "support/read_stop.h", "-MMD", "-c", source, "-o", built])

    def judge(self, mutant, cases):
        """'killed', 'slow', 'survived', 'same code' or 'does not compile'."""
        path, start, end, replacement, _ = mutant
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            tree = Path(name) / "kernels"
            shutil.copytree(KERNELS, tree)
            text = path.read_text()
            (tree / path.relative_to(KERNELS)).write_text(text[:start] + replacement + text[end:])
            objects, differs = {}, False
            for source, (original, parts) in self.units.items():
                if path.resolve() not in parts or KERNELS not in source.parents:  # a check that includes it keeps it
                    continue
                built = Path(name) / (source.stem + ".o")
                if self.compile(tree / source.relative_to(KERNELS), tree, built).returncode != 0:
                    return "does not compile"
                objects[source] = built
                differs |= digest(built) != digest(original)
            if not differs:
                return "same code"
            return self.verdict(Path(name), objects, FAMILIES[path.parent.name].split(), cases)

    def verdict(self, folder, objects, families, cases):
        linked = [objects.get(source, unit[0]) for source, unit in self.units.items()]
        run(["clang", *self.flags, *linked, "-lm", "-o", folder / "kernel_check"], check=True)
        for seed, share, seconds in self.rounds:
            done = run([folder / "kernel_check", "--cases", max(1, int(share * cases)), "--seed", seed, *families],
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1)))
            if done.returncode != 0:
                return "slow" if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "killed"
        return "survived"


class Judge:
    """Two workshops: the second one looks at what survives the first."""

    def __init__(self, folder, cases, known):
        self.cases, self.known = cases, known
        self.workshops = [Workshop(folder, [], ROUNDS), Workshop(folder, [SANITIZE], SANITIZED_ROUNDS)]
        for workshop in self.workshops:
            if workshop.verdict(folder, {}, [], cases) != "survived":
                sys.exit("the check fails without a change")

    def __call__(self, mutant):
        verdict = self.workshops[0].judge(mutant, self.cases)
        is_open = verdict == "survived" and mutant.description not in self.known
        return self.workshops[1].judge(mutant, self.cases) if is_open else verdict


def digest(path):
    return hashlib.sha256(path.read_bytes()).digest()


def known_equivalents():
    """The description of each mutant that cannot change an answer, and the reason, which is indented below."""
    known, reason = {}, []
    if not EQUIVALENT.exists():
        return known
    pending = []
    for line in EQUIVALENT.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            pending = []
        elif line.startswith(" "):
            for description in pending:
                known[description] = (known.get(description, "") + " " + line.strip()).strip()
        else:
            if pending and known.get(pending[-1]):
                pending = []
            pending.append(line.strip())
    return known


def report(verdicts, known):
    """verdicts: of each description the last one."""
    alive = [line for line, verdict in verdicts.items() if verdict == "survived"]
    survivors = [line for line in alive if line not in known]
    slow, killed = (sum(verdict == word for verdict in verdicts.values()) for word in ("slow", "killed"))
    for line in alive:
        if line in known:
            print(f"equivalent: {line}\n    {known[line]}")
    for line in survivors:
        print(f"survived:   {line}")
    score = 100 * (killed + slow) / max(1, killed + slow + len(survivors))
    print(f"{killed + slow} killed ({slow} did not end), {len(survivors)} survived, "
          f"{len(alive) - len(survivors)} equivalent: {score:.1f} %")
    return score


def read_results(path):
    if path is None or not path.exists():
        return {}
    return dict(reversed(line.split("\t", 1)) for line in path.read_text().splitlines())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--summary", action="store_true")
    return parser.parse_args()


def main():
    options, known = arguments(), known_equivalents()
    verdicts = read_results(options.results)
    counts = lambda line: verdicts.get(line) in ("killed", "slow") or verdicts.get(line) == "survived" and line not in known
    if not options.summary:
        every = [mutant for mutant in mutants() if options.only in mutant.description]
        random.Random(options.seed).shuffle(every)
        print(f"{len(every)} possible changes; seed {options.seed}", flush=True)
        upcoming = iter([m for m in every if m.description not in verdicts])
        if options.again:
            open_ones = {line for line, verdict in verdicts.items() if verdict == "survived" and line not in known}
            upcoming = iter([m for m in every if m.description in open_ones])
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            judge = Judge(Path(folder), options.cases, known)
            # Some changes do not count: look at more until enough do.
            while missing := options.mutants - sum(map(counts, verdicts)):
                chunk = [mutant for mutant, _ in zip(upcoming, range(missing))]
                if not chunk:
                    break
                for mutant, verdict in zip(chunk, pool.map(judge, chunk)):
                    verdicts[mutant.description] = verdict
                    record(f"{verdict}\t{mutant.description}", options.results)
    sys.exit(report(verdicts, known) < LEAST_SCORE)


def record(line, results):
    print(line, flush=True)
    if results:
        with results.open("a") as file:
            print(line, file=file)


if __name__ == "__main__":
    main()
