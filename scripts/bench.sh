#!/usr/bin/env bash
# What the plugin costs, in a real WordPress behind nginx and PHP-FPM, how it stays connected, and what
# wasm2php is against its peers: docs/performance.md, with its figures and pictures in docs/performance/, of
# which a run of single parts renews those parts. tests/bench/ and php-bridge/bench/ have what is measured,
# and how. With BENCH_QUICK=1 it is only seen that all of it works: what comes out is no figure, and goes
# to dist/quick/ instead.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

HERE=$ROOT/tests/bench
WORK=$(mktemp -d)
trap 'end_groups; rm -rf "$WORK"' EXIT
PAGE=$ROOT/docs
[ -z "${BENCH_QUICK-}" ] || PAGE=$DIST/quick
FIGURES=$PAGE/performance/bench.json

# The commit, which the figures are of; `+` where the tree has other changes than the page itself.
commit() {
	printf '%s' "$(git -C "$ROOT" rev-parse --short=10 HEAD)"
	git -C "$ROOT" diff --quiet HEAD -- . ':!docs/performance.md' ':!docs/performance' || printf '+'
}

# Two sites alike but for the plugin, which is connected. As in production, they do not debug, and cron
# runs elsewhere.
make_sites() {
	"$ROOT/scripts/site.sh" install "$WORK/with" http://wordpress.test password sqlite
	sed -i "/WP_DEBUG_/d; s/^define( 'WP_DEBUG', true );/define( 'WP_DEBUG', false );\ndefine( 'DISABLE_WP_CRON', true );/" \
		"$WORK/with/wp-config.php"
	php "$HERE/connect.php" "$WORK/with"
	cp -R "$WORK/with" "$WORK/without"
	php "$(wordpress_dir)/wp-cli/wp-cli.phar" --allow-root --path="$WORK/without" plugin uninstall --deactivate "$SLUG"
	cp -R "$HERE/endpoints" "$HERE/plain-authorize.php" "$WORK/"
	sleep 2 # OPcache takes no file that is younger.
}

# start NAME COMMAND...: in the background, until its socket is there.
start() {
	local name=$1 tries=0
	shift
	background "$@" >>"$LOG" 2>&1
	until [ -S "$name.sock" ]; do
		tries=$((tries + 1))
		if [ $tries = 100 ] || ! kill -0 "${groups[-1]}" 2>/dev/null; then
			tail -n 20 "$LOG" >&2
			die "$name did not start (see $LOG)"
		fi
		sleep 0.1
	done
}
# start_php NAME CHILDREN OPTION...: Debian's settings but for the options, and without the JIT.
start_php() {
	export FPM_NAME=$1 FPM_CHILDREN=$2 FPM_USER
	FPM_USER=$(id -un)
	start "$1" php-fpm8.2 --allow-to-run-as-root --prefix "$WORK" --fpm-config "$HERE/php-fpm.conf" \
		-d opcache.jit=disable "${@:3}"
}
start_nginx() { start nginx nginx -p "$WORK" -e nginx.log -c "$HERE/nginx.conf" -g "user $(id -un);"; }

# The core in a request, and the sizes of what it is compiled to.
measure_plugin() {
	steps 1
	step 'preparing two sites' make_sites
	cp "$OUT/server.wasm" .
	start_php opcache 1 -d opcache.enable=1
	start_php cold 1 -d opcache.enable=0
	start_php deployed 1 -d opcache.enable=1
	start_nginx
	node "$HERE/plugin.mjs" "$FIGURES" "$DIST"
	end_groups
}

# Pages with the plugin and without it.
measure_pages() {
	steps 1
	step 'preparing two sites' make_sites
	start_php opcache 1 -d opcache.enable=1
	start_nginx
	node "$HERE/pages.mjs" "$FIGURES"
	end_groups
}

# The start of the core in Chromium.
measure_browser() { node "$HERE/browser.mjs" "$FIGURES" "$DIST/$SLUG/assets"; }

# One message after the other, each larger than the one before.
compile_native() { (cd "$ROOT" && cargo build --locked --release --package mautic-connector --example messages); }
measure_messages() {
	steps 1
	step 'compiling the core natively' compile_native
	node "$HERE/messages.mjs" "$FIGURES" "$DIST/$SLUG/includes/core" "$OUT/server.wasm" "$TARGET/release/examples/messages"
}

