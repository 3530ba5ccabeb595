"""Settings of the engine: typed, read from the environment under `KAOCHANG_…`, each one documented here and in docs/settings.md."""

import secrets
from contextlib import suppress
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that a deployment may set."""

    model_config = SettingsConfigDict(env_prefix="KAOCHANG_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder of the embedded database, keys and media files.")
    database_url: str = Field("", description="SQLAlchemy address of the database; empty: SQLite in the data folder.")
    database_pool: int = Field(20, ge=1, description="Database connections that one process keeps open.")
    redis_url: str = Field("", description="Address of Redis for pushes between workers; empty: one process, no Redis.")
    secret_key: str = Field("", description="Key that signs cookies and tickets; empty: made once, kept in the data folder.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    public_url: str = Field("", description="Address that people use, for links and event sources; empty: host and port.")
    trusted_proxies: int = Field(0, ge=0, description="How many reverse proxies in front may set X-Forwarded headers.")
    secure_cookies: bool = Field(False, description="Send the session cookie over HTTPS only.")
    embedded_worker: bool = Field(True, description="Run the background worker inside the web process.")
    group_window_ms: int = Field(5, ge=0, le=1000, description="How long a group commit waits for company, in ms.")
    group_max: int = Field(500, ge=1, description="Answers in one group commit at the most.")
    late_window_s: int = Field(120, ge=0, description="Seconds after the deadline in which answers typed before it still count.")
    session_hours: int = Field(12, ge=1, description="Hours until a sign-in lapses.")
    hooks_private: bool = Field(False, description="Let outbound events go to private addresses as well.")
    rate_limits: bool = Field(True, description="Limit sign-ins and calls by account.")
    mail_url: str = Field(
        "", description="Where mail is handed in: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]; empty: no mail is sent."
    )
    mail_from: str = Field("", description="Sender of mail, such as 考务办公室 <exams@example.org>; empty: no mail is sent.")
    log_level: str = Field("INFO", description="Least severe log lines to write: DEBUG, INFO, WARNING or ERROR.")

    def resolved_database_url(self) -> str:
        """Return the database's address, the embedded one where none is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'kaochang.sqlite').resolve()}"

    @property
    def sends_mail(self) -> bool:
        """Say whether mail is set up."""
        return bool(self.mail_url and self.mail_from)

    def resolved_public_url(self) -> str:
        """Return the address that people use, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def resolved_secret_key(self) -> str:
        """Return the signing key; the first call of a fresh deployment makes and keeps one, readable by its owner only."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret-key"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        draft = self.data_dir / f"secret-key.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), "ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)  # whoever comes first wins; a reader never sees half a key
        draft.unlink()
        return path.read_text("ascii").strip()
