#!/usr/bin/env bash
# What the commands need: `doctor` lists it, `install COMMAND` installs what that command misses.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

# Each line: what it is | commands that need it | where it comes from | version, failing if missing
requirements() {
	cat <<'TABLE'
Rust             | build demo test bench fuzz lint | rustup            | rust_version
C compiler       | build demo test bench fuzz lint | apt gcc libc6-dev | gcc --version | first_line
C++ compiler     | fuzz                       | apt g++           | c++ --version | first_line
Node.js 20       | build demo test bench fuzz lint | node              | node_version
npm              | build demo test bench fuzz lint | node              | npm --version
zip              | build demo test bench      | apt zip           | zip -v | sed -n '2s/This is //p'
OpenSSL          | build demo test bench fuzz lint | apt openssl       | openssl version
PHP 8.1 or later | build demo test bench fuzz lint | apt php8.2-cli    | php_version
PHP sodium       | demo test bench            | apt php8.2-common | php_extension sodium
curl             | test                       | apt curl          | curl --version | first_line
PHP curl         | demo test bench            | apt php8.2-curl   | php_extension curl
PHP mbstring     | build demo test bench      | apt php8.2-mbstring | php_extension mbstring
PHP DOM          | demo test bench            | apt php8.2-xml    | php_extension dom
PHP SQLite       | demo test bench            | apt php8.2-sqlite3 | php_extension pdo_sqlite
PHP intl         | test                       | apt php8.2-intl   | php_extension intl
PHP MySQL        | test bench                 | apt php8.2-mysql  | php_extension mysqli
PHPUnit          | test                       | apt phpunit       | phpunit --version | first_line
PHP_CodeSniffer  | test                       | apt php-codesniffer | phpcs --version
MariaDB server   | test bench                 | apt mariadb-server-core | mariadbd --version | first_line
MariaDB client   | test bench                 | apt mariadb-client-core | mariadb --version
Redis            | test                       | apt redis-server  | redis-server --version
PHP Redis        | test                       | apt php8.2-redis  | php_extension redis
libfaketime      | test                       | apt libfaketime   | ls /usr/lib/*/faketime/libfaketime.so.1
Chromium         | test bench                 | apt chromium      | chromium --version 2>/dev/null
Headless Chromium | test                 | apt chromium-headless-shell | chromium-headless-shell --version 2>/dev/null
ChromeDriver     | test                       | apt chromium-driver | chromedriver --version
C for wasm       | test                  | apt clang         | clang --version | first_line
Linker for wasm  | test                  | apt lld           | wasm-ld --version
Rust format      | test                       | component rustfmt | cargo fmt --version
Rust lints       | test                       | component clippy  | cargo clippy --version
pngquant         | test                       | apt pngquant      | pngquant --version
nginx            | test bench                 | apt nginx-light   | nginx -v 2>&1
PHP-FPM          | test bench                 | apt php8.2-fpm    | php-fpm8.2 --version | first_line
Rust for wasm    | build demo test bench      | wasm              | wasm_version
wasm-bindgen     | build demo test bench      | wasm-bindgen      | wasm_bindgen_version
npm packages     | build demo test bench      | npm               | npm_packages_version
WordPress, WP-CLI | build demo test bench lint | wordpress       | wordpress_version
WordPress, oldest | test                  | oldest-wordpress  | oldest_wordpress_version
mago             | lint                       | mago              | mago_version
cargo-deny       | lint                       | cargo-deny        | cargo_deny_version
Git              | test bench lint            | apt git           | git --version
cargo fuzz       | fuzz                       | cargo-fuzz        | cargo_fuzz_version
Kerberos library | test fuzz                  | apt libgssapi-krb5-2 | ldconfig -p | grep -o 'libgssapi_krb5.so.2' | first_line
PHP, other ones  | test fuzz                  | php-versions      | other_phps
PHP FFI          | bench                      | apt php8.2-common | php_extension FFI
pip              | bench lint                 | apt python3-pip   | python3 -m pip --version
wasm2php's peers | bench                      | peers             | peers
TABLE
}

first_line() { sed -n 1p; }
rust_version() { rustc --version | grep -F "rustc $RUST "; }
node_version() { node --version | grep -E '^v(2[0-9]|[3-9][0-9])\.'; }
php_version() { php -r 'if ( PHP_VERSION_ID < 80100 || PHP_INT_SIZE < 8 ) { exit( 1 ); } echo PHP_VERSION;'; }
php_extension() { php -r 'extension_loaded( $argv[1] ) || exit( 1 ); echo phpversion( $argv[1] );' "$1"; }
wasm_version() {
	if rustup_has_wasm; then
		printf '%s, by rustup\n' "$(rustc --version)"
	elif debian_has_wasm; then
		printf "%s, Debian's\n" "$(/usr/bin/rustc --version)"
	else
		return 1
	fi
}
wasm_bindgen_version() { "$(wasm_bindgen_dir)/bin/wasm-bindgen" --version; }
cargo_deny_version() { "$(cargo_deny_dir)/cargo-deny" --version; }
mago_version() { "$(mago_dir)/bin/mago" --version; }
cargo_fuzz_version() { "$(cargo_fuzz_dir)/bin/cargo-fuzz" --version; }
npm_packages_version() { [ -f "$(npm_packages_dir)/complete" ] && npm_packages; }
other_phps() {
	local version
	for version in "${PHP_VERSIONS[@]}"; do
		[ -f "$(php_dir "$version")/complete" ] && "$(php_of "$version")" -r 'echo PHP_VERSION, " ";' || return 1
	done
}
wordpress_version() { [ -f "$(wordpress_dir)/complete" ] && printf '%s\n' "$WORDPRESS"; }
oldest_wordpress_version() { [ -f "$(oldest_wordpress_dir)/complete" ] && printf '%s\n' "$OLDEST_WORDPRESS"; }

# each FUNCTION [COMMAND]: calls FUNCTION NAME COMMANDS SOURCE VERSION for each requirement, of that
# command only if one is named; VERSION is empty where it is missing.
each() {
	local name commands source check version
	while IFS='|' read -r name commands source check; do
		commands=$(trim "$commands") source=$(trim "$source")
		[ -z "${2-}" ] || [[ " $commands " == *" $2 "* ]] || continue
		version=$(eval "$check" 2>/dev/null) || version=
		"$1" "$(trim "$name")" "$commands" "$source" "$version"
	done < <(requirements)
}
trim() { sed 's/^ *//; s/ *$//' <<<"$1"; }

missing=0
print_requirement() {
	local state=ok
	[ -n "$4" ] || state=missing missing=$((missing + 1))
	printf '%-17s %-8s %s\n' "$1" "$state" "${4:-$(remedy "$3"), for: $2}"
}
remedy() {
	case $1 in
	apt\ *) printf 'apt-get install %s' "${1#apt }" ;;
	rustup) printf 'install Rust %s with rustup (https://rustup.rs)' "$RUST" ;;
	node) printf 'install Node.js 20 or later with npm (https://nodejs.org)' ;;
	component\ *) printf 'rustup component add --toolchain %s %s' "$RUST" "${1#component }" ;;
	wasm)
		printf 'rustup target add --toolchain %s %s and rustup component add --toolchain %s rust-src, ' "$RUST" "$TRIPLE" "$RUST"
		printf 'or apt-get install %s' "${DEBIAN_WASM[*]}"
		;;
	*) printf 'fetched by ./build.sh itself' ;;
	esac
}
DEBIAN_WASM=(rustc-web cargo-web rust-web-src lld-22)