# Also lives that end badly are a figure.
simulate() {
	(cd "$ROOT" && cargo test --locked --package mautic-connector --test simulation) | tee simulation.txt ||
		grep '^simulation: ' simulation.txt
}
compile_stand_in() { (cd "$ROOT" && cargo build --locked --release --package mautic-stand-in); }
measure_stay() {
	steps 2
	step 'simulating lives of sites' simulate
	step 'compiling the Mautic stand-in' compile_stand_in
	cp -R "$HERE/endpoints" .
	start_php one 1 -d opcache.enable=1
	start_php many 40 -d opcache.enable=1
	start_nginx
	E2E_STAND_IN=$TARGET/release/mautic-stand-in node "$HERE/stay.mjs" "$FIGURES"
	end_groups
}

# The plugin against a client written by hand.
measure_clients() {
	steps 1
	step 'compiling the Mautic stand-in' compile_stand_in
	cp -R "$HERE/endpoints" "$HERE/plain-client.php" .
	start_php one 1 -d opcache.enable=1
	start_php many 20 -d opcache.enable=1
	start_nginx
	E2E_STAND_IN=$TARGET/release/mautic-stand-in node "$HERE/clients.mjs" "$FIGURES"
	end_groups
}

# As its users compile: a release build, of the compiler as of what it compiles. The stack is small, as the
# README says, so that no peer has to carry a megabyte of zeros along.
compile_workloads() {
	(cd "$ROOT" && cargo build --locked --release --package wasm2php)
	(
		cd "$ROOT" && CARGO_ENCODED_RUSTFLAGS=-Clink-arg=-zstack-size=65536 \
			wasm_cargo build --locked --release --package wasm2php-workloads
	)
	ln -s "$TARGET/release/wasm2php" "$ROOT/node_modules/.bin/wasm2js" "$OUT/hot-functions" .
	cp "$TARGET/$TRIPLE/release/workloads.wasm" .
	cp "$OUT/server.wasm" core.wasm
	# wasm2js knows no conversions of floats that saturate.
	"$ROOT/node_modules/.bin/wasm-opt" --all-features --llvm-nontrapping-fptoint-lowering core.wasm -o core-for-wasm2js.wasm
	./wasm2php workloads.wasm
}
# Settings that wasm2lang has; which of them are right, the measurement finds. What it cannot compile is
# missing.
compile_with_wasm2lang() {
	local module
	for module in core workloads; do
		wasm2lang "$module" min binaryen:min
		wasm2lang "$module" max binaryen:max
		wasm2lang "$module" codegen binaryen:max,wasm2lang:codegen
	done
}
wasm2lang() {
	"$(peers_dir)/node_modules/.bin/wasm2lang" --input-file "$1.wasm" --language-out PHP64 --normalize-wasm "$3" \
		--emit-metadata memory --emit-code module --out-file "wasm2lang-$1-$2.php" || rm -f "wasm2lang-$1-$2.php"
}
run_official_suite() {
	(cd "$ROOT" && cargo test --locked --package wasm2php --test spec official_suite -- --exact --nocapture) | tee spec.txt
}

measure_wasm2php() {
	steps 3
	step 'compiling the workloads' compile_workloads
	step 'compiling them with wasm2lang' compile_with_wasm2lang
	step 'running the official test suite' run_official_suite
	ln -s "$(peers_dir)"/wasmtime/*/_libwasmtime.so wasmtime.so
	node "$ROOT/php-bridge/bench/bench.mjs" "$FIGURES" "$DIST/$SLUG/includes/core"
}

# Networks of one site to ten thousand.
measure_network() {
	cp -R "$HERE/endpoints" .
	start_php one 1 -d opcache.enable=1
	start_nginx
	node "$HERE/network.mjs" "$FIGURES"
	end_groups
}

PARTS=(plugin pages browser messages stay clients network wasm2php)
for part; do
	[[ " ${PARTS[*]} " == *" $part "* ]] || die "bench has no part '$part', only: ${PARTS[*]}"
done
[ $# != 0 ] || set -- "${PARTS[@]}"
BENCH_COMMIT=$(commit)
export BENCH_COMMIT
"$ROOT/scripts/plugin.sh"
for part; do
	rm -rf "$WORK"
	mkdir -p "$WORK"
	cd "$WORK" # The paths of sockets are limited to 108 bytes: relative ones fit.
	started=$SECONDS
	"measure_$part"
	say "$part: $((SECONDS - started)) s"
done
node "$HERE/page.mjs" "$PAGE"
