"""Run the command line with `python -m ragqa`."""

from ragqa.cli import main

if __name__ == "__main__":
    main()
