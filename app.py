"""Open the page: `python app.py` is `python -m ragqa app`, and takes the same options."""

import sys

from ragqa.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "app")
    main()
