"""`make migration say="…"`: write the next revision, found by comparing the tables in the code with a migrated PostgreSQL."""

import sys

from bench.processes import find_binaries
from core.migrations import running
from tests.make.postgres import Cluster


def main(message: str) -> None:
    """Write the revision, or say why not."""
    binaries = find_binaries()
    if binaries is None or not message:
        sys.exit('usage: make migration say="what changes" (needs PostgreSQL\'s server programs)')
    cluster = Cluster(binaries)
    cluster.start()
    try:
        url = cluster.create("migration", tables=False)
        running.upgrade(url)
        if running.differences(url):
            running.write_revision(url, message)
        else:
            sys.exit("the tables in the code are those of the newest revision")
    finally:
        cluster.stop()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]).strip())
