"""All benchmarks in order: `python eval/bench`, or `python eval/bench --quick`.

Each is a process of its own, as what one imports would show in another's memory.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run them; the exit status is 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small samples")
    quick = ["--quick"] if parser.parse_args().quick else []
    with tempfile.TemporaryDirectory() as work:
        failed = [
            name
            for name, *arguments in (
                ("cold_ask",),
                ("reindex", "--work", work),
                ("warm", "--index", str(Path(work) / "index")),
                ("embedding",),
                ("reading",),
                ("fusion",),
                ("duplicates",),
            )
            if subprocess.call([sys.executable, str(HERE / f"{name}.py"), *arguments, *quick])
        ]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
