#!/usr/bin/env python3
"""Changes one operator, bound or constant of a kernel at a time and sees whether the check of the kernels notices.

    mutate.py [--mutants N] [--seed N] [--cases N] [--jobs N] [--only PART_OF_A_PATH]

A mutant is compiled by itself and linked with the other objects. It is killed by a check that breaks, crashes or
does not end; one whose object code is the original's is no mutant. Survivors that cannot change an answer stand in
equivalent_mutants.txt with the reason; the score counts the others. Fails below LEAST_SCORE.
"""
import argparse
import concurrent.futures
import hashlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KERNELS = HERE.parents[1] / "CSources/CCombinatorialKernels"
EQUIVALENT = HERE / "equivalent_mutants.txt"
LEAST_SCORE = 95
CHECK_SECONDS = 120
COMPILE = ["clang", "-std=c17", "-O1"]
# Where a kernel is part of others, their checks see it too.
FAMILIES = {
    "matching": "matching", "alignment": "alignment", "chains": "chains", "paths": "paths", "trees": "trees",
    "flows": "flows transport", "transport": "transport matching", "rows": "rows alignment transport", "network": "network",
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
    return text[start - 1] == " " and text[end] == " " and (before.isalnum() or before in "_)]")


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


def sites(only):
    """All (file, start, end, replacement) of the kernels' sources."""
    for path in sorted((KERNELS / "src").rglob("*.[ch]")):
        if path.parent.name not in FAMILIES or only not in str(path.relative_to(KERNELS)):
            continue
        text = path.read_text()
        for match in TOKEN.finditer(text):
            for replacement in changes(match, text):
                yield path, match.start(), match.end(), replacement


def described(mutant):
    """A line that stays the same while other lines of the file move."""
    path, start, end, replacement = mutant
    text = path.read_text()
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    changed = text[first:start] + "[" + text[start:end] + " -> " + replacement + "]" + text[end:last]
    return f"{path.relative_to(KERNELS / 'src')}: {' '.join(changed.split())}"


def run(command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


class Workshop:
    """The objects of the unchanged sources, and what each was made of."""

    def __init__(self, folder):
        self.folder = folder
        self.units = {}  # source file: (object, files that it includes)
        sources = sorted((KERNELS / "src").rglob("*.c")) + sorted(HERE.glob("*.c")) + sorted(HERE.glob("*/*.c"))
        for number, source in enumerate(sources):
            built = folder / f"{number}_{source.stem}.o"
            done = run([*COMPILE, f"-I{KERNELS}/include", f"-I{HERE}", "-MMD", "-c", source, "-o", built])
            if done.returncode != 0:
                sys.exit(done.stderr)
            parts = built.with_suffix(".d").read_text().replace("\\\n", " ").split(":", 1)[1].split()
            self.units[source] = built, {Path(part).resolve() for part in parts}

    def units_of(self, path):
        return [source for source, (_, parts) in self.units.items() if path.resolve() in parts]

    def judge(self, mutant, cases):
        """'killed', 'slow', 'survived', 'same code' or 'does not compile'."""
        path, start, end, replacement = mutant
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            tree = Path(name) / "kernels"
            shutil.copytree(KERNELS, tree)
            changed = tree / path.relative_to(KERNELS)
            text = path.read_text()
            changed.write_text(text[:start] + replacement + text[end:])
            objects, differs = {}, False
            for source in self.units_of(path):
                built = Path(name) / (source.stem + ".o")
                compiled = run([*COMPILE, "-w", f"-I{tree}/include", f"-I{HERE}", "-c",
                                tree / source.relative_to(KERNELS), "-o", built])
                if compiled.returncode != 0:
                    return "does not compile"
                objects[source] = built
                differs |= digest(built) != digest(self.units[source][0])
            if not differs:
                return "same code"
            program = Path(name) / "kernel_check"
            linked = [objects.get(source, unit[0]) for source, unit in self.units.items()]
            run(["clang", *linked, "-lm", "-o", program], check=True)
            return self.verdict(program, FAMILIES[path.parent.name].split(), cases)

    def verdict(self, program, families, cases):
        for seed in (1, 2):
            try:
                done = run([program, "--cases", cases, "--seed", seed, *families], timeout=CHECK_SECONDS)
            except subprocess.TimeoutExpired:
                return "slow"
            if done.returncode != 0:
                return "killed"
        return "survived"


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


def report(verdicts):
    known = known_equivalents()
    alive = [described(mutant) for mutant, verdict in verdicts if verdict == "survived"]
    equivalent = [line for line in alive if line in known]
    survivors = [line for line in alive if line not in known]
    killed = sum(verdict in ("killed", "slow") for _, verdict in verdicts)
    for line in equivalent:
        print(f"equivalent: {line}\n    {known[line]}")
    for line in survivors:
        print(f"survived:   {line}")
    score = 100 * killed / max(1, killed + len(survivors))
    print(f"{killed} killed, {len(survivors)} survived, {len(equivalent)} equivalent: {score:.1f} %")
    return score


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="part of the path of the sources to change")
    options = parser.parse_args()
    every = list(sites(options.only))
    random.Random(options.seed).shuffle(every)
    print(f"{len(every)} possible changes; seed {options.seed}", flush=True)
    verdicts = []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        workshop = Workshop(Path(folder))
        if workshop.units and workshop_fails(workshop, options.cases):
            sys.exit("the check fails without a change")
        # Some changes do not count: look at more until enough do.
        upcoming = iter(every)
        while len(verdicts) < options.mutants:
            chunk = [m for m, _ in zip(upcoming, range(options.mutants - len(verdicts)))]
            if not chunk:
                break
            for mutant, verdict in zip(chunk, pool.map(lambda m: workshop.judge(m, options.cases), chunk)):
                if verdict in ("killed", "slow", "survived"):
                    verdicts.append((mutant, verdict))
                print(f"{verdict:16} {described(mutant)}", flush=True)
    sys.exit(report(verdicts) < LEAST_SCORE)


def workshop_fails(workshop, cases):
    program = workshop.folder / "kernel_check"
    run(["clang", *[unit[0] for unit in workshop.units.values()], "-lm", "-o", program], check=True)
    return workshop.verdict(program, [], cases) != "survived"


if __name__ == "__main__":
    main()
