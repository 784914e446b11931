#!/bin/bash
# What of the official image's entrypoint docker-compose.yml relies on: a new volume gets the user and the database that the environment names.
set -euo pipefail
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
data=/var/lib/postgresql/data
if [ ! -s "$data/PG_VERSION" ]; then
    "$programs/initdb" -D "$data" -U "$POSTGRES_USER" --auth-local=trust --auth-host=scram-sha-256 --locale=C.UTF-8 -E UTF8 --pwfile=<(echo "$POSTGRES_PASSWORD")
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    # On the socket alone, as the official image does it: over TCP nobody may find it ready yet.
    "$programs/pg_ctl" -D "$data" -o "-c listen_addresses=''" -w start
    createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
    "$programs/pg_ctl" -D "$data" -w stop
fi
exec "$programs/postgres" -D "$data" -c listen_addresses='*'
