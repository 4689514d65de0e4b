"""The programs of a run: built, or found where an earlier build has left them."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from chaos.shop import Refused

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


@dataclass(frozen=True)
class Programs:
    rasid: str
    #: The bare route that everything is compared with.
    echo: str
    #: The floor of the store, and the maker of large stores; None where the package has no such product.
    bench: str | None


def build():
    """Installs what is missing and builds release programs."""
    subprocess.run([os.path.join(ROOT, "scripts", "install"), "wrk", "curl", "postgresql"], check=True)
    print("building release binaries", file=sys.stderr)
    for words in (["--product", "rasid"], *([["--product", "rasid-bench"]] if has_bench() else []),
                  ["--package-path", "Benchmarks", "--product", "Echo"]):
        subprocess.run(["swift", "build", "-c", "release", *words], cwd=ROOT, check=True, stdout=sys.stderr)


def has_bench():
    with open(os.path.join(ROOT, "Package.swift")) as manifest:
        return '"rasid-bench"' in manifest.read()


def find():
    rasid = os.path.join(ROOT, ".build", "release", "rasid")
    echo = os.path.join(ROOT, "Benchmarks", ".build", "release", "Echo")
    bench = os.path.join(ROOT, ".build", "release", "rasid-bench")
    for program in (rasid, echo):
        if not os.access(program, os.X_OK):
            raise Refused(f"{os.path.relpath(program, ROOT)} has not been built: leave --skip-build out")
    return Programs(rasid, echo, bench if os.access(bench, os.X_OK) else None)


def keep(programs, folder):
    """Copies, so that nobody who builds meanwhile changes what is measured."""
    return Programs(*[program and shutil.copy(program, os.path.join(folder, os.path.basename(program)))
                      for program in (programs.rasid, programs.echo, programs.bench)])
