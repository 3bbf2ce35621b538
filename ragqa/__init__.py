"""Ask a folder of articles; the answer comes in their own words, every chunk of it cited."""

import os

__version__ = "0.1.0"

# ONNX Runtime's wheels report to their maker unless told not to before they are imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
