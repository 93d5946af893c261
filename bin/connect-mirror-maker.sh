#!/usr/bin/env bash
# MirrorMaker 2's name and command line; see `heliostat run --help`.
if [ $# -eq 0 ]; then
  echo "USAGE: $0 [-daemon] mm2.properties"
  exit 1
fi

heliostat=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/heliostat
if [ "$1" = -daemon ]; then
  shift
  log=${LOG_DIR:-.}/mirrorMaker.out
  nohup "$heliostat" connect-mirror-maker "$@" >"$log" 2>&1 </dev/null &
  exit 0
fi

exec "$heliostat" connect-mirror-maker "$@"
