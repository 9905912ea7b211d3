#!/usr/bin/env bash
# The core in its two compiled forms: PHP for the server, WebAssembly for the browser.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

OUT=$TARGET/$SLUG
WASM=$TARGET/$TRIPLE/wasm/mautic_connector.wasm
mkdir -p "$OUT"

# build_wasm FEATURE: std is compiled along, so that a panic is a bare trap in it too. The stack
# comes first in memory and is small, since PHP pays for each page. No path of this machine gets
# into the module: the same commit and toolchain give the same bytes in any folder.
build_wasm() {
	local sysroot cargo_home=${CARGO_HOME:-$HOME/.cargo} flags
	sysroot=$(wasm_sysroot)
	flags=(
		-Cpanic=immediate-abort -Zunstable-options
		-Clink-arg=-zstack-size=32768
		"--remap-path-prefix=$(realpath "$sysroot/lib/rustlib/src/rust")=/rust"
		"--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rust"
		"--remap-path-prefix=$cargo_home=/cargo"
		"--remap-path-prefix=$TARGET=/target"
		"--remap-path-prefix=$ROOT=/source"
	)
	RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && printf '%s' "${flags[*]}") \
		wasm_cargo build --locked --package mautic-connector --lib --profile wasm \
		--no-default-features --features "$1" -Zbuild-std=std,panic_abort
}

server() {
	build_wasm server
	node -e '
		const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
		const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
		if (imports.length) throw new Error(`the core for PHP imports ${imports.join(", ")}`);
	' "$WASM"
	cp "$WASM" "$OUT/server.wasm"
}

browser() {
	local out=$OUT/browser
	build_wasm browser
	rm -rf "$out"
	"$(wasm_bindgen_dir)/bin/wasm-bindgen" --target web --no-typescript --out-dir "$out" --out-name core "$WASM"
	"$ROOT/node_modules/.bin/wasm-opt" -Oz --strip-debug --strip-producers --enable-bulk-memory --enable-multivalue \
		--enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types \
		--enable-sign-ext "$out/core_bg.wasm" -o "$out/core_bg.opt.wasm"
	mv "$out/core_bg.opt.wasm" "$out/core_bg.wasm"
}

case ${1-} in
server | browser) "$1" ;;
*) die 'usage: core.sh server | browser' ;;
esac
