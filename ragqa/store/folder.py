"""The index folder, and where in it the database is."""

from pathlib import Path

from ragqa.errors import IndexFolderError, IndexUnwritable

DATABASE = "ragqa.sqlite"


def make_folder(folder: Path) -> None:
    """Make the index folder when it is not there.

    Raises:
        IndexFolderError: there is a file in its place.
        IndexUnwritable: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexFolderError(
            f"the index folder {folder} is a file; name a folder with --index"
        ) from error
    except OSError as error:
        raise IndexUnwritable(
            f"cannot make the index folder {folder}: {error.strerror}; name another one with "
            "--index"
        ) from error


def database_path(folder: Path) -> Path:
    """Return where the index's own database is, if there is one.

    Raises:
        IndexFolderError: there is a file in the folder's place.
    """
    if folder.exists() and not folder.is_dir():
        raise IndexFolderError(f"the index folder {folder} is a file; name a folder with --index")
    return folder / DATABASE


def remove_database(folder: Path, name: str) -> None:
    """Delete a database and its log."""
    (folder / name).unlink(missing_ok=True)
    remove_log(folder, name)


def remove_log(folder: Path, name: str) -> None:
    """Delete a database's log, which must not be needed any more."""
    for suffix in ("-wal", "-shm"):
        (folder / f"{name}{suffix}").unlink(missing_ok=True)
