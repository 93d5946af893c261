#!/usr/bin/env bash
# MirrorMaker 1's name and command line; see `heliostat mirror-maker --help`.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/heliostat" mirror-maker "$@"
