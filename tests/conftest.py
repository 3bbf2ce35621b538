import os
from pathlib import Path

import pytest

# Nothing in the tests may reach a model hub, whatever the machine would allow.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("RAGQA_MODEL", None)

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "articles"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def real_articles() -> Path:
    if not REAL.is_dir():
        pytest.skip("the real articles are not beside the checkout (../shared/articles)")
    return REAL
