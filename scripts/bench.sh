#!/usr/bin/env bash
# The figures: what the plugin costs, measured side by side with what it is compared to, as a table
# and in dist/bench.json.
set -euo pipefail
. "$(dirname "$0")/common.sh"

"$ROOT/scripts/plugin.sh"
die 'nothing is measured yet: scripts/bench.sh has no measurements'
