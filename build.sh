#!/usr/bin/env bash
# One command per purpose; `./build.sh help` lists them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/common.sh

usage() {
	cat <<'USAGE'
usage: ./build.sh [command]

  (none)         build dist/connector-for-mautic.zip, ready for WordPress' plugin upload
  demo           run WordPress with the plugin, and a stand-in for Mautic beside it
  test [part …]  run all tests, or only the named parts, such as core, bridge, browser, plugin, e2e;
                 `test --help` names all, and says how to run a single test
  lint           look over the plugin's PHP with mago, which is compiled once (nine minutes), and
                 ask what is known against the crates and packages that are used
  fuzz [core | compiler] …
                 run hostile input against the core for five minutes, and ten thousand generated
                 modules and the official test suite in PHP 8.1 to 8.5 (over an hour), or only
                 one of them; `fuzz --help` says more
  bench [part …] measure what the plugin costs and what wasm2php is against its peers, into
                 docs/performance.md (some 20 minutes), or only the named parts: plugin,
                 pages, browser, messages, stay, clients, network, wasm2php
  doctor         list what the commands need, with versions, and what is missing
  help           print this

Each command first installs what it needs and does not find; without root it
says in one list what to install. Downloads and tools are kept in
${XDG_CACHE_HOME:-~/.cache}/connector-for-mautic.
USAGE
}

command=${1-build}
[ $# = 0 ] || shift
case $command in
help | --help | -h) usage && exit ;;
build | demo | test | lint | fuzz | bench | doctor) ;;
*) printf "unknown command '%s'\n\n" "$command" >&2 && usage >&2 && exit 2 ;;
esac
if [ $# != 0 ] && [[ " test fuzz bench " != *" $command "* ]]; then
	printf "'%s' takes no arguments\n\n" "$command" >&2 && usage >&2 && exit 2
fi

case $command in
doctor) exec scripts/setup.sh doctor ;;
build) scripts/setup.sh install build && exec scripts/plugin.sh ;;
test) exec scripts/test.sh "$@" ;;
*) scripts/setup.sh install "$command" && exec "scripts/$command.sh" "$@" ;;
esac
