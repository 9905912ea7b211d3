#!/usr/bin/env bash
# The pictures that the plugin directory shows, in .wordpress-org: icon and banner out of our SVG with Chromium, and
# the screenshots, which are those of docs/screenshots. They are committed, and in no zip.
set -euo pipefail
. "$(dirname "$0")/common.sh"

ASSETS=$ROOT/.wordpress-org
# In the order of the captions in readme.txt.
SCREENSHOTS=(6-connected 1-not-configured 2-live-check notice-needs-authorization)

# draw NAME.svg WIDTHxHEIGHT NAME.png
draw() {
	local page
	page=$(mktemp --suffix .html)
	printf '<!doctype html><style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>%s' "$(cat "$ASSETS/$1")" >"$page"
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 --default-background-color=00000000 \
		--window-size="${2/x/,}" --screenshot="$ASSETS/$3" "file://$page"
	rm "$page"
}

steps 5
step 'icon, 128' draw icon.svg 128x128 icon-128x128.png
step 'icon, 256' draw icon.svg 256x256 icon-256x256.png
step 'banner' draw banner.svg 772x250 banner-772x250.png
step 'banner, large' draw banner.svg 1544x500 banner-1544x500.png
copy_screenshots() {
	local i
	rm -f "$ASSETS"/screenshot-*.png
	for i in "${!SCREENSHOTS[@]}"; do cp "$ROOT/docs/screenshots/${SCREENSHOTS[i]}.png" "$ASSETS/screenshot-$((i + 1)).png"; done
}
step 'screenshots' copy_screenshots
