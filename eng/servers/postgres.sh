# Sourced by serve.sh. Ports: PostgreSQL; user postgres, no password. What was committed survives a kill of the process: full_page_writes and fsync
# protect from a kill of the machine only, and are off unless LIMNER_SERVERS_FSYNC=on, as benchmarks want it.
packages=(postgresql)
programs() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1; }

prepare() {
    mkdir -p "$folder/data" && chmod 700 "$folder/data"
    if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$folder"; fi
    as_postgres "$(programs)/initdb" -D "$folder/data" -U postgres --auth=trust --no-sync --locale=C.UTF-8 -E UTF8
}

launch() {
    spawn_as_postgres "$(programs)/postgres" -D "$folder/data" -p "${ports[0]}" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$folder" \
        -c fsync="${LIMNER_SERVERS_FSYNC:-off}" -c full_page_writes="${LIMNER_SERVERS_FSYNC:-off}" -c max_connections=1000
    server=$spawned
}

spawn_as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then spawn setpriv --reuid postgres --regid postgres --init-groups "$@"; else spawn "$@"; fi
}

answers() { "$(programs)/pg_isready" -h 127.0.0.1 -p "${ports[0]}"; }

# Fast shutdown: sessions are ended, nobody is waited for.
end_gently() { kill -INT "$server"; }
