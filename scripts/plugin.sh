#!/usr/bin/env bash
# The plugin: its PHP and assets, the core compiled for PHP and for the browser, the notices of what is in that; the
# zip of it, and the zip's bill of materials.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
cd "$ROOT" # cargo builds what lies where it is called

PLUGIN=$DIST/$SLUG
ZIP=$DIST/$SLUG.zip
SBOM=$DIST/$SLUG.cdx.json

assemble() {
	local stray version
	[ -f "$ROOT/wp-plugin/$SLUG.php" ] || die "wp-plugin/$SLUG.php is missing"
	rm -rf "$PLUGIN" "$ZIP" "$SBOM"
	mkdir -p "$PLUGIN/includes/core" "$PLUGIN/assets/wasm"
	cp -R "$ROOT/wp-plugin/." "$PLUGIN/"
	cp "$ROOT/LICENSE" "$PLUGIN/license.txt"
	cp "$OUT/php/"* "$PLUGIN/includes/core/"
	cp "$OUT/browser/core.js" "$OUT/browser/core_bg.wasm" "$PLUGIN/assets/wasm/"
	# Modules import each other by their files: the version in the address gets past what a browser kept of the last one.
	version=$(sed -n 's/^ \* Version: *//p' "$PLUGIN/$SLUG.php")
	sed -i -E "s#'(\./[a-z/]+\.js)'#'\1?ver=$version'#" "$PLUGIN"/assets/*.js
	node "$ROOT/scripts/notices.mjs" "$OUT" "$(wasm_rust)" >"$PLUGIN/third-party-notices.txt"
	"$ROOT/scripts/languages.sh" build "$PLUGIN"
	stray=$(find "$PLUGIN" -name '.*' -o -name '*.sh' -o -name tests -o -type l)
	[ -z "$stray" ] || die "these do not belong into the zip: $stray"
}

# Sorted names, one date, plain permissions, no extra fields: the same commit gives the same bytes.
pack() {
	local date=${SOURCE_DATE_EPOCH:-}
	[ -n "$date" ] || date=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null) || date=315532800
	chmod -R u=rwX,go=rX "$PLUGIN"
	find "$PLUGIN" -exec touch -h -d "@$date" {} +
	(cd "$DIST" && find "$SLUG" -type f | LC_ALL=C sort | TZ=UTC zip -q -X -9 "$ZIP" -@)
	node "$ROOT/scripts/sbom.mjs" "$OUT" "$(wasm_rust)" "$PLUGIN" "$date" >"$SBOM"
}

gzipped() { cat "$@" | gzip -9 | wc -c; }

case ${1-} in
'')
	steps 5
	step 'compiling wasm2php' cargo build --locked --package wasm2php
	step 'building the core for PHP' "$ROOT/scripts/core.sh" server
	step 'turning it into PHP' "$ROOT/scripts/core.sh" php
	step 'building the core for the browser' "$ROOT/scripts/core.sh" browser
	step 'packing the plugin' "$0" pack
	printf '%s: %d KB; browser module: %d KB gzipped\n' "${ZIP#"$PWD/"}" $(($(stat -c %s "$ZIP") / 1000)) \
		$((($(gzipped "$OUT/browser/core.js") + $(gzipped "$OUT/browser/core_bg.wasm")) / 1000))
	;;
pack)
	assemble
	pack
	;;
*) die 'usage: plugin.sh [pack]' ;;
esac
