# The bot with a token. Without one it would open the local sandbox, which belongs on a desk: see `./run`.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check -c constraints.txt -r requirements.txt

COPY bot bot
COPY handlers handlers
COPY services services
COPY models models
COPY locales locales
COPY sandbox sandbox
COPY examples examples
COPY settings.py ./

# What is received and, with SQLite, the database; everything else in the image stays as it is.
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin duban \
    && install -d -o duban -g duban -m 0700 /app/data
USER 10001
VOLUME /app/data

EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + (os.environ.get('DUBAN_PORT') or '8000') + '/healthz', timeout=4)"]

CMD ["python", "-m", "bot"]
