"""Run the command line with `python -m chengce`."""

from chengce.interfaces.cli import main

if __name__ == "__main__":
    main()
