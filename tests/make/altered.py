"""The command line of a house with something altered: `TESTS_ALTERED` names functions of `tests.make.alterations`, parted by commas."""

import os

from gevent import monkey

monkey.patch_all()

from tests.make import alterations  # noqa: E402 - after the patch


def alter() -> None:
    """Do the alterations."""
    for name in os.environ["TESTS_ALTERED"].split(","):
        getattr(alterations, name)()


if __name__ == "__main__":
    alter()
    from web.cli import main

    main()
