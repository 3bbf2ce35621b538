"""What can go wrong, as a tree; only the command line and the page turn these into text.

    RagqaError
    ├── InputError          the files or the question given cannot be used
    │   ├── NothingToIndex
    │   └── QuestionError
    ├── IndexFolderError    the index folder cannot be used
    │   ├── IndexMissing
    │   ├── IndexDamaged
    │   ├── IndexVersionError
    │   ├── IndexLocked
    │   ├── IndexUnwritable
    │   └── ModelMismatch   it was built with another model
    ├── SettingsError       a setting, in the environment or ragqa.toml, cannot be used
    ├── ModelError          a model cannot be loaded or run
    ├── ServerError         the page cannot be served
    ├── GoldError           a gold question file cannot be used
    └── CitationError       a citation does not hold: a bug in ragqa

Every message is one line that says what is wrong and what to do next.
"""


class RagqaError(Exception):
    """Base of every error that ragqa raises on purpose."""


class InputError(RagqaError):
    """The files or the question given cannot be used."""


class NothingToIndex(InputError):
    """No article could be read from the paths given; `problems` says why not, a line each."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class QuestionError(InputError):
    """The question is empty, too long, or has no word in it."""


class IndexFolderError(RagqaError):
    """The index folder cannot be used."""


class IndexMissing(IndexFolderError):
    """There is no index in the folder."""


class IndexDamaged(IndexFolderError):
    """The index's database is damaged."""


class IndexVersionError(IndexFolderError):
    """The index was written by another version of ragqa."""


class IndexLocked(IndexFolderError):
    """Another process is writing the index."""


class IndexUnwritable(IndexFolderError):
    """The index cannot be written: no permission, a read-only or a full disk."""


class ModelMismatch(IndexFolderError):
    """The index was built with another encoder than the one asked for."""


class SettingsError(RagqaError):
    """A setting, in the environment or in `ragqa.toml`, cannot be used."""


class ModelError(RagqaError):
    """A model cannot be found, loaded or run."""


class ServerError(RagqaError):
    """The page cannot be served: its port is taken, no address is like that, or Gradio is unfit."""


class GoldError(RagqaError):
    """A gold question file cannot be used."""


class CitationError(RagqaError):
    """A citation does not hold to the character."""
