"""Where and with what a run was made: the machine, the versions, and how long its disk takes to keep a page."""

import os
import platform
import statistics
import subprocess
import time

from .programs import ROOT

SYNCS = 200
PAGE = bytes(4096)


def machine(folder):
    return {"cores": os.cpu_count(), "processor": processor(), "memory_gb": memory_gb(), "kernel": platform.release(),
            "file_system": file_system(folder)[1]}


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.lower().startswith(("model name", "hardware")):
                return line.partition(":")[2].strip()
    return platform.machine()


def memory_gb():
    with open("/proc/meminfo") as file:
        for line in file:
            if line.startswith("MemTotal"):
                return round(int(line.split()[1]) / 1024 / 1024, 1)
    return None


def file_system(folder):
    """The mount that a folder lies on, and its type."""
    folder, found = os.path.realpath(folder), ("", "")
    with open("/proc/mounts") as file:
        for line in file:
            _, mount, kind, *_ = line.split()
            if (folder + "/").startswith(mount.rstrip("/") + "/") and len(mount) >= len(found[0]):
                found = (mount, kind)
    return found


def keeps_nothing(folder):
    """Whether a folder lies in memory, where nothing has to be written to be kept."""
    return file_system(folder)[1] in ("tmpfs", "ramfs")


def versions(programs, postgres_programs=None):
    said = {"rasid": says(programs.rasid, "--version"), "swift": swift(),
            "sqlite": says("dpkg-query", "-W", "-f=${Version}", "libsqlite3-0"), "wrk": wrk(), "revision": revision()}
    if postgres_programs:
        words = says(os.path.join(postgres_programs, "postgres"), "--version").split()
        said["postgres"] = next((word for word in words if word[0].isdigit()), "")
    return {name: version for name, version in said.items() if version}


def says(*words):
    try:
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""


def swift():
    words = says("swift", "--version").split()
    return words[words.index("version") + 1] if "version" in words else ""


def wrk():
    words = says("wrk", "-v").split()
    return words[1] if len(words) > 1 else ""


def revision():
    """The commit, with a plus where what is built from differs from it."""
    built_from = ["Sources", "Package.swift", "Benchmarks", "scripts"]
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", *built_from],
                             cwd=ROOT, capture_output=True).returncode
    return says("git", "rev-parse", "--short", "HEAD") + ("+" if changed == 1 else "")


def sync_ms(folder):
    """The median time to append a page to a file and have it on the disk."""
    path, took = os.path.join(folder, "sync"), []
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(SYNCS):
            began = time.perf_counter()
            os.write(file, PAGE)
            os.fdatasync(file)
            took.append(time.perf_counter() - began)
    finally:
        os.close(file)
        os.unlink(path)
    return statistics.median(took) * 1000
