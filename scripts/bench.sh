#!/usr/bin/env bash
# What the plugin costs, in a real WordPress behind nginx and PHP-FPM: a table, and dist/bench.json.
# tests/bench/ has what is measured, and how.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/fetch.sh"

HERE=$ROOT/tests/bench
WORK=$CACHE/bench

# Two sites alike but for the plugin. As in production, they do not debug, and cron runs elsewhere.
make_sites() {
	"$ROOT/scripts/site.sh" install "$WORK/with" http://wordpress.test password sqlite
	sed -i "/WP_DEBUG_/d; s/^define( 'WP_DEBUG', true );/define( 'WP_DEBUG', false );\ndefine( 'DISABLE_WP_CRON', true );/" \
		"$WORK/with/wp-config.php"
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
# start_php NAME OPTION...: Debian's settings but for the options, and without the JIT.
start_php() {
	export FPM_NAME=$1 FPM_USER
	FPM_USER=$(id -un)
	start "$1" php-fpm8.2 --allow-to-run-as-root --prefix "$WORK" --fpm-config "$HERE/php-fpm.conf" \
		-d opcache.jit=disable "${@:2}"
}

"$ROOT/scripts/plugin.sh"
rm -rf "$WORK"
mkdir -p "$WORK"
cd "$WORK" # The paths of sockets are limited to 108 bytes: relative ones fit.
steps 1
step 'preparing two sites' make_sites
start_php opcache -d opcache.enable=1
start_php cold -d opcache.enable=0
start_php deployed -d opcache.enable=1
start nginx nginx -p "$WORK" -e nginx.log -c "$HERE/nginx.conf" -g "user $(id -un);"
node "$HERE/bench.mjs" "$DIST"
