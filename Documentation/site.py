#!/usr/bin/env python3
"""Builds the documentation of all libraries as one site, by the toolchain's docc, from what `swift build` has built.

Every warning of docc and every public symbol without documentation is an error; --check looks for these alone, and
makes no site.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / ".build-docs"
# Libraries export some names of modules that are no products; these stand on the pages of the library.
EXPORTED = {"CombinatorialSolvers": ["CombinatorialKernels"]}


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def libraries(package):
    """The targets of library products, and the number of others that each is built on: links go to those with fewer."""
    targets = {target["name"]: target for target in package["targets"]}

    def below(name):
        direct = targets[name].get("target_dependencies", [])
        return set(direct).union(*map(below, direct))

    found = {
        name
        for product in package["products"]
        if "library" in product["type"]
        for name in product["targets"]
    }
    return [
        targets[name]
        for name in sorted(found, key=lambda name: (len(below(name) & found), name))
    ]


def symbol_graphs():
    folder = pathlib.Path(output("swift", "build", "--show-bin-path").strip()).parent / "symbolgraph"
    shutil.rmtree(folder, ignore_errors=True)
    # Its status is not zero where tests have not been built, whose graphs nobody needs.
    subprocess.run(
        ["swift", "package", "dump-symbol-graph", "--emit-extension-block-symbols"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return folder


def is_ours(symbol, modules):
    """Whether a symbol is declared in the package: what the standard library gives every collection is not."""
    name = symbol["identifier"]["precise"].split("::SYNTHESIZED::")[0]
    return "::SYNTHESIZED::" not in symbol["identifier"]["precise"] or any(
        f"{len(module)}{module}" in name for module in modules)


def select(graph, module, modules):
    """The graph of what is ours, as a part of the module."""
    symbols = [symbol for symbol in graph["symbols"] if is_ours(symbol, modules)]
    dropped = {s["identifier"]["precise"] for s in graph["symbols"]} - {
        s["identifier"]["precise"] for s in symbols}
    relations = [
        relation for relation in graph["relationships"]
        if relation["source"] not in dropped and relation["target"] not in dropped]
    return graph | {
        "symbols": symbols, "relationships": relations, "module": graph["module"] | {"name": module}}


def undocumented(symbol):
    """Where a symbol without documentation stands, or None if it has some or is not written in the source."""
    if "docComment" in symbol or "location" not in symbol or "::SYNTHESIZED::" in symbol["identifier"]["precise"]:
        return None
    if symbol["kind"]["identifier"] == "swift.extension":
        return None
    path = symbol["location"]["uri"].removeprefix("file://").removeprefix(f"{ROOT}/")
    line = symbol["location"]["position"]["line"] + 1
    return f"{path}:{line}: {'.'.join(symbol['pathComponents'])} has no documentation"


def prepare(folder, module, modules):
    """Writes the graphs of a module where docc finds them, and returns what is wrong with them."""
    problems = []
    (WORK / module).mkdir()
    for source in [module, *EXPORTED.get(module, [])]:
        main = folder / f"{source}.symbols.json"
        if not main.exists():
            sys.exit(f"no symbol graph of {source}: run swift build")
        for file in [main, *sorted(folder.glob(f"{source}@*.symbols.json"))] if source == module else [main]:
            graph = select(json.loads(file.read_text()), module, modules)
            problems += filter(None, map(undocumented, graph["symbols"]))
            (WORK / module / file.name).write_text(json.dumps(graph))
    return problems


def convert(target, dependencies, hosting):
    """Converts one module, and returns its archive and the warnings."""
    name = target["name"]
    archive = WORK / f"{name}.doccarchive"
    catalog = ROOT / target["path"] / f"{name}.docc"
    command = ["docc", "convert", *([str(catalog)] if catalog.exists() else [])]
    command += ["--additional-symbol-graph-dir", str(WORK / name), "--output-dir", str(archive)]
    command += ["--fallback-display-name", name, "--fallback-bundle-identifier", name]
    command += ["--fallback-default-module-kind", "Library", "--ide-console-output"]
    command += ["--enable-experimental-external-link-support"]
    command += ["--transform-for-static-hosting" if hosting else "--no-transform-for-static-hosting"]
    for dependency in dependencies:
        command += ["--dependency", str(dependency)]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    warnings = [
        line.removeprefix(f"{ROOT}/") for line in run.stdout.splitlines()
        if " warning: " in line or "error: " in line or line.startswith("warning: ")]
    if run.returncode != 0 and not warnings:
        warnings = [run.stdout]
    return archive, warnings


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="look for what is wrong or missing, and make no site")
    arguments = parser.parse_args()
    package = json.loads(output("swift", "package", "describe", "--type", "json"))
    modules = [target["name"] for target in package["targets"]]
    folder = symbol_graphs()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    problems, archives = [], []
    for target in libraries(package):
        problems += prepare(folder, target["name"], modules)
        archive, warnings = convert(target, archives, hosting=not arguments.check)
        problems += warnings
        archives.append(archive)
    for problem in sorted(set(problems)):
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"{len(set(problems))} problems in the documentation")


main()
