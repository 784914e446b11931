# Sourced by serve.sh. Ports: AMQP, management, distribution, epmd. User guest, password guest. Its own Erlang port mapper, since a shared one outlives it.
packages=(rabbitmq-server)
mapper=

settings() {
    export HOME=$folder/home RABBITMQ_NODENAME=limner@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=${ports[0]} RABBITMQ_DIST_PORT=${ports[2]} \
        ERL_EPMD_PORT=${ports[3]} ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_MNESIA_BASE=$folder/mnesia RABBITMQ_LOG_BASE=$folder/logs \
        RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$folder/enabled_plugins RABBITMQ_PID_FILE=$folder/pid \
        RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_LOGS=- \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
}

prepare() {
    mkdir -p "$folder"/{mnesia,logs,home}
    printf 'listeners.tcp.default = 127.0.0.1:%s\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\nmanagement.rates_mode = none\n' "${ports[0]}" "${ports[1]}" >"$folder/rabbitmq.conf"
    echo "[rabbitmq_management]." >"$folder/enabled_plugins"
    echo limner >"$folder/home/.erlang.cookie" && chmod 400 "$folder/home/.erlang.cookie"
}

launch() {
    settings
    if [ -z "$mapper" ]; then
        spawn epmd
        mapper=$spawned
    fi
    rm -f "$folder/pid"
    spawn "$(ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin | tail -1)/rabbitmq-server"
    server=$spawned
}

# The virtual host "/" comes up after the listeners: /api/aliveness would create a queue, the health check does not.
answers() { open_port "${ports[0]}" && [ "$(request /api/health/checks/virtual-hosts)" = 200 ]; }

request() {
    local status
    exec 4<>"/dev/tcp/127.0.0.1/${ports[1]}" || return 1
    printf 'GET %s HTTP/1.0\r\nAuthorization: Basic Z3Vlc3Q6Z3Vlc3Q=\r\n\r\n' "$1" >&4
    read -r -t 5 _ status _ <&4
    exec 4>&-
    echo "$status"
}

# SIGTERM to the Erlang machine itself; the shell around it would start a second one to say the same.
end_gently() { kill -TERM "$(cat "$folder/pid")"; }

cleanup() {
    [ -n "$mapper" ] || return 0
    kill -KILL "$mapper"
    wait "$mapper"
} 2>/dev/null
