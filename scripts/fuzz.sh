#!/usr/bin/env bash
# Hostile input for the core, and generated modules for the compiler. The last line says how many passed and failed.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

usage() {
	cat <<'USAGE'
usage: ./build.sh fuzz                    both of these
       ./build.sh fuzz core [--seconds N] [TARGET [INPUT …]]
       ./build.sh fuzz compiler [--seeds FROM-TO] [PHP-VERSION …]

  core      Hostile input for the core by cargo fuzz, on top of the corpus in tests/fuzz/corpus: a minute for each
            of message, redirect, token, identity and page, or N seconds, or only the named targets. With files it
            runs these alone, such as one that was found.
  compiler  Ten thousand generated modules, compiled and run by PHP, against wasmtime, and the official test suite
            whole, in PHP 8.1 to 8.5 or only the named versions (over an hour).
USAGE
}
misused() { usage >&2 && exit 2; }

TARGETS=(message redirect token identity page)
# What was found is kept between runs, outside of the sources.
FOUND=$OUT/fuzz

passed=0 failed=0
pass() { passed=$((passed + $1)); }
fail() { failed=$((failed + $1)); }

# No sanitizer: the core has no unsafe code, and a stable compiler has none.
cargo_fuzz() { PATH=$(cargo_fuzz_dir)/bin:$PATH cargo fuzz "$@" --fuzz-dir "$ROOT/tests/fuzz" --sanitizer none --target-dir "$FOUND/target"; }
target_of() { printf '%s/target/%s/release/%s\n' "$FOUND" "$(rustc --print host-tuple)" "$1"; }
# lints FOLDER: of a workspace of its own.
lints() {
	cargo fmt --manifest-path "$1/Cargo.toml" --check
	cargo clippy --locked --manifest-path "$1/Cargo.toml" --all-targets -- -D warnings
}

fuzz_core() {
	local seconds=60 targets=() inputs=() target
	while [ $# != 0 ]; do
		if [ "$1" = --seconds ] && [[ ${2-} =~ ^[1-9][0-9]*$ ]]; then
			seconds=$2 && shift 2
		elif [[ " ${TARGETS[*]} " == *" $1 "* ]]; then
			targets+=("$1") && shift
		elif [ -f "$1" ] && [ ${#targets[@]} = 1 ]; then
			inputs+=("$1") && shift
		else
			misused
		fi
	done
	[ ${#targets[@]} != 0 ] || targets=("${TARGETS[@]}")
	mkdir -p "$FOUND"
	# cargo fuzz knows no --locked; the lints hold it to the lock file before.
	[ ${#inputs[@]} != 0 ] || step 'their formatting and lints' lints "$ROOT/tests/fuzz"
	step 'compiling the targets, at first two minutes' cargo_fuzz build
	if [ ${#inputs[@]} != 0 ]; then
		"$(target_of "${targets[0]}")" "${inputs[@]}" && pass 1 || fail 1
		return
	fi
	for target in "${targets[@]}"; do attack "$target" "$seconds"; done
}
# attack TARGET SECONDS: an input that takes ten seconds, or a process that takes a gigabyte, is a finding too.
attack() {
	local found
	LOG=$FOUND/$1.log
	mkdir -p "$FOUND/corpus/$1" "$FOUND/findings/$1"
	: >"$LOG"
	if step "$1, $2 s" "$(target_of "$1")" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 -max_len=8192 \
		-print_final_stats=1 -artifact_prefix="$FOUND/findings/$1/" "$FOUND/corpus/$1" "$ROOT/tests/fuzz/corpus/$1"; then
		pass 1
	else
		fail 1
		found=$(sed -n 's/.*Test unit written to //p' "$LOG")
		if [ -n "$found" ]; then
			say "    run it alone: ./build.sh fuzz core $1 $found"
		else
			say '    no input was written, as when the stack overflows; a debugger shows it'
		fi
	fi
	awk '/^#[0-9]+.* cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1); runs = substr($1, 2) + 0 }
		END { printf "    %d inputs, %d edges\n", runs, edges }' "$LOG"
}

fuzz_compiler() {
	local seeds=0-9999 versions=() version php status
	while [ $# != 0 ]; do
		case $1 in
		--seeds) [[ ${2-} =~ ^[0-9]+-[0-9]+$ ]] || misused && seeds=$2 && shift 2 ;;
		8.*) versions+=("$1") && shift ;;
		*) misused ;;
		esac
	done
	[ ${#versions[@]} != 0 ] || versions=(8.2 "${PHP_VERSIONS[@]}")
	step 'compiling wasmtime and wasm-smith, once, some minutes' modules build
	step 'its formatting and lints' lints "$ROOT/php-bridge/fuzz"
	for version in "${versions[@]}"; do
		php=$(php_of "$version")
		"$php" -r 'exit( PHP_MAJOR_VERSION . "." . PHP_MINOR_VERSION === $argv[1] ? 0 : 1 );' "$version" ||
			die "there is no PHP $version here; there are: 8.2 ${PHP_VERSIONS[*]}"

		LOG=$OUT/suite-$version.log status=0
		: >"$LOG"
		step "the official suite on PHP $version" suite "$php" || status=$?
		tally $status "$LOG"

		LOG=$OUT/fuzz-$version.log status=0
		say "modules $seeds on PHP $version"
		modules run --quiet -- run --seeds "$seeds" --php "$php" --out "$OUT/fuzz-$version" | tee "$LOG" || status=$?
		tally $status "$LOG"
	done
}
modules() { cargo "$1" --locked --manifest-path "$ROOT/php-bridge/fuzz/Cargo.toml" "${@:2}"; }
suite() { WASM2PHP_PHP=$1 cargo test --locked --package wasm2php --test spec --test fuzzed; }
# tally STATUS LOG: adds what a log says to have passed and failed.
tally() {
	local counted
	read -ra counted < <(count "$2")
	pass "${counted[0]}" && fail "${counted[1]}"
	[ "$1" = 0 ] || [ "${counted[1]}" != 0 ] || fail 1
}

case ${1-} in
core | compiler) "fuzz_$1" "${@:2}" ;;
'')
	fuzz_core # Not in a list of `&&`, where `set -e` would not hold.
	fuzz_compiler
	;;
--help | -h) usage && exit ;;
*) misused ;;
esac
say "$passed passed, $failed failed"
[ $failed = 0 ]
