"""Every default, once: flags over the environment, that over `ragqa.toml`, that over these."""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ragqa.errors import SettingsError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
READERS = ("spans", "sentence")


def cache_folder() -> Path:
    """The user's cache folder for models made ready to run (XDG Base Directory)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ragqa"


class Settings(BaseSettings):
    """How to index and ask; `RAGQA_MODEL=...` or `model = "..."` in `ragqa.toml` sets one."""

    model_config = SettingsConfigDict(
        env_prefix="RAGQA_", toml_file="ragqa.toml", frozen=True, extra="forbid"
    )

    model: str | None = Field(
        None, description="A sentence-transformers model, name or folder; else the index's own."
    )
    precision: Literal["int8", "float32"] = Field("int8", description="Of the model on a CPU.")
    device: Literal["auto", "cpu", "gpu"] = Field("auto", description="Where bulk work runs.")
    threads: int = Field(0, ge=0, description="CPU threads; 0 is one for every core.")
    cache: Path = Field(default_factory=cache_folder, description="Where models are kept.")

    max_file_megabytes: int = Field(50, ge=1, description="A larger file is named, not read.")
    chunk_target: int = Field(250, ge=50, description="Characters at which a chunk is closed.")
    chunk_limit: int = Field(900, ge=100, description="Characters that a chunk never exceeds.")
    clean_content: bool = Field(True, description="Leave navigation, teasers and the like out.")
    heading_context: bool = Field(True, description="Embed a chunk with its headline.")
    group_duplicates: bool = Field(True, description="Search one of each duplicate group.")

    search: Literal["fused", "dense", "lexical"] = Field("fused", description="How to search.")
    depth: int = Field(50, ge=1, description="Passages taken from each search before fusion.")
    passages: int = Field(24, ge=1, description="Passages that the reader reads.")
    reader: str = Field(
        "spans", description="spans, sentence, or an extractive QA model, name or folder."
    )
    answers: int = Field(6, ge=1, description="Different answers shown at most.")

    @model_validator(mode="after")
    def _chunks_fit(self) -> Self:
        if self.chunk_target > self.chunk_limit:
            raise ValueError(
                f"chunk_target ({self.chunk_target}) is above chunk_limit ({self.chunk_limit})"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the TOML file below the environment."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


class Limits(BaseSettings):
    """What one visitor of the page and the API may ask of it; `RAGQA_LIMIT_UPLOAD_MEGABYTES=...`.

    They are not among `Settings`: no answer depends on them.
    """

    model_config = SettingsConfigDict(env_prefix="RAGQA_LIMIT_", frozen=True, extra="forbid")

    requests_per_minute: int = Field(600, ge=1, description="Of one client, that take work.")
    logins_per_minute: int = Field(10, ge=1, description="Wrong passwords of one client.")
    waiting: int = Field(32, ge=1, description="Requests at work or waiting at once, of all.")
    body_kilobytes: int = Field(1_000, ge=1, description="Of a request that uploads nothing.")
    upload_megabytes: int = Field(200, ge=1, description="Of all files uploaded in one request.")
    body_seconds: float = Field(20.0, gt=0, description="Between two parts of a request.")


def load_limits() -> Limits:
    """Return the limits.

    Raises:
        SettingsError: one of them is wrong.
    """
    try:
        return Limits()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"RAGQA_LIMIT_{name} is wrong: {first['msg']}; correct it") from error


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - any field of Settings
    """Return the settings; those given that are None are left to the other sources.

    Raises:
        SettingsError: one of them is wrong, or `ragqa.toml` is not TOML.
    """
    where = "correct RAGQA_... in the environment, or ragqa.toml"
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        what = f"the setting {name} is wrong" if name else "the settings are wrong"
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"there is no setting {name}; {where}") from error
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{what}: {message}; {where}") from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"ragqa.toml cannot be read: {error}; correct or remove it") from error
