# Sourced by scripts/test.sh: what each part of the tests runs. A part ends with a line that tells how many tests
# passed, its runner's own or `one_passed`; ONLY, if set, names the only tests of it that are to run. `set -e` ends a part
# at what fails, but not in a list of `&&` before its end, nor behind a `!`.

one_passed() { say '1 passed, 0 failed'; }

part_format() { cargo fmt --all --check && one_passed; }
# PHP_CodeSniffer's standard is phpcs.xml.dist; it finds what is against it.
part_lints() {
	cargo clippy --locked --workspace --all-targets -- -D warnings
	one_passed
	(cd "$ROOT" && phpcs --standard=phpcs.xml.dist)
	one_passed
	if printf '<?php\n$a = array(1);\n' | phpcs --standard="$ROOT/phpcs.xml.dist" --stdin-path=wp-plugin/a.php - >/dev/null; then
		say 'PHP_CodeSniffer does not find what is against the standard'
		return 1
	fi
	one_passed
}
part_docs() {
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --document-private-items && one_passed
}
# One package at a time: together they would share features that the core alone does not have.
part_core() { cargo_test mautic-connector; }
part_compiler() { cargo_test wasm2php && cargo_test wasm2php-workloads; }
part_stand-in() { cargo_test mautic-stand-in; }
# cargo_test PACKAGE [OPTION...]
cargo_test() { cargo test --locked --package "$@" ${ONLY:+-- "$ONLY"}; }

# The examples of the compiler's README, as they stand there. Where plain cargo cannot compile for
# wasm, the name stands for the one that can.
part_examples() {
	cargo build --locked --package wasm2php
	if ! rustup_has_wasm; then
		cargo() {
			RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
				/usr/bin/cargo "$@" -Zbuild-std=std,panic_abort
		}
		export -f cargo
	fi
	env -u CARGO_TARGET_DIR PATH="$TARGET/debug:$PATH" "$ROOT/php-bridge/tests/readme.sh" "$WORK/examples"
	one_passed
}

# Each of the other versions of PHP: another tenth of the official suite and of the generated modules,
# and the core.
part_php-versions() {
	local version php part=0
	for version in "${PHP_VERSIONS[@]}"; do
		php=$(php_of "$version") part=$((part + 1))
		say "PHP $version"
		WASM2PHP_PHP=$php WASM2PHP_PART=$part/10 cargo_test wasm2php --test spec --test fuzzed
		php_vectors "$php" none -d opcache.enable_cli=0
		php_vectors "$php" opcache -d opcache.enable_cli=1 -d opcache.jit_buffer_size=0
	done
}

# In a headless Chromium; its flags stand in webdriver.json.
part_chromium() {
	export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER CHROMEDRIVER
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$(wasm_bindgen_dir)/bin/wasm-bindgen-test-runner
	CHROMEDRIVER=$(command -v chromedriver)
	wasm_cargo test --locked --package mautic-connector --features browser --test browser ${ONLY:+-- "$ONLY"}
}

