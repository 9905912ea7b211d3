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
		check_sha512 "$work"/*.tgz "$WORDPRESS_SHA512" &&
		tar -xzf "$work"/*.tgz -C "$work" --strip-components=4 --no-same-owner \
			"$members/latest/wordpress" "$members/sqlite-database-integration" "$members/wp-cli" &&
		grep -q "wp_version = '$WORDPRESS'" "$work/latest/wordpress/wp-includes/version.php" &&
		rm "$work"/*.tgz && touch "$work/complete" && replace "$work" "$(wordpress_dir)"
}
check_sha512() {
	[ "$(openssl dgst -sha512 -binary "$1" | base64 -w0)" = "$2" ] || {
		say "$WORDPRESS_PACKAGE is not what it was: its SHA-512 differs from the pinned one"
		return 1
	}
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

# The command has to be of the library's version.
wasm_bindgen_lock() { sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"/\1/p}' "$ROOT/Cargo.lock"; }
wasm_bindgen_dir() { printf '%s\n' "$CACHE/wasm-bindgen-$(wasm_bindgen_lock)"; }
fetch_wasm_bindgen() {
	CARGO_TARGET_DIR="$CACHE/wasm-bindgen-build" cargo install wasm-bindgen-cli \
		--version "$(wasm_bindgen_lock)" --root "$(wasm_bindgen_dir)" &&
		rm -rf "$CACHE/wasm-bindgen-build"
}

replace() {
	rm -rf "$2"
	mv -T "$1" "$2"
}
