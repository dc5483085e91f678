#!/usr/bin/env python3
"""Builds the documentation of all libraries as one site, by the toolchain's docc, from the release build of the package.

Every warning of docc and every public symbol without documentation is an error; --check looks for these alone, and
makes no site. pages.py makes the archives of docc pages that need no server.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

import pages

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / ".build-docs"
# What the front page shows before the modules.
FIRST = [
    "CombinatorialSolvers/SolvingAndProving", "CombinatorialSolvers/Problems", "CombinatorialLosses/Method",
    "CombinatorialLosses/LearningFromBags", "CombinatorialLosses/ComingFromPyTorch", "CombinatorialLosses/Gallery"]
# Libraries export some names of modules that are no products; these stand on the pages of the library.
EXPORTED = {"CombinatorialSolvers": ["CombinatorialKernels"], "NumPyFiles": ["CombinatorialFiles"]}


def output(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def docc():
    """The toolchain's docc: it stands beside swift."""
    beside = pathlib.Path(shutil.which("swift") or sys.exit("swift is not on the path")).resolve().parent / "docc"
    return str(beside if beside.exists() else shutil.which("docc") or sys.exit("the toolchain has no docc"))


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


def clang_flags(built):
    """What the C modules below a Swift module are found by."""
    maps = [*ROOT.glob("CSources/*/module.modulemap"), *built.glob("*.build/module.modulemap")]
    flags = [f"-fmodule-map-file={path}" for path in maps]
    for target in json.loads(output("swift", "package", "dump-package"))["targets"]:
        if target.get("pkgConfig"):
            run = subprocess.run(
                ["pkg-config", "--cflags-only-I", target["pkgConfig"]], stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, check=False)
            flags += run.stdout.split()
    return [part for flag in flags for part in ("-Xcc", flag)]


def symbol_graphs(modules):
    """Returns the folder with the graphs of the modules, as they are in the release build.

    `swift package dump-symbol-graph` would build everything anew, with all traits and what these need."""
    built = pathlib.Path(output("swift", "build", "-c", "release", "--show-bin-path").strip())
    folder = WORK / "symbolgraph"
    folder.mkdir(parents=True)
    flags = clang_flags(built)
    if sys.platform == "darwin":
        flags += ["-sdk", output("xcrun", "--show-sdk-path").strip()]
    triple = json.loads(output("swift", "-print-target-info"))["target"]["triple"]
    extract = pathlib.Path(docc()).parent / "swift-symbolgraph-extract"
    for module in modules:
        output(
            str(extract), "-module-name", module, "-I", str(built / "Modules"), *flags, "-target", triple,
            "-minimum-access-level", "public", "-emit-extension-block-symbols", "-output-dir", str(folder))
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
        for file in [main, *sorted(folder.glob(f"{source}@*.symbols.json"))] if source == module else [main]:
            graph = select(json.loads(file.read_text()), module, modules)
            problems += filter(None, map(undocumented, graph["symbols"]))
            (WORK / module / file.name).write_text(json.dumps(graph))
    return problems


def convert(target, dependencies):
    """Converts one module, and returns its archive and the warnings."""
    name = target["name"]
    archive = WORK / f"{name}.doccarchive"
    command = [docc(), "convert"]
    staged = WORK / f"{name}.docc"
    for catalog in (ROOT / target["path"]).glob("*.docc"):
        shutil.copytree(catalog, staged)  # Pictures of results are links in a catalog, which docc would copy as such.
        command.append(str(staged))
    command += ["--additional-symbol-graph-dir", str(WORK / name), "--output-dir", str(archive)]
    command += ["--fallback-display-name", name, "--fallback-bundle-identifier", name]
    command += ["--fallback-default-module-kind", "Library", "--ide-console-output"]
    command += ["--enable-experimental-external-link-support", "--no-transform-for-static-hosting"]
    for dependency in dependencies:
        command += ["--dependency", str(dependency)]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    warnings = [
        line.replace(str(staged), f"{target['path']}/*.docc").removeprefix(f"{ROOT}/")
        for line in run.stdout.splitlines()
        if " warning: " in line or "error: " in line or line.startswith("warning: ")]
    if run.returncode != 0 and not warnings:
        warnings = [run.stdout]
    return archive, warnings


def broken_links(archives):
    """Links within and between the modules that lead to no page."""
    files = [(archive / "data", file) for archive in archives for file in (archive / "data").rglob("*.json")]
    found = {"/" + str(file.relative_to(data).with_suffix("")) for data, file in files}
    for _, file in files:
        text = file.read_text().replace("\\/", "/")
        for link in set(re.findall(r'"url":"(/documentation/[^"#]*)', text)) - found:
            yield f"{file}: {link} is no page"


def introduce(site):
    """Puts README's first sentence and what to read first on the front page, which docc makes of the modules alone."""
    path = site / "data" / "documentation.json"
    front = json.loads(path.read_text())
    sentence = " ".join((ROOT / "README.md").read_text().split("\n\n")[1].split())
    front["abstract"] = [{"type": "text", "text": sentence}]
    first = []
    for article in FIRST:
        url = f"/documentation/{article.lower()}"
        page = json.loads((site / f"data{url}.json").read_text())
        first.append(page["identifier"]["url"])
        front["references"][first[-1]] = {
            "identifier": first[-1], "title": page["metadata"]["title"], "abstract": page["abstract"], "url": url,
            "kind": "article", "role": "article", "type": "topic"}
    front["topicSections"] = [
        {"title": "Start here", "identifiers": first}, {"title": "Modules"} | front["topicSections"][0]]
    path.write_text(json.dumps(front))


def merge(archives):
    """Makes one site of the archives."""
    site = WORK / "site"
    subprocess.run(
        [docc(), "merge", *map(str, archives), "--output-path", str(site), "--synthesized-landing-page-name",
         "swift-combinatorial-losses", "--synthesized-landing-page-topics-style", "list"],
        cwd=ROOT, check=True)
    introduce(site)
    pages.write(site, ROOT / "Documentation" / "page.js")
    for file in ["link-hierarchy.json", "linkable-entities.json"]:
        (site / file).unlink(missing_ok=True)
    print(f"{site.relative_to(ROOT)}/index.html")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="look for what is wrong or missing, and make no site")
    arguments = parser.parse_args()
    package = json.loads(output("swift", "package", "describe", "--type", "json"))
    modules = [target["name"] for target in package["targets"]]
    targets = libraries(package)
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    names = [target["name"] for target in targets]
    folder = symbol_graphs(names + sum(EXPORTED.values(), []))
    problems, archives = [], []
    for target in targets:
        problems += prepare(folder, target["name"], modules)
        archive, warnings = convert(target, archives)
        problems += warnings
        archives.append(archive)
    problems += broken_links(archives)
    for problem in sorted(set(problems)):
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"{len(set(problems))} problems in the documentation")
    if not arguments.check:
        merge(archives)


main()
