#!/usr/bin/env bash
# Writes docs/messages.md anew, from the plugin as it was last built, in a WordPress of its own.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/fetch.sh"

SITE=$OUT/test/messages
"$ROOT/scripts/site.sh" install "$SITE" http://127.0.0.1 password sqlite loopback-only
php -d display_errors=stderr "$(wordpress_dir)/wp-cli/wp-cli.phar" --allow-root --path="$SITE" \
	eval "file_put_contents( '$ROOT/docs/messages.md', require '$ROOT/scripts/wordpress/messages.php' );"
