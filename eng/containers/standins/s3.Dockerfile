# Ceph's object gateway under MinIO's name: its server is in no Debian package.
ARG BASE
FROM ${BASE}
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
    && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends radosgw ceph-mon ceph-osd ceph-common \
    && rm -rf /var/lib/apt/lists/* && printf '#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/9000\n' >/usr/local/bin/mc && chmod 755 /usr/local/bin/mc
COPY s3.sh /usr/local/bin/minio
VOLUME /data
ENTRYPOINT ["bash", "/usr/local/bin/minio"]
