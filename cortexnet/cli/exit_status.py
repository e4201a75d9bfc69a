"""The statuses with which the command line ends, besides those that errors carry themselves."""

DONE = 0
BAD_INPUT = 2
INTERRUPTED = 130
