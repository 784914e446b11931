ARG BASE
FROM ${BASE}
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
    && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends rabbitmq-server && rm -rf /var/lib/apt/lists/* \
    && echo '[rabbitmq_management].' >/etc/rabbitmq/enabled_plugins \
    && printf 'loopback_users = none\nlog.console = true\n' >/etc/rabbitmq/rabbitmq.conf \
    && ln -s /usr/lib/rabbitmq/lib/rabbitmq_server-* /opt/rabbitmq \
    && rm -rf /var/lib/rabbitmq/mnesia /var/lib/rabbitmq/.erlang.cookie
ENV HOME=/var/lib/rabbitmq RABBITMQ_LOGS=- PATH=/opt/rabbitmq/sbin:$PATH
VOLUME /var/lib/rabbitmq
CMD ["rabbitmq-server"]