# What is missing, by how it is installed.
apt=() components=() fetch=() by_hand=()
sort_requirement() {
	[ -z "$4" ] || return 0
	case $3 in
	apt\ *) read -ra names <<<"${3#apt }" && apt+=("${names[@]}") ;;
	component\ *) components+=("${3#component }") ;;
	# Without any Rust, rustup comes first, and brings the target too.
	wasm) ! has rustc || rustup_wasm || apt+=("${DEBIAN_WASM[@]}") ;;
	rustup) rustup_install || by_hand+=("$(remedy "$3")") ;;
	node) by_hand+=("$(remedy "$3")") ;;
	*) fetch+=("$3") ;;
	esac
}
# rustup may be unable to download, and then may hang: its failure is an answer like any other.
rustup_install() {
	has rustup && step "downloading Rust $RUST" timeout 600 rustup toolchain install "$RUST" --profile minimal --no-self-update &&
		export RUSTUP_TOOLCHAIN=$RUST
}
rustup_wasm() {
	has rustup && [ -n "${RUSTUP_TOOLCHAIN-}" ] && printf 'downloading std for wasm … ' &&
		timeout 300 rustup target add --toolchain "$RUSTUP_TOOLCHAIN" "$TRIPLE" >>"$LOG" 2>&1 &&
		timeout 300 rustup component add --toolchain "$RUSTUP_TOOLCHAIN" rust-src >>"$LOG" 2>&1 && say done && return
	say "rustup cannot; Debian's rustc-web will do"
	debian_has_wasm
}

install() {
	each sort_requirement "$1"
	if [ ${#components[@]} != 0 ] && has rustc; then
		[ -n "${RUSTUP_TOOLCHAIN-}" ] && step "adding ${components[*]} to Rust" timeout 300 rustup component add --toolchain "$RUSTUP_TOOLCHAIN" "${components[@]}" ||
			by_hand+=("rustup component add --toolchain $RUST ${components[*]}")
	fi
	if [ ${#apt[@]} != 0 ] && { [ "$(id -u)" != 0 ] || ! has apt-get; }; then
		by_hand+=("apt-get install --no-install-recommends ${apt[*]}")
	fi
	if [ ${#by_hand[@]} != 0 ]; then
		say "'./build.sh $1' needs, as root where it says apt-get:" >&2
		printf '  %s\n' "${by_hand[@]}" >&2
		exit 1
	fi
	if [ ${#apt[@]} != 0 ]; then
		step "installing ${apt[*]}" apt_install "${apt[@]}"
	fi
	local what
	for what in "${fetch[@]}"; do
		case $what in
		npm) step 'fetching npm packages' fetch_npm_packages ;;
		php-versions) step "fetching PHP ${PHP_VERSIONS[*]}" fetch_phps ;;
		wordpress) step "fetching WordPress $WORDPRESS" fetch_wordpress ;;
		oldest-wordpress) step "fetching WordPress $OLDEST_WORDPRESS" fetch_oldest_wordpress ;;
		peers) step 'fetching what wasm2php is measured against' fetch_peers ;;
		cargo-deny) step "fetching cargo-deny $CARGO_DENY" fetch_cargo_deny ;;
		mago) step 'compiling mago, once, some nine minutes' fetch_mago ;;
		cargo-fuzz) step 'compiling cargo-fuzz, once, a minute' fetch_cargo_fuzz ;;
		wasm-bindgen) step 'compiling wasm-bindgen, once, some four minutes' fetch_wasm_bindgen ;;
		esac
	done
	link_npm_packages
}
apt_install() {
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

case ${1-} in
doctor)
	each print_requirement
	[ $missing = 0 ] || { say && say "$missing missing" && exit 1; }
	;;
install) install "$2" ;;
*) die 'usage: setup.sh doctor | install COMMAND' ;;
esac
