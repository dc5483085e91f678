"""Netlib's linear programs, solved by `combinatorial-losses solve lp` and by HiGHS.

They come with the source package of Debian's coinutils, which is downloaded into a cache folder with
package lists of its own: the machine's lists hold no sources, and stay as they are."""
import json
import os
import platform
import subprocess
import sys
import tarfile
from pathlib import Path

NAMES = ("afiro", "brandy", "e226")
DIGITS = 9
HEADING = f"{'netlib, by solve lp':20s} {'ours':>20s} {'HiGHS':>20s}  {'relative difference':s}"


def folder():
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "combinatorial-losses" / "netlib"


def models():
    """The paths of the models, downloaded if they are not there yet."""
    paths = [folder() / f"{name}.mps" for name in NAMES]
    if not all(path.exists() for path in paths):
        folder().mkdir(parents=True, exist_ok=True)
        with tarfile.open(source_archive()) as archive:
            members = {Path(member.name).name: member for member in archive.getmembers()
                       if "/Sample/" in member.name}
            for path in paths:
                path.write_bytes(archive.extractfile(members[path.name]).read())
    return paths


def source_archive():
    lists, sources = folder() / "lists", folder() / "sources.list"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(RELEASE) $(COMPONENT) $(SITE)", "Created-By: Packages"],
        check=True, capture_output=True, text=True).stdout
    sites = sorted({site for suite, component, site in map(str.split, listed.splitlines())
                    if (suite, component) == (release, "main")})
    sources.write_text("".join(f"deb-src {site} {release} main\n" for site in sites))
    # The last option keeps apt-get from handing the download to a user who cannot write here.
    options = [f"Dir::State::lists={lists}", f"Dir::Cache={lists}", "Dir::Cache::pkgcache=",
               "Dir::Cache::srcpkgcache=", f"Dir::Etc::SourceList={sources}", "Dir::Etc::SourceParts=-",
               "Acquire::Languages=none", "APT::Sandbox::User="]
    options = [part for option in options for part in ("-o", option)]
    for command in (["update", "-qq"], ["source", "-qq", "--download-only", "coinutils"]):
        subprocess.run(["apt-get", *options, *command], cwd=folder(), check=True)
    return next(folder().glob("coinutils_*.orig.tar.*"))


def highs_value(path):
    import highspy
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        model.setOptionValue(option, 1e-9)
    model.readModel(str(path))
    model.run()
    return model.getInfo().objective_function_value


def compared(tool):
    """A row for each model; raises unless both sides agree to 9 digits."""
    found = []
    for path in models():
        printed = subprocess.run([tool, "solve", "lp", path], check=True, capture_output=True, text=True).stdout
        # HiGHS in a process of its own: where OR-Tools is loaded already, highspy cannot be.
        by_highs = subprocess.run([sys.executable, __file__, path], check=True, capture_output=True, text=True).stdout
        ours, theirs = json.loads(printed)["value"], float(by_highs)
        difference = abs(ours - theirs) / max(1, abs(theirs))
        if not difference < 0.5 * 10 ** (1 - DIGITS):
            raise AssertionError(f"{path.name}: {ours!r} by solve lp, {theirs!r} by HiGHS")
        found.append(dict(model=path.stem, ours=ours, highs=theirs, relativeDifference=difference))
    return found


def line(row):
    return f"{row['model']:20s} {row['ours']:20.10f} {row['highs']:20.10f}  {row['relativeDifference']:.1e}"


if __name__ == "__main__":
    print(repr(highs_value(sys.argv[1])))
