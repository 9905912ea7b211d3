#!/usr/bin/env bash
# Generated modules, compiled and run by PHP, against wasmtime; and the official test suite whole, on
# every PHP version or those that are named. The last line says how many of both passed and failed.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

usage='usage: ./build.sh fuzz [--seeds FROM-TO] [PHP-VERSION …], such as: ./build.sh fuzz --seeds 0-999 8.4'
seeds=0-9999
versions=()
while [ $# != 0 ]; do
	case $1 in
	--seeds) seeds=${2?$usage} && shift 2 ;;
	8.*) versions+=("$1") && shift ;;
	*) die "$usage" ;;
	esac
done
[ ${#versions[@]} != 0 ] || versions=(8.2 "${PHP_VERSIONS[@]}")

fuzz_cargo() { cargo "$1" --locked --manifest-path "$ROOT/php-bridge/fuzz/Cargo.toml" "${@:2}"; }
lint() {
	cargo fmt --manifest-path "$ROOT/php-bridge/fuzz/Cargo.toml" --check
	fuzz_cargo clippy --all-targets -- -D warnings
}
suite() { WASM2PHP_PHP=$1 cargo test --locked --package wasm2php --test spec --test fuzzed; }

passed=0 failed=0
# tally STATUS LOG: adds what a log says to have passed and failed.
tally() {
	local counted
	read -ra counted < <(count "$2")
	passed=$((passed + counted[0])) failed=$((failed + counted[1]))
	[ "$1" = 0 ] || [ "${counted[1]}" != 0 ] || failed=$((failed + 1))
}

step 'compiling wasmtime and wasm-smith, once, some minutes' fuzz_cargo build
step 'its formatting and lints' lint
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
	fuzz_cargo run --quiet -- run --seeds "$seeds" --php "$php" --out "$OUT/fuzz-$version" | tee "$LOG" || status=$?
	tally $status "$LOG"
done
say "$passed passed, $failed failed"
[ $failed = 0 ]
