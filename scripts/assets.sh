#!/usr/bin/env bash
# The pictures that the plugin directory and README.md show, in .wordpress-org: icon and banner out of our SVG with
# Chromium, and what matters of docs/screenshots. They are committed, and in no zip.
set -euo pipefail
. "$(dirname "$0")/common.sh"

ASSETS=$ROOT/.wordpress-org
# In the order of the captions in readme.txt: the picture, and which part of it: left, top, width, height.
SCREENSHOTS=(
	'last-30-days 0 0 1280 710'
	'guide 0 0 1280 1320'
	'guide 170 300 670 840'
	'doctor-failed 170 600 1110 790'
	'explained 820 960 460 580'
	'notice-needs-authorization 0 0 1280 900'
)

# draw WIDTH HEIGHT NAME.png HTML
draw() {
	local page
	page=$(mktemp --suffix .html)
	printf '<!doctype html><style>* { margin: 0 } svg { display: block; width: 100vw; height: 100vh }</style>%s' "$4" >"$page"
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files --force-device-scale-factor=1 \
		--default-background-color=00000000 --window-size="$1,$2" --screenshot="$ASSETS/$3" "file://$page"
	rm "$page"
	pngquant --force --ext .png --strip --speed 1 "$ASSETS/$3"
}
svg() { cat "$ASSETS/$1.svg"; }
screenshots() {
	local i name left top width height
	rm -f "$ASSETS"/screenshot-*.png
	for i in "${!SCREENSHOTS[@]}"; do
		read -r name left top width height <<<"${SCREENSHOTS[i]}"
		[ -f "$ROOT/docs/screenshots/$name.png" ] || die "docs/screenshots/$name.png is missing"
		draw "$width" "$height" "screenshot-$((i + 1)).png" "<img src='file://$ROOT/docs/screenshots/$name.png' style='display: block; margin: -${top}px 0 0 -${left}px'>"
	done
}

steps 5
step 'icon, 128' draw 128 128 icon-128x128.png "$(svg icon)"
step 'icon, 256' draw 256 256 icon-256x256.png "$(svg icon)"
step 'banner' draw 772 250 banner-772x250.png "$(svg banner)"
step 'banner, large' draw 1544 500 banner-1544x500.png "$(svg banner)"
step 'screenshots' screenshots
