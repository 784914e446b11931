# Sourced by serve.sh. Ports: Redis. Nothing is kept on disk: whoever restarts it finds it empty.
packages=(redis-server)

prepare() { :; }

launch() {
    spawn redis-server --bind 127.0.0.1 --port "${ports[0]}" --dir "$folder" --save "" --appendonly no
    server=$spawned
}

answers() { redis-cli -h 127.0.0.1 -p "${ports[0]}" ping | grep -q PONG; }