# Native Rust's answers, to the byte, from the module in Node and from the core in PHP.
part_vectors() {
	BROWSER_MODULE="$DIST/$SLUG/assets/wasm" CORPUS="$WORK/corpus.json" HOSTILE="$WORK/hostile.json" \
		node_test "$ROOT/tests/browser/vectors.test.mjs"
	php_vectors php none -d opcache.enable_cli=0
	# The least that hosts give a request, as long as WordPress asks for no more.
	php_vectors php none -d opcache.enable_cli=0 -d memory_limit=32M -- hostile
	php_vectors php opcache -d opcache.enable_cli=1 -d opcache.jit_buffer_size=0 -- hostile whole
	# Switched off for one, let be for the other: see Jit_Guard.
	php_vectors php jit -d opcache.enable_cli=1 -d opcache.jit_buffer_size=64M -d opcache.jit=tracing
	php_vectors php jit -d opcache.enable_cli=1 -d opcache.jit_buffer_size=64M -d opcache.jit=function
}
# php_vectors PHP MODE OPTION... [-- CORPUS...]: with the random messages and the corpora that are named.
php_vectors() {
	local php=$1 mode=$2 corpus options=() corpora=("$WORK/corpus.json")
	shift 2
	while [ $# != 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
	for corpus in "${@:2}"; do corpora+=("$WORK/$corpus.json"); done
	"$php" "${options[@]}" "$ROOT/tests/php/vectors.php" "$DIST/$SLUG/includes/core" "$mode" "${corpora[@]}"
	one_passed
}

# What is known of PHP's JIT, the guard in all its modes, and a tenth of the official suite in those
# that the guard lets be.
part_jit() {
	local version phps=()
	for version in 8.2 "${PHP_VERSIONS[@]}"; do phps+=("$(php_of "$version")"); done
	php "$ROOT/php-bridge/tests/jit.php" "${phps[@]}"
	for version in 8.1 8.2 8.3; do
		WASM2PHP_PHP="$(php_of "$version") -d opcache.jit=function -d opcache.jit_buffer_size=64M" \
			WASM2PHP_PART=${version#8.}/10 cargo test --locked --package wasm2php --test spec official_suite -- --exact
	done
}

# The page of figures is what the figures give that stand beside it.
part_performance() { node_test "$ROOT/tests/bench/page.test.mjs"; }

# Every PHP file, written and generated, is one.
part_php() {
	local file files=0
	while IFS= read -r -d '' file; do
		php -l "$file" >/dev/null || return 1
		files=$((files + 1))
	done < <(find "$DIST/$SLUG" "$ROOT/php-bridge" "$ROOT/scripts" "$ROOT/tests" -name '*.php' -not -path '*/node_modules/*' -print0)
	say "$files files"
	one_passed
}

# What the plugin directory demands, of the plugin as it is built.
part_directory() {
	PLUGIN=$DIST/$SLUG ASSETS=$ROOT/.wordpress-org WORDPRESS=$(wordpress_dir)/latest/wordpress \
		OLDEST_WORDPRESS=$(oldest_wordpress_dir)/wordpress php_unit --bootstrap "$ROOT/tests/directory/bootstrap.php" "$ROOT/tests/directory"
}

# What comes from outside comes at versions and with hashes that are written down, and what goes out says what it is.
part_supply() {
	DIST=$DIST LIBRARY_LOCK=$(wasm_sysroot)/lib/rustlib/src/rust/library/Cargo.lock node_test "$ROOT"/tests/supply/*.test.mjs
}

# Inside a real WordPress.
part_latest() {
	install_site "$WORK/site"
	inside "$WORK/site" "$ROOT/tests/php"
}
# The same with the oldest WordPress that is supported, but for what came with later ones, and for WP-CLI's
# commands and the documentation's examples, processes that do what other tests do in one. Its log stays
# free of us. And how the page looks there.
part_oldest() {
	local site=$WORK/site-oldest
	install_site "$site" oldest
	inside "$site" "$ROOT/tests/oldest"
	inside "$site" "$ROOT/tests/php" --exclude-group later-wordpress,wp-cli
	if grep -F "plugins/$SLUG" "$site/wp-content/debug.log"; then return 1; fi
	E2E_DATABASE=sqlite E2E_WORDPRESS=oldest end_to_end look.test.mjs
}
# The same with a persistent object cache, but for what has nothing to do with one; and the tests of that.
part_redis() {
	local site=$WORK/site-redis redis
	redis=$(mktemp -d) # Paths of sockets are limited to 108 bytes.
	background redis-server --port 0 --unixsocket "$redis/socket" --save '' --dir "$redis"
	install_site "$site"
	sed -i "1a define( 'OBJECT_CACHE_SOCKET', '$redis/socket' );\ndefine( 'OBJECT_CACHE_DATABASE', 0 );" "$site/wp-config.php"
	cp "$ROOT/tests/php/object-cache.php" "$site/wp-content/"
	inside "$site" "$ROOT/tests/stay/ObjectCacheTest.php"
	inside "$site" "$ROOT/tests/php" --exclude-group wp-cli,http,page
	rm -rf "$redis"
}
# The sites of a network.
part_network() {
	rm -rf "$WORK/network"
	"$ROOT/scripts/site.sh" install "$WORK/network" http://127.0.0.1 password sqlite loopback-only
	"$ROOT/scripts/site.sh" network "$WORK/network"
	inside "$WORK/network" "$ROOT/tests/network" --bootstrap "$ROOT/tests/network/bootstrap.php"
}
install_site() {
	rm -rf "$1"
	"$ROOT/scripts/site.sh" install "$1" http://127.0.0.1:8080 password sqlite loopback-only "${2-}"
}
# inside SITE TESTS [OPTION...]
inside() {
	WP_SITE=$1 WP_CLI=$(wordpress_dir)/wp-cli/wp-cli.phar STAND_IN=$TARGET/debug/mautic-stand-in \
		php_unit --fail-on-incomplete --fail-on-skipped --bootstrap "$ROOT/tests/php/bootstrap.php" "${@:3}" "$2"
}
php_unit() { phpunit --do-not-cache-result --fail-on-risky --fail-on-warning ${ONLY:+--filter "$ONLY"} "$@"; }

part_sqlite() { E2E_DATABASE=sqlite end_to_end main.mjs; }
part_mariadb() { E2E_DATABASE=mariadb end_to_end mariadb.mjs; }
end_to_end() {
	E2E_STAND_IN="$TARGET/debug/mautic-stand-in" WP_CLI="$(wordpress_dir)/wp-cli/wp-cli.phar" \
		node_test --test-timeout=900000 "$ROOT/tests/e2e/$1"
}

node_test() { node --test --test-reporter=tap ${ONLY:+--test-name-pattern "$ONLY"} "$@"; }

# Many processes of a real WordPress at once, processes that die, and weeks in fast motion.
part_stay() {
	E2E_STAND_IN="$TARGET/debug/mautic-stand-in" WP_CLI="$(wordpress_dir)/wp-cli/wp-cli.phar" \
		node_test --test-concurrency=1 --test-timeout=300000 "$ROOT"/tests/stay/*.test.mjs
}

# A thousand API calls behind nginx and PHP-FPM while tokens expire and processes are killed; load.test.mjs has the settings
# of a longer run. Its later tests judge what the first one did.
part_load() {
	E2E_STAND_IN="$TARGET/debug/mautic-stand-in" WP_CLI="$(wordpress_dir)/wp-cli/wp-cli.phar" \
		node_test --test-timeout=$((600000 + ${LOAD_CALLS:-1000} * 300)) "$ROOT"/tests/load/*.test.mjs
}

# Built once more from the same sources, the zip and its bill of materials have the same bytes: in another folder, of a
# longer path with spaces in it; by another user, at home elsewhere, in another time zone, language and umask; from files of
# another date, in another order.
part_zip() {
	local again="$WORK/again/in a folder/of a longer path" home=$WORK/again/home
	rm -rf "$WORK/again"
	copy_sources "$again"
	ln -s "$ROOT/node_modules" "$again/node_modules"
	mkdir "$home"
	ln -s "${CARGO_HOME:-$HOME/.cargo}" "$home/cargo"
	(
		umask 077
		env SOURCE_DATE_EPOCH="$(git -C "$ROOT" log -1 --format=%ct)" CARGO_TARGET_DIR="$WORK/target" HOME="$home" CARGO_HOME="$home/cargo" \
			RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" XDG_CACHE_HOME="$(dirname "$CACHE")" USER=somebody LOGNAME=somebody \
			TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 "$again/scripts/plugin.sh"
	)
	cmp "$DIST/$SLUG.zip" "$again/dist/$SLUG.zip"
	one_passed
	cmp "$DIST/$SLUG.cdx.json" "$again/dist/$SLUG.cdx.json"
	one_passed
}
copy_sources() {
	mkdir -p "$1"
	(cd "$ROOT" && git ls-files -z --cached --others --exclude-standard | sort -rz | xargs -0 cp --parents -t "$1")
}

# The core with one line put wrong, ten times: its tests find each. In a folder of its own for what cargo compiles: it
# would take the faulty core for the one that is here.
part_faults() {
	rm -rf "$WORK/faulty"
	copy_sources "$WORK/faulty"
	CARGO_TARGET_DIR=$WORK/faulty-target SOURCES=$WORK/faulty node_test "$ROOT/tests/faults/faults.test.mjs"
}
