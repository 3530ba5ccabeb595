"""The entry for gunicorn: one gevent worker a process, any number of processes behind nginx."""

from gevent import monkey

monkey.patch_all()  # before anything of the house makes a lock or a socket

from core.settings import Settings  # noqa: E402 - after the patch
from web.app import create_app  # noqa: E402
from web.logs import write_logs  # noqa: E402
from web.serving import check_migrated, prepare_process, start_embedded_worker  # noqa: E402

settings = Settings()
write_logs(settings.log_level)
check_migrated(settings)
app = create_app(settings)
prepare_process()
start_embedded_worker(settings, app)
