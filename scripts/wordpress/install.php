<?php
/**
 * Installs WordPress where it is not installed yet, sets its address, and activates the plugin.
 *
 * Usage: php install.php SITE URL PASSWORD PLUGIN-FILE
 *
 * @package Connector_For_Mautic
 */

if ( PHP_SAPI !== 'cli' ) {
	exit( 1 );
}

// A constant, since WordPress overwrites global variables such as $plugin.
define( 'INSTALL', array_combine( array( 'site', 'url', 'password', 'plugin' ), array_slice( $argv, 1, 4 ) ) );
define( 'WP_INSTALLING', true );
define( 'WP_SITEURL', INSTALL['url'] );
define( 'WP_HOME', INSTALL['url'] );

$_SERVER['HTTP_HOST']       = preg_replace( '~^\w+://~', '', INSTALL['url'] );
$_SERVER['SERVER_NAME']     = preg_replace( '~:\d+$~', '', $_SERVER['HTTP_HOST'] );
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';
$_SERVER['PHP_SELF']        = '/wp-admin/install.php'; // Keeps WordPress from redirecting to this page.

require INSTALL['site'] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

if ( ! is_blog_installed() ) {
	add_filter( 'pre_wp_mail', '__return_true' );
	wp_install( 'Connector for Mautic', 'admin', 'admin@example.test', true, '', INSTALL['password'] );
	update_option( 'permalink_structure', '/%postname%/' );
	update_option( 'show_avatars', 0 );
	update_user_meta( 1, 'show_welcome_panel', 0 );
}
update_option( 'siteurl', INSTALL['url'] );
update_option( 'home', INSTALL['url'] );

$result = activate_plugin( INSTALL['plugin'] );
if ( is_wp_error( $result ) ) {
	fwrite( STDERR, $result->get_error_message() . "\n" );
	exit( 1 );
}
printf( "WordPress %s on PHP %s and %s\n", $GLOBALS['wp_version'], PHP_VERSION, $GLOBALS['wpdb']->db_server_info() );
