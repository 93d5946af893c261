#!/usr/bin/env bash
# A demo of Heliostat with a real Prometheus beside it, which has the alerts of this folder: ./demo.sh [TIME], 10m unless said.
# HELIOSTAT names the program where it is not on the path. Nothing is left behind.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait || true; rm -rf "$work"' EXIT
port=${METRICS_PORT:-9404} prometheus=${PROMETHEUS_PORT:-9090}

"${HELIOSTAT:-heliostat}" demo --plain --for "${1:-10m}" --api "127.0.0.1:$port" &
demo=$!
cat > "$work/prometheus.yml" <<YAML
global: {scrape_interval: 5s, evaluation_interval: 5s}
rule_files: [$here/heliostat.rules.yml]
scrape_configs:
- job_name: heliostat
  static_configs: [{targets: ['127.0.0.1:$port']}]
- job_name: heliostat-mm2
  metrics_path: /metrics/mm2
  params: {dialect: [strimzi]}
  static_configs: [{targets: ['127.0.0.1:$port']}]
YAML
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$prometheus" --log.level=error &
echo "page http://127.0.0.1:$port   metrics http://127.0.0.1:$port/metrics   Prometheus http://127.0.0.1:$prometheus"
wait "$demo"
