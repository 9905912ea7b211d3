#!/usr/bin/env bash
# A real WordPress with the built plugin.
#
#   site.sh install SITE URL PASSWORD sqlite|HOST:PORT:USER:PASSWORD:NAME [loopback-only] [oldest]
#       makes the site if it is not there, of the oldest WordPress that the plugin supports if that is
#       asked for; in any case puts the plugin from dist/ into it
#   site.sh network SITE [subdomains]
#       makes an installed one the main site of a network, with the plugin active in all of it; its
#       sites are folders of its address unless subdomains are asked for
#   site.sh serve SITE HOST:PORT
#       serves it, four requests at a time, in the foreground
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/fetch.sh"

HERE=$ROOT/scripts/wordpress

install() {
	local site=$1 url=$2 password=$3 database=$4 loopback_only=${5-} report
	local source version=$WORDPRESS
	source=$(wordpress_dir)/latest/wordpress
	[ "${6-}" != oldest ] || source=$(oldest_wordpress_dir)/wordpress version=$OLDEST_WORDPRESS
	[ -f "$DIST/$SLUG/$SLUG.php" ] || die "dist/$SLUG is missing: run ./build.sh"
	if [ ! -f "$site/complete" ]; then
		rm -rf "$site"
		mkdir -p "$(dirname "$site")"
		cp -R "$source" "$site"
		mkdir -p "$site/wp-content/mu-plugins"
		[ "$database" != sqlite ] || add_sqlite "$site"
		configuration "$database" "$loopback_only" >"$site/wp-config.php"
	fi
	cp "$HERE/quiet.php" "$site/wp-content/mu-plugins/"
	# A copy, as WordPress itself would unpack it.
	rm -rf "$site/wp-content/plugins/$SLUG"
	cp -R "$DIST/$SLUG" "$site/wp-content/plugins/$SLUG"
	# WordPress dies with an HTML page and status 0.
	report=$(php -d display_errors=stderr "$HERE/install.php" "$site" "$url" "$password" "$SLUG/$SLUG.php") &&
		[[ $report == "WordPress $version "* ]] || die "WordPress was not installed: $report"
	say "$report"
	touch "$site/complete"
}

add_sqlite() {
	cp -R "$(wordpress_dir)/sqlite-database-integration" "$1/wp-content/mu-plugins/"
	sed "s#'{SQLITE_IMPLEMENTATION_FOLDER_PATH}'#__DIR__ . '/mu-plugins/sqlite-database-integration'#
		s#{SQLITE_PLUGIN}#sqlite-database-integration/load.php#" \
		"$(wordpress_dir)/sqlite-database-integration/db.copy" >"$1/wp-content/db.php"
}

configuration() {
	local host=127.0.0.1 port=0 user=- password=- name=wordpress key
	[ "$1" = sqlite ] || IFS=: read -r host port user password name <<<"$1"
	cat <<PHP
<?php
define( 'DB_HOST', '$host:$port' );
define( 'DB_USER', '$user' );
define( 'DB_PASSWORD', '$password' );
define( 'DB_NAME', '$name' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
PHP
	for key in AUTH SECURE_AUTH LOGGED_IN NONCE; do
		printf "define( '%s_KEY', '%s' );\n" "$key" "$(openssl rand -hex 32)"
		printf "define( '%s_SALT', '%s' );\n" "$key" "$(openssl rand -hex 32)"
	done
	[ -z "$2" ] || printf "define( 'LOOPBACK_ONLY', true );\n"
	cat <<'PHP'
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'FS_METHOD', 'direct' );
$table_prefix = 'wp_';
/* That's all, stop editing! Happy publishing. */
defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
PHP
}

network() {
	local site=$1 subdomains=${2-} host wp
	wp=(php "$(wordpress_dir)/wp-cli/wp-cli.phar" --allow-root "--path=$site" --skip-packages)
	host=$("${wp[@]}" option get home | sed 's#^[a-z]*://##; s#/.*##')
	# Active for the network it is to be, not for the main site alone.
	"${wp[@]}" plugin deactivate "$SLUG"
	"${wp[@]}" core multisite-convert --skip-config ${subdomains:+--subdomains}
	sed -i "/^\$table_prefix/i define( 'MULTISITE', true );\n\
define( 'SUBDOMAIN_INSTALL', $([ -n "$subdomains" ] && printf true || printf false) );\n\
define( 'DOMAIN_CURRENT_SITE', '$host' );\n\
define( 'PATH_CURRENT_SITE', '/' );\n\
define( 'SITE_ID_CURRENT_SITE', 1 );\n\
define( 'BLOG_ID_CURRENT_SITE', 1 );" "$site/wp-config.php"
	"${wp[@]}" plugin activate --network "$SLUG"
}

serve() {
	export PHP_CLI_SERVER_WORKERS=4
	exec php -S "$2" -t "$1" "$HERE/router.php"
}

case ${1-} in
install | network | serve) "$@" ;;
*) die 'usage: site.sh install SITE URL PASSWORD DATABASE [loopback-only] | network SITE [subdomains] | serve SITE HOST:PORT' ;;
esac
