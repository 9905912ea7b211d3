<?php
/**
 * Loads a real, installed WordPress with the built plugin: WP_SITE is its folder, WP_CLI the command
 * line's wp-cli.phar, STAND_IN the program that plays Mautic.
 *
 * @package Connector_For_Mautic
 */

define( 'SITE', realpath( (string) getenv( 'WP_SITE' ) ) );
if ( ! is_file( SITE . '/wp-load.php' ) ) {
	fwrite( STDERR, "WP_SITE must name the folder of a WordPress with the plugin.\n" );
	exit( 1 );
}

// For processes of WordPress: compiled files are kept, since compiling is most of what they do.
define( 'COMPILED', array( '-d', 'opcache.enable_cli=1', '-d', 'opcache.file_cache_only=1', '-d', 'opcache.file_cache=' . SITE . '/opcache' ) );
is_dir( SITE . '/opcache' ) || mkdir( SITE . '/opcache' );

$_SERVER += array(
	'REQUEST_METHOD'  => 'GET',
	'SERVER_PROTOCOL' => 'HTTP/1.1',
	'HTTP_HOST'       => '127.0.0.1',
	'REQUEST_URI'     => '/',
	'REMOTE_ADDR'     => '127.0.0.1',
);
define( 'WP_USE_THEMES', false );

// WordPress declares its globals at file scope, and PHPUnit includes this file in a function.
foreach ( array( 'wpdb', 'wp', 'wp_query', 'wp_the_query', 'wp_rewrite', 'wp_filter', 'wp_actions', 'wp_filters', 'wp_current_filter', 'table_prefix', 'wp_version', 'wp_db_version', 'required_php_version', 'required_mysql_version', 'required_php_extensions', 'wp_local_package', 'tinymce_version', 'pagenow', 'blog_id', 'wp_object_cache', 'wp_roles', 'wp_locale', 'wp_locale_switcher', 'wp_widget_factory', 'wp_embed', 'wp_textdomain_registry', 'wp_plugin_paths', 'shortcode_tags', 'l10n', 'wp_theme_directories', 'wp_post_types', 'wp_taxonomies', 'allowedposttags', 'allowedtags', 'allowedentitynames', 'allowedxmlentitynames', 'phpmailer', 'PHP_SELF', 'timestart', 'is_apache', 'is_nginx', 'is_caddy', 'is_iis7', 'is_IIS', 'current_user' ) as $name ) {
	global $$name;
}
require SITE . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';

// Every warning of the plugin's own fails the test; what is deprecated in WordPress or in an old
// PHPUnit is not ours.
set_error_handler(
	static function ( $number, $message, $file, $line ) {
		if ( ! ( error_reporting() & $number ) ) {
			return false;
		}
		$deprecated = $number & ( E_DEPRECATED | E_USER_DEPRECATED );
		if ( $deprecated && ! str_contains( $file, '/connector-for-mautic/' ) ) {
			return true;
		}
		throw new ErrorException( $message, 0, $number, $file, $line );
	}
);

require __DIR__ . '/class-plugin-case.php';
require __DIR__ . '/class-access-case.php';
require __DIR__ . '/class-catalogue.php';
require __DIR__ . '/class-connected-case.php';
require __DIR__ . '/class-dump.php';
require __DIR__ . '/class-fake-core.php';
require __DIR__ . '/class-local-server.php';
require __DIR__ . '/class-no-room.php';
require __DIR__ . '/class-page-of-docs.php';
require __DIR__ . '/class-self-signed-server.php';
require __DIR__ . '/class-site-server.php';
require __DIR__ . '/class-skeleton.php';
require __DIR__ . '/class-stand-in.php';
require __DIR__ . '/class-ways-in.php';
