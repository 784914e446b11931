#!/usr/bin/env bash
# usage: try.sh [--keep] [FLAVOUR]
#
# Builds the images, brings the whole topology of docker-compose.yml up, draws through it, kills and restarts every container while it draws, and
# checks what compose promises: start order, health, no root, read-only roots, nothing lost. Needs a container engine with docker-compose; where no
# registry can be reached, run standins.sh before. --keep leaves it running.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(cd "$here/../.." && pwd)
keep= flavour=cpu
for argument in "$@"; do if [ "$argument" = --keep ]; then keep=yes; else flavour=$argument; fi; done

export COMPOSE_PROJECT_NAME=limner-try COMPOSE_DOCKER_CLI_BUILD=1 DOCKER_BUILDKIT=1 COMPOSE_HTTP_TIMEOUT=300
export LIMNER_PORT=18080 LIMNER_S3_PORT=19000 LIMNER_RABBITMQ_PORT=19672 LIMNER_S3_PUBLIC_ENDPOINT=http://localhost:19000 LIMNER_FLAVOUR=$flavour
LIMNER_KEY=lmn_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
export LIMNER_FIRST_KEY=$LIMNER_KEY
services=(gateway moderation encoder decoder) servers=(rabbitmq postgres redis minio)
compose() { if docker compose version >/dev/null 2>&1; then docker compose --project-directory "$root" "$@"; else docker-compose --project-directory "$root" -f "$root/docker-compose.yml" "$@"; fi; }
container() { compose ps -q "$1"; }
look() { docker inspect -f "$1" "$(container "$2")"; }
say() { printf '%s %s\n' "$(date +%T)" "$*"; }
failures=0 limit=${LIMNER_TRY_LIMIT:-300}
check() { if [ "$2" = "$3" ]; then say "ok: $1"; else say "FAILED: $1: $2, not $3"; failures=$((failures + 1)); fi; }

finish() {
    [ "$failures" -eq 0 ] || compose logs --tail 20
    [ -n "$keep" ] || compose down --volumes --timeout 40 >/dev/null 2>&1 || true
}
trap finish EXIT

# wait_for WHAT COMMAND…: until the command succeeds, as long as LIMNER_TRY_LIMIT seconds.
wait_for() {
    local end=$((SECONDS + limit)) what=$1
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then say "FAILED: $what"; failures=$((failures + 1)); return 1; fi
        sleep 1
    done
    say "ok: $what"
}
healthy() { [ "$(look '{{.State.Health.Status}}' "$1")" = healthy ]; }
restarted() { [ "$(look '{{.RestartCount}}' "$1")" -gt "$2" ] && healthy "$1"; }
all_healthy() { local each; for each in "${services[@]}" "${servers[@]}"; do healthy "$each" || return 1; done; }

api() { curl -sS --max-time 60 -H "Authorization: Bearer $LIMNER_KEY" "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -1; }
# submit SEED: the id of an accepted job; as callers do, again until there is an answer, as long as LIMNER_TRY_LIMIT seconds.
submit() {
    local id end=$((SECONDS + limit))
    until id=$(api "localhost:$LIMNER_PORT/v1/jobs" -H 'Content-Type: application/json' -H "Idempotency-Key: try-$1" \
        -d "{\"prompt\":\"a red star left of a blue house\",\"seed\":$1,\"n\":2,\"size\":\"256x256\"}" 2>/dev/null | sed 's/,.*//' | field id) && [ -n "$id" ]; do
        if [ $SECONDS -ge $end ]; then say "FAILED: the service takes no job" >&2; return 1; fi
        sleep 1
    done
    echo "$id"
}
completed() { api "localhost:$LIMNER_PORT/v1/jobs/$1" | grep -q '"status":"completed"'; }
# digests JOB: SHA-256 of the two images as callers fetch them, by way of signed addresses.
digests() { local i; for i in 0 1; do api -L "localhost:$LIMNER_PORT/v1/images/img_${1#job_}_$i" | sha256sum; done; }

say "building"
compose build --quiet "${services[@]}" 2>&1 | tail -20
compose up --detach --no-build 2>&1 | tail -20
images=$(for each in "${services[@]}"; do look '{{.Image}}' "$each"; done | sort -u | wc -l)
check "the services' images differ" "$images" 4
wait_for "all containers are healthy" all_healthy || exit 1
check "migration ended well" "$(docker inspect -f '{{.State.ExitCode}}' "$(compose ps -q -a migrate 2>/dev/null || compose ps -q migrate)")" 0

for each in "${services[@]}"; do
    started=$(look '{{.State.StartedAt}}' "$each")
    for server in rabbitmq redis; do
        first=$(look '{{range .State.Health.Log}}{{if eq .ExitCode 0}}{{.End.UTC.Format "2006-01-02T15:04:05.999999999Z07:00"}} {{end}}{{end}}' $server | cut -d' ' -f1)
        # Docker remembers the last five checks; a start before the oldest of them tells nothing.
        [[ $first > $started ]] && [ "$(look '{{len .State.Health.Log}}' $server)" -lt 5 ] && { say "FAILED: $each started before $server was healthy"; failures=$((failures + 1)); }
    done
    check "$each is not root" "$(docker exec "$(container "$each")" id -u)" 1654
done
for each in "${services[@]}" "${servers[@]}"; do
    check "$each cannot write to its root and has no capabilities" "$(look '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' "$each") $(docker exec "$(container "$each")" sh -c 'touch /x 2>/dev/null && echo wrote || echo refused')" "true [ALL] refused"
done

first=$(submit 1)
wait_for "a job over HTTP is drawn" completed "$first" || exit 1
undisturbed=$(digests "$first")

jobs=()
seed=100
for each in "${services[@]}" rabbitmq postgres redis; do
    seed=$((seed + 1)); jobs+=("$(submit $seed)")
    restarts=$(look '{{.RestartCount}}' "$each")
    say "killing the process of $each"
    kill -KILL "$(look '{{.State.Pid}}' "$each")" 2>/dev/null || docker exec "$(container "$each")" kill -KILL 1
    seed=$((seed + 1)); jobs+=("$(submit $seed)")
    wait_for "$each is restarted and healthy" restarted "$each" "$restarts" || true
done
for each in "${services[@]}" "${servers[@]}"; do
    seed=$((seed + 1)); jobs+=("$(submit $seed)")
    compose restart --timeout 40 "$each" >/dev/null 2>&1
    wait_for "$each is healthy after a restart" healthy "$each" || true
done
for job in "${jobs[@]}"; do wait_for "$job, accepted while something was killed, is drawn" completed "$job" || true; done
again=$(submit 1)
check "the first key still stands for the first job" "$again" "$first"
check "and its images are the same bytes" "$(digests "$first")" "$undisturbed"

compose stop --timeout 40 "${services[@]}" >/dev/null 2>&1
for each in "${services[@]}"; do check "$each ends by SIGTERM" "$(docker inspect -f '{{.State.ExitCode}}' "$(compose ps -q -a "$each" 2>/dev/null || compose ps -q "$each")")" 0; done
say "$failures failures in $SECONDS s"
[ "$failures" -eq 0 ]
