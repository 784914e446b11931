#!/usr/bin/env bash
# usage: serve.sh rabbitmq|postgres|redis|s3 FOLDER PORT…
#
# A server for tests, from Debian's packages: on loopback, everything it writes in FOLDER, no service of the system touched.
# Standard input has one command a line (start, stop, kill; for s3 also fill and clear) and each is answered by one line, "ok" or "failed: why".
# When standard input ends the server is killed and FOLDER removed: however a test process dies, its end of the pipe is closed.
set -uo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
name=$1 folder=$2
shift 2
ports=("$@")
log=$folder/log
server=
mkdir -p "$folder" && chmod 755 "$folder"

. "$here/packages.sh"

# Runs a command in its own process group, so that what it starts can be killed with it; its number comes in $spawned.
spawn() {
    setsid "$@" </dev/null >>"$log" 2>&1 &
    spawned=$!
}

end_gently() { kill -TERM "$server"; }
cleanup() { :; }

# A process number with its children and their children: PostgreSQL's backends leave the group.
family() {
    local child
    echo "$1"
    for child in $(pgrep -P "$1"); do family "$child"; done
}

finish() {
    local members
    [ -n "$server" ] || return 0
    if [ "$1" = gently ]; then
        end_gently
        for _ in $(seq 300); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
    fi
    members=$(family "$server")
    # shellcheck disable=SC2086
    kill -KILL -- "-$server" $members 2>/dev/null
    wait "$server" 2>/dev/null
    for _ in $(seq 100); do kill -0 $members 2>/dev/null || break; sleep 0.05; done
    server=
}

start() {
    [ -z "$server" ] || finish hard
    launch || { echo "failed: $name could not be started: $(tail -3 "$log" | tr '\n' ' ')"; return; }
    # A loaded machine is no fault of the server; one that has given up ends the wait.
    SECONDS=0
    while [ $SECONDS -lt 900 ]; do
        if answers >/dev/null 2>&1; then echo ok; return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "failed: $name did not come up: $(tail -3 "$log" | tr '\n' ' ')"
    finish hard
}

open_port() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Gives packages, prepare, launch and answers; may give its own end_gently and cleanup.
. "$here/$name.sh"
if ! why=$(install_packages "${packages[@]}" 2>&1) || ! why=$(prepare 2>&1); then
    echo "failed: $name: $(tail -3 <<<"$why" | tr '\n' ' ')"
fi
while read -r command; do
    case $command in
        start) start ;;
        stop) finish gently; echo ok ;;
        kill) finish hard; echo ok ;;
        # Takes no more, as if its disk were full; and takes again.
        fill | clear) if "$command" >>"$log" 2>&1; then echo ok; else echo "failed: $name could not $command: $(tail -3 "$log" | tr '\n' ' ')"; fi ;;
        *) echo "failed: there is no command $command" ;;
    esac
done
finish hard
cleanup
rm -rf "$folder"
