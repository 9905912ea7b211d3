#!/usr/bin/env bash
# All tests, or the parts and groups that are named: several at once, and every one runs, also after one that failed. A
# part that ran no test has failed. The last line says how many tests passed and failed.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

WORK=$OUT/test
. "$ROOT/scripts/test-parts.sh"

# What takes longest begins first.
PARTS=(sqlite core mariadb stay compiler oldest latest php-versions load faults zip redis directory supply network chromium jit lints vectors stand-in php examples performance docs format)
# What many ask for, in words of the whole.
declare -A GROUPS_OF_PARTS=(
	[bridge]='compiler php-versions examples jit'
	[browser]='chromium vectors'
	[plugin]='latest oldest redis network directory php'
	[e2e]='sqlite mariadb'
)
# These write to one folder of cargo's, and wait for each other.
BY_CARGO=(core compiler stand-in php-versions examples jit chromium lints docs)

usage() {
	cat <<USAGE
usage: ./build.sh test [PART or GROUP …]
       ./build.sh test --only PATTERN PART …

  parts   ${PARTS[*]}
$(for group in $(printf '%s\n' "${!GROUPS_OF_PARTS[@]}" | sort); do printf '  %-7s %s\n' "$group" "${GROUPS_OF_PARTS[$group]}"; done)

--only runs those tests alone whose names have the pattern in them, as the runner of the part understands it. Without
any name all parts run, as many at once as there are processors, four at most.
USAGE
}

export ONLY=
named=()
while [ $# != 0 ]; do
	case $1 in
	--part) # Not in a list of `&&`, where `set -e` would not hold.
		ONLY=$3
		"part_$2"
		exit
		;;
	--only)
		[ $# -gt 1 ] || die '--only needs a pattern'
		ONLY=$2
		shift 2
		;;
	--help | -h) usage && exit ;;
	list) printf '%s\n' "${PARTS[@]}" && exit ;;
	*)
		if [ -n "${GROUPS_OF_PARTS[$1]-}" ]; then
			read -ra group <<<"${GROUPS_OF_PARTS[$1]}"
			named+=("${group[@]}")
		elif [[ " ${PARTS[*]} " == *" $1 "* ]]; then
			named+=("$1")
		else
			usage >&2 && die "there is no part or group '$1'"
		fi
		shift
		;;
	esac
done
[ -z "$ONLY" ] || [ ${#named[@]} != 0 ] || die "--only needs the part that has such tests, as in: ./build.sh test --only '$ONLY' core"
# In the order in which they begin, each once.
queue=()
for part in "${PARTS[@]}"; do
	[[ ${#named[@]} != 0 && " ${named[*]} " != *" $part "* ]] || queue+=("$part")
done
wanted() {
	local part
	for part; do [[ " ${queue[*]} " != *" $part "* ]] || return 0; done
	return 1
}

# What several parts stand on.
prepare() {
	if wanted php-versions vectors php directory supply latest oldest redis network sqlite mariadb stay load zip; then "$ROOT/scripts/plugin.sh"; fi
	if wanted latest oldest redis sqlite mariadb stay load; then
		step 'compiling the Mautic stand-in' cargo build --locked --package mautic-stand-in
	fi
	if wanted php-versions vectors; then step 'making random messages' messages "$WORK/corpus.json" corpus 3000 1; fi
	if wanted vectors; then
		step 'making hostile messages' messages "$WORK/hostile.json" hostile
		step 'making the longest messages' messages "$WORK/whole.json" hostile whole
	fi
}
# messages FILE EXAMPLE ARGUMENT...
messages() { cargo run --locked --quiet --example "$2" -- "${@:3}" 2>>"$LOG" >"$1"; }

by_cargo() { [[ " ${BY_CARGO[*]} " == *" $1 "* ]]; }

# Takes the first part out of the queue that may run beside those that do, into `part`.
next_part() {
	local index other cargo_runs=
	for other in "${running[@]}"; do ! by_cargo "$other" || cargo_runs=1; done
	for index in "${!queue[@]}"; do
		part=${queue[index]}
		if [ -z "$cargo_runs" ] || ! by_cargo "$part"; then
			unset "queue[index]"
			return
		fi
	done
	return 1
}
# In a process of its own, so that `set -e` holds in it and a signal ends all of it.
begin() {
	BUILD_LOG=$WORK/$1.log background "$0" --part "$1" "$ONLY" >"$WORK/$1.log" 2>&1
	running[${groups[-1]}]=$1
	began[${groups[-1]}]=$SECONDS
}
# finish PID: says how the part ended, and where to begin if it failed.
finish() {
	local part=${running[$1]} took=$((SECONDS - began[$1])) status=0 counted log
	log=$WORK/$part.log
	wait "$1" || status=$?
	end_group "$1" # What a part left behind that was killed.
	unset "running[$1]"
	read -ra counted < <(count "$log")
	passed=$((passed + counted[0])) failed=$((failed + counted[1])) finished=$((finished + 1))
	printf '%s (%d/%d) … ' "$part" "$finished" "$all"
	if [ $status = 0 ] && [ "${counted[0]}" != 0 ] && [ "${counted[1]}" = 0 ]; then
		printf '%d s\n' "$took"
		return
	fi
	printf 'FAILED after %d s\n' "$took"
	[ "${counted[1]}" != 0 ] || failed=$((failed + 1))
	{
		[ "${counted[*]}" != '0 0' ] || [ $status != 0 ] || printf '%s ran no test\n' "$part"
		tail -n 60 "$log"
		failures "$log" | sed 's/^/failed: /'
		printf 'all of it: %s\nagain, only this: ./build.sh test%s %s\n' "$log" "${ONLY:+ --only '$ONLY'}" "$part"
		[ -n "$ONLY" ] || printf 'and one test of it: ./build.sh test --only PATTERN %s\n' "$part"
	} | sed 's/^/    /' >&2
}
# The names of the tests that failed, as the runners print them.
failures() {
	sed -nE 's/^test (.*) \.\.\. FAILED$/\1/p; s/^ *not ok [0-9]+ - //p; s/^[0-9]+\) ([A-Za-z_\\]+::.*)$/\1/p' "$1"
}
show_running() {
	local pid
	printf '\r\033[K'
	for pid in "${!running[@]}"; do printf '%s %d s  ' "${running[$pid]}" $((SECONDS - began[$pid])); done
}

"$ROOT/scripts/setup.sh" install test
mkdir -p "$WORK"
prepare
declare -A running=() began=()
passed=0 failed=0 finished=0 all=${#queue[@]}
processors=$(nproc 2>/dev/null || echo 2)
while [ ${#queue[@]} != 0 ] || [ ${#running[@]} != 0 ]; do
	while [ ${#running[@]} -lt $((processors < 4 ? processors : 4)) ] && next_part; do begin "$part"; done
	[ ! -t 1 ] || show_running
	sleep 0.5
	for pid in "${!running[@]}"; do
		kill -0 "$pid" 2>/dev/null || { [ ! -t 1 ] || printf '\r\033[K'; finish "$pid"; }
	done
done
say "$passed passed, $failed failed"
[ $failed = 0 ]
