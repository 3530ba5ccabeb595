FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 kaochang \
 && install -d -o kaochang /srv/kaochang /var/lib/kaochang

WORKDIR /srv/kaochang
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY itembank itembank
COPY delivery delivery
COPY scoring scoring
COPY proctor proctor
COPY programme programme
COPY practice practice
COPY bench bench
COPY web web
COPY static static
RUN pip install --no-cache-dir --no-build-isolation --no-deps -e . \
 && python -m web.i18n

USER kaochang
ENV KAOCHANG_DATA_DIR=/var/lib/kaochang \
    KAOCHANG_HOST=0.0.0.0 \
    KAOCHANG_PORT=8000 \
    PYTHONUNBUFFERED=1
VOLUME /var/lib/kaochang
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD curl -fsS http://127.0.0.1:8000/readyz
CMD ["gunicorn", "-c", "web/deploy/gunicorn.py", "web.wsgi:app"]
