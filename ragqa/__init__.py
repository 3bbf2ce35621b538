"""Ask a folder of articles; the answer comes in their own words, every chunk of it cited."""

__version__ = "0.1.0"
