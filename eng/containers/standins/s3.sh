#!/bin/bash
# usage: s3.sh server FOLDER. A single node of Ceph whose data survive in FOLDER; user and password are those of MinIO.
set -euo pipefail
data=$2 conf=/tmp/ceph.conf
mkdir -p "$data"/{mon,osd,rgw} /tmp/run
cat >$conf <<X
[global]
fsid = 6f1d1c5e-0000-4000-8000-000000000002
mon host = v2:127.0.0.1:3300/0
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $data/keyring
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = /tmp/run
admin socket = /tmp/run/\$name.asok
log to file = false
mon cluster log to file = false
log to stderr = true
ms bind ipv6 = false
mon data avail warn = 1
mon data avail crit = 0
[mon.a]
mon data = $data/mon
public addrv = v2:127.0.0.1:3300/0
[osd.0]
osd data = $data/osd
osd objectstore = bluestore
bluestore block size = 4294967296
bluestore block preallocate file = false
osd memory target = 939524096
bluefs buffered io = true
[client.rgw.a]
rgw frontends = beast endpoint=0.0.0.0:9000
rgw data = $data/rgw
rgw thread pool size = 32
X
if [ ! -e "$data/ready" ]; then
    rm -rf "$data"/{mon,osd}/* "$data/keyring"
    ceph-authtool "$data/keyring" --create-keyring --gen-key -n mon. --cap mon 'allow *'
    for client in client.admin osd.0 client.rgw.a; do ceph-authtool "$data/keyring" --gen-key -n $client --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'; done
    monmaptool --create --addv a '[v2:127.0.0.1:3300]' --fsid 6f1d1c5e-0000-4000-8000-000000000002 --set-min-mon-release pacific /tmp/monmap
    ceph-mon -c $conf -i a --mkfs --monmap /tmp/monmap --keyring "$data/keyring"
fi
ceph-mon -f -c $conf -i a &
if [ ! -e "$data/ready" ]; then
    timeout 60 ceph -c $conf osd new "$(cat /proc/sys/kernel/random/uuid)" 0
    timeout 60 ceph -c $conf osd crush add osd.0 1 host=localhost
    ceph-osd -c $conf -i 0 --mkfs --osd-uuid "$(timeout 60 ceph -c $conf osd dump | awk '/^osd.0 /{print $NF}')"
fi
ceph-osd -f -c $conf -i 0 &
if [ ! -e "$data/ready" ]; then
    timeout 120 radosgw-admin -c $conf user create --uid=limner --display-name=limner --access-key="$MINIO_ROOT_USER" --secret="$MINIO_ROOT_PASSWORD"
    touch "$data/ready"
fi
radosgw -f -c $conf -n client.rgw.a &
# One that ends takes the others with it: the container's restart policy does the rest.
trap 'kill $(jobs -p); wait; exit 0' TERM INT
wait -n
exit 1
