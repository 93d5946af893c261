#!/usr/bin/env bash
# What Strimzi's operator starts in a pod of a KafkaMirrorMaker2 (or KafkaConnect) as /opt/kafka/kafka_connect_run.sh: docs/strimzi.md.
set -e

# The pod's name in its headless service: what rest.advertised.host.name refers to.
ADVERTISED_HOSTNAME=${ADVERTISED_HOSTNAME:-$(hostname -f | cut -d "." -f1-4)}
export ADVERTISED_HOSTNAME

written=${KAFKA_HOME:-/opt/kafka}/custom-config/kafka-connect.properties
# Connectors refer to this file by its name.
read=${HELIOSTAT_CONNECT_PROPERTIES:-/tmp/strimzi-connect.properties}

echo "Starting Kafka Connect with configuration:"
secrets='sasl\.jaas\.config|password|passphrase|ssl\.keystore\.key|basic\.auth\.user\.info|bearer\.auth\.token|client\.secret|transforms\.[^ =:]*\.key'
# Lines that go on are one.
sed -E -e ':on' -e '/\\$/{$!{N;b on' -e '}}' \
  -e '/\.key\.ids? *[=:]/b login' -e "s/($secrets|transforms\.[^ =:]*\.key\.[^ =:.]*) *[=: ].*/\1=[hidden]/" \
  -e ':login' -e 's#://[^/@ ]*@#://[hidden]@#g' "$written"
echo ""

# A worker listens for its operator and for Prometheus, and whoever reaches it may change things: the operator's network policy keeps
# others away.
umask 077
{
  cat "$written"
  echo
  grep -Eq '^ *(heliostat\.api\.)?listeners *[=:]' "$written" || echo "listeners=http://0.0.0.0:${HELIOSTAT_CONNECT_PORT:-8083}"
  grep -q '^ *heliostat\.metrics\.listeners' "$written" || echo "heliostat.metrics.listeners=http://0.0.0.0:${HELIOSTAT_METRICS_PORT:-9404}"
  grep -q '^ *heliostat\.api\.hosts' "$written" || echo "heliostat.api.hosts=*.svc,*.cluster.local"
  grep -q '^ *heliostat\.api\.open' "$written" || echo "heliostat.api.open=true"
} >"$read"

exec "${HELIOSTAT:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/heliostat}" connect "$read"
