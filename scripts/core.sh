#!/usr/bin/env bash
# The core in its two compiled forms: PHP for the server, WebAssembly for the browser.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"
cd "$ROOT" # cargo builds what lies where it is called

WASM=$TARGET/$TRIPLE/wasm/mautic_connector.wasm

# build_wasm FEATURE: as a cdylib alone, since beside an rlib there is no optimization across crates,
# which is a quarter of the size. std is compiled along, so that a panic is a bare trap in it too; of it `alloc`
# for speed, since unless they are inlined its vectors call each other for every byte. The stack
# comes first in memory and is small, since PHP pays for each page. No path of this machine gets
# into the module: the same commit and toolchain give the same bytes in any folder. What the compiler has read for it,
# and of which crates that is, goes into the files FEATURE.d and FEATURE.json, for scripts/shipped.mjs.
build_wasm() {
	local sysroot cargo_home=${CARGO_HOME:-$HOME/.cargo} flags
	sysroot=$(wasm_sysroot)
	flags=(
		-Cpanic=immediate-abort -Zunstable-options -Zbinary-dep-depinfo
		-Clink-arg=-zstack-size=32768
		"--remap-path-prefix=$(realpath "$sysroot/lib/rustlib/src/rust")=/rust"
		"--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rust"
		"--remap-path-prefix=$cargo_home=/cargo"
		"--remap-path-prefix=$TARGET=/target"
		"--remap-path-prefix=$ROOT=/source"
	)
	RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && printf '%s' "${flags[*]}") \
		wasm_cargo rustc --locked --package mautic-connector --lib --crate-type cdylib --profile wasm \
		--no-default-features --features "$1" -Zbuild-std=std,panic_abort \
		--config 'profile.wasm.package.alloc.opt-level=3' --message-format=json-render-diagnostics >"$OUT/$1.json"
	cp "$TARGET/$TRIPLE/wasm/deps/mautic_connector.d" "$OUT/$1.d"
}

# made FOLDER FUNCTION INPUT...: has FUNCTION fill FOLDER, unless that was done from the same inputs.
made() {
	local folder=$1 make=$2 inputs
	shift 2
	inputs=$(cat "$0" "$@" | sha256sum)
	[ ! -f "$folder.inputs" ] || [ "$(cat "$folder.inputs")" != "$inputs" ] || return 0
	rm -rf "$folder" "$folder.inputs"
	"$make" "$folder"
	printf '%s\n' "$inputs" >"$folder.inputs"
}

build_server() {
	build_wasm server
	node -e '
		const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
		const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
		if (imports.length) throw new Error(`the core for PHP imports ${imports.join(", ")}`);
	' "$WASM"
	cp "$WASM" "$OUT/server.wasm"
}

# The messages of every day: what they reach is in the first file, the rest in a second one that PHP
# loads when it is called.
EVERYDAY=(api_call.json authorization_story.json basic.json client_credentials.json renewal_refresh.json renewal_tick.json)

# Some of the vectors go along, for the plugin to test itself on the machine that it runs on.
build_php() {
	made "$OUT/php" compile "$OUT/server.wasm" "$TARGET/debug/wasm2php" "$ROOT/php-bridge/tests/record.php" "${EVERYDAY[@]/#/$ROOT/tests/vectors/}"
}
compile() {
	local vectors=$ROOT/tests/vectors profile=$OUT/profile wasm2php=$TARGET/debug/wasm2php
	rm -rf "$profile"
	"$wasm2php" "$OUT/server.wasm" --class Core -o "$profile" --profile
	php "$ROOT/php-bridge/tests/record.php" "$profile" core 'Wasm2Php\Core' "${EVERYDAY[@]/#/$vectors/}" >"$OUT/hot-functions"
	"$wasm2php" "$OUT/server.wasm" --class Core -o "$1" --hot "$OUT/hot-functions" \
		--namespace 'Connector_For_Mautic\Wasm' --guard ABSPATH --max-pages 64
	node -e '
		const { readFileSync } = require("fs");
		console.log(JSON.stringify(process.argv.slice(1).flatMap((file) => JSON.parse(readFileSync(file)))));
	' "$vectors/authorization_story.json" "$vectors/renewal_refresh.json" >"$1/self-test.json"
}

build_browser() {
	build_wasm browser
	made "$OUT/browser" bind "$WASM" "$(wasm_bindgen_dir)/bin/wasm-bindgen" "$ROOT/package-lock.json"
}
bind() {
	"$(wasm_bindgen_dir)/bin/wasm-bindgen" --target web --no-typescript --out-dir "$1" --out-name core "$WASM"
	"$ROOT/node_modules/.bin/wasm-opt" -Oz --strip-debug --strip-producers --enable-bulk-memory --enable-multivalue \
		--enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types \
		--enable-sign-ext "$1/core_bg.wasm" -o "$1/core_bg.opt.wasm"
	mv "$1/core_bg.opt.wasm" "$1/core_bg.wasm"
}

case ${1-} in
server | php | browser) "build_$1" ;;
*) die 'usage: core.sh server | php | browser' ;;
esac
