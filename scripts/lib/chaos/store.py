"""The second part: the store is taken away under the serving shop, or damaged while it is stopped.

Run by scripts/chaos, in a mount namespace of its own where the system allows one. Ends with 0 when every scene held,
with 3 when nothing failed but a scene could not be played here, else with 1:

    store.py '{"binary": …, "folder": …, "seed": …, "mounts": true, "scenes": ["FullDisk"]}'
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from chaos.damage import CutFile, ReadOnlyFileSystem  # noqa: E402
from chaos.outages import BrokenDisk, FullDisk, ReadOnlyFolder  # noqa: E402

SCENES = (FullDisk, ReadOnlyFolder, BrokenDisk, ReadOnlyFileSystem, CutFile)


def main():
    options = json.loads(sys.argv[1])
    only = options.get("scenes") or [scene.__name__ for scene in SCENES]
    results = [scene(options).play() for scene in SCENES if scene.__name__ in only]
    counts = {verdict: results.count(verdict) for verdict in ("held", "failed", "not played")}
    print(f"\nscenes: {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}")
    return 1 if counts["failed"] else 3 if counts["not played"] else 0


if __name__ == "__main__":
    sys.exit(main())
