#!/usr/bin/env bash
# usage: standins.sh
#
# Makes a local stand-in for every public image that the Dockerfiles and docker-compose.yml name, under the same name, where no registry can be reached:
# from Debian's packages and the .NET SDK of this machine. They show that our files are right, not that those versions of the servers are.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(cd "$here/../.." && pwd)
base=limner-standin/debian

# name VARIABLE: the image that docker-compose.yml takes when VARIABLE is not set.
default_of() { sed -n "s/.*\${$1:-\([^}]*\)}.*/\1/p" "$root/docker-compose.yml" | head -1; }
# image SERVICE: the image of a server, as docker-compose.yml pins it.
image_of() { sed -n "s|^ *image: \($1:[^ ]*\)$|\1|p" "$root/docker-compose.yml"; }

if ! docker image inspect $base >/dev/null 2>&1; then
    command -v mmdebstrap >/dev/null || { echo "Please install mmdebstrap." >&2; exit 127; }
    mmdebstrap --variant=minbase --include=ca-certificates,libssl3,libstdc++6,zlib1g,tzdata bookworm - | docker import - $base
fi
docker tag $base "$(default_of LIMNER_CUDA_IMAGE)"

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
for target in sdk aspnet; do
    tar -c -C "$here/standins" dotnet.Dockerfile -C / --transform "s|^${dotnet#/}|usr/share/dotnet|" "${dotnet#/}" etc/ssl/certs/ca-certificates.crt |
        docker build --quiet -f dotnet.Dockerfile --build-arg BASE=$base --target $target -t "$(default_of "LIMNER_${target^^}_IMAGE")" -
done
for server in rabbitmq postgres redis quay.io/minio/minio; do
    docker build --quiet -f "$here/standins/$(sed 's|.*/.*|s3|' <<<$server).Dockerfile" --build-arg BASE=$base -t "$(image_of $server)" "$here/standins"
done
