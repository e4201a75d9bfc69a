"""``python -m cortexnet``: the command line."""

from cortexnet.cli import main

if __name__ == "__main__":
    main()
