"""`python -m engine`: the commands that need no terminal app."""

import sys

from engine.cli import main

sys.exit(main(sys.argv[1:]))
