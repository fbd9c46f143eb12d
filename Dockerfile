# The bot with its built folder inside. docs/deploying.md says how to run it, and how to pin the
# base to a digest: build with --build-arg BASE=python@sha256:…
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /app
COPY requirements.lock requirements-run.lock ./
# Learning needs more than running does; it stays behind in this stage.
RUN python3 -m venv /learning \
    && /learning/bin/python -m pip install --quiet --no-cache-dir --require-hashes -r requirements.lock
RUN /learning/bin/python -m pip install --quiet --no-cache-dir --require-hashes \
    --target /libraries -r requirements-run.lock
COPY bot bot
COPY knowledge knowledge
COPY locales locales
RUN BOT_DATA_DIR=/built /learning/bin/python -m bot build \
    && /learning/bin/python -m compileall -q bot \
    && mkdir /data

FROM ${BASE}
ENV PYTHONPATH=/libraries \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BOT_DATA_DIR=/built \
    BOT_DATABASE_URL=sqlite:////data/counts.sqlite \
    BOT_LISTEN=0.0.0.0:8080
COPY --from=build /libraries /libraries
COPY --from=build /built /built
COPY --from=build /app /app
# The one place that the bot writes to: counts without people.
COPY --from=build --chown=10001:10001 /data /data
VOLUME /data
WORKDIR /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python3", "-m", "bot"]
CMD ["run"]
