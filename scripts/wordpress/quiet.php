<?php
/**
 * Plugin Name: Quiet
 * Description: Keeps WordPress itself from calling home, so that a demo or test site works without a network.
 *
 * With the constant LOOPBACK_ONLY a request to any other host than this one fails, and is logged.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

add_filter(
	'pre_http_request',
	static function ( $response, $args, $url ) {
		$host = (string) wp_parse_url( $url, PHP_URL_HOST );
		if ( preg_match( '~(^|\.)(wordpress\.org|w\.org|gravatar\.com)$~', $host ) ) {
			return new WP_Error( 'http_request_failed', "This site does not call $host." );
		}
		if ( defined( 'LOOPBACK_ONLY' ) && ! preg_match( '~^(localhost|127(\.\d+){3}|\[::1\])$~', $host ) ) {
			trigger_error( "A request to another host: $host", E_USER_WARNING );
			return new WP_Error( 'http_request_failed', "This site does not call $host." );
		}
		return $response;
	},
	10,
	3
);

foreach ( array( 'core', 'plugins', 'themes' ) as $what ) {
	add_filter(
		"pre_site_transient_update_$what",
		static fn() => (object) array(
			'last_checked'    => time(),
			'version_checked' => $GLOBALS['wp_version'],
			'updates'         => array(),
			'response'        => array(),
			'no_update'       => array(),
			'translations'    => array(),
			'checked'         => array(),
		)
	);
}
remove_action( 'init', 'wp_schedule_update_checks' );
// Those that were scheduled before this was there.
foreach ( array( 'wp_version_check', 'wp_update_plugins', 'wp_update_themes' ) as $check ) {
	remove_action( $check, $check );
}
add_filter( 'get_avatar', '__return_empty_string' );
add_filter( 'emoji_svg_url', '__return_false' );
add_action(
	'init',
	static function () {
		remove_action( 'wp_head', 'print_emoji_detection_script', 7 );
		remove_action( 'admin_print_scripts', 'print_emoji_detection_script' );
		remove_action( 'admin_init', '_maybe_update_core' );
		remove_action( 'admin_init', '_maybe_update_plugins' );
		remove_action( 'admin_init', '_maybe_update_themes' );
	}
);
// The news of the dashboard come from elsewhere.
add_action(
	'wp_dashboard_setup',
	static function () {
		remove_meta_box( 'dashboard_primary', 'dashboard', 'side' );
	}
);
// Of the weekly look at the site's health, the parts that ask elsewhere.
add_filter(
	'site_status_tests',
	static function ( $tests ) {
		unset( $tests['async']['background_updates'], $tests['async']['dotorg_communication'] );
		return $tests;
	}
);
