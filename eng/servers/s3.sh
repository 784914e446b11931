# Sourced by serve.sh. Ports: S3, monitor. Ceph's object gateway as a single node; access key AKIALIMNER, secret limnersecret.
# Objects live in the memory of its store, 512 MiB. stop and kill end the gateway alone: the objects stay.
packages=(radosgw ceph-mon ceph-osd ceph-common)
cluster=6f1d1c5e-0000-4000-8000-000000000001
parts=()

prepare() {
    local conf=$folder/ceph.conf keys=$folder/keyring client
    mkdir -p "$folder"/{mon,osd,rgw,run}
    cat >"$conf" <<X
[global]
fsid = $cluster
mon host = v2:127.0.0.1:${ports[1]}/0
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $keys
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = $folder/run
admin socket = $folder/run/\$cluster-\$name.asok
log file = $folder/\$name.log
ms bind ipv6 = false
mon data avail warn = 1
mon data avail crit = 0
mon warn on pool no redundancy = false
[mon.a]
mon data = $folder/mon
public addrv = v2:127.0.0.1:${ports[1]}/0
[osd.0]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 536870912
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${ports[0]}
rgw data = $folder/rgw
rgw thread pool size = 16
rgw enable usage log = false
rgw num rados handles = 1
# What is used and what may be is looked up anew, not remembered for minutes.
rgw bucket quota ttl = 0
X
    ceph-authtool "$keys" --create-keyring --gen-key -n mon. --cap mon 'allow *'
    for client in client.admin osd.0 client.rgw.a; do ceph-authtool "$keys" --gen-key -n $client --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'; done
    monmaptool --create --addv a "[v2:127.0.0.1:${ports[1]}]" --fsid $cluster --set-min-mon-release pacific "$folder/monmap"
    ceph-mon -c "$conf" -i a --mkfs --monmap "$folder/monmap" --keyring "$keys"
}

# Monitor and store, once.
launch_cluster() {
    local conf=$folder/ceph.conf store
    spawn ceph-mon -f -c "$conf" -i a
    parts+=("$spawned")
    timeout 60 ceph -c "$conf" osd new "$(cat /proc/sys/kernel/random/uuid)" 0 >>"$log" 2>&1 || return 1
    timeout 60 ceph -c "$conf" osd crush add osd.0 1 host=localhost >>"$log" 2>&1
    store=$(timeout 60 ceph -c "$conf" osd dump 2>>"$log" | awk '/^osd.0 /{print $NF}')
    ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$store" >>"$log" 2>&1 || return 1
    spawn ceph-osd -f -c "$conf" -i 0
    parts+=("$spawned")
}

launch() {
    local first=
    if [ ${#parts[@]} -eq 0 ]; then
        first=yes
        launch_cluster || return 1
    fi
    spawn radosgw -f -c "$folder/ceph.conf" -n client.rgw.a
    server=$spawned
    [ -z "$first" ] || timeout 120 radosgw-admin -c "$folder/ceph.conf" user create --uid=limner --display-name=limner --access-key=AKIALIMNER --secret=limnersecret >>"$log" 2>&1
}

# Its user may own no more than what is there.
fill() { quota set --max-objects=0 && quota enable; }
clear() { quota disable; }
quota() {
    local verb=$1
    shift
    timeout 60 radosgw-admin -c "$folder/ceph.conf" quota "$verb" --quota-scope=user --uid=limner "$@"
}

answers() { open_port "${ports[0]}"; }

cleanup() {
    local part
    for part in "${parts[@]}"; do kill -KILL -- "-$part"; done
    wait
} 2>/dev/null
