"""`python -m web` is `kaochang`."""

from web.cli import main

main()
