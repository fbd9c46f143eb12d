"""`python -m bot` is the command `withoutfear`."""

import sys

from bot.cli import main

sys.exit(main())
