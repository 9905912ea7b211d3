<?php
/**
 * Hooks and the functions for other plugins, and nothing else: a class is loaded by the hook that
 * needs it, the core by the first message, so that an ordinary page pays for this file alone.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Admin_Notice;
use Connector_For_Mautic\Api;
use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Command;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Installer;
use Connector_For_Mautic\Privacy;
use Connector_For_Mautic\Settings_Page;

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( string $name ): void {
		if ( str_starts_with( $name, 'Connector_For_Mautic\\' ) ) {
			$file = __DIR__ . '/class-' . strtolower( str_replace( '_', '-', substr( $name, 21 ) ) ) . '.php';
			if ( is_file( $file ) ) {
				require $file;
			}
		}
	}
);

add_action( 'connector_for_mautic_tick', array( Cron::class, 'tick' ) );

if ( is_admin() ) {
	add_action( 'admin_menu', array( Settings_Page::class, 'add_to_menu' ) );
	add_action( 'admin_init', array( Authorize_Return::class, 'maybe_handle' ) );
	add_action( 'admin_notices', array( Admin_Notice::class, 'render' ) );
	add_action( 'admin_init', array( Cron::class, 'revive' ) );
	add_action( 'admin_init', array( Privacy::class, 'suggest_policy' ) );
	add_filter( 'plugin_action_links_' . plugin_basename( CONNECTOR_FOR_MAUTIC_FILE ), array( Settings_Page::class, 'add_action_link' ) );
	foreach ( array( 'save', 'authorize', 'refresh', 'test', 'site_moved', 'site_copied', 'disconnect', 'reset' ) as $connector_for_mautic_form ) {
		add_action( 'admin_post_connector_for_mautic_' . $connector_for_mautic_form, array( Form_Handler::class, $connector_for_mautic_form ) );
	}
}

if ( defined( 'WP_CLI' ) && WP_CLI ) {
	WP_CLI::add_command( 'mautic', Command::class );
}

register_activation_hook( CONNECTOR_FOR_MAUTIC_FILE, array( Installer::class, 'activate' ) );
register_deactivation_hook( CONNECTOR_FOR_MAUTIC_FILE, array( Installer::class, 'deactivate' ) );

/**
 * Calls Mautic's API with the site's connection.
 *
 * @param string $method HTTP method.
 * @param string $path   Below `/api/`, such as `contacts` or `users/self`.
 * @param array  $args   {
 *     Optional.
 *
 *     @type array|string $query   Query parameters, or an encoded query string.
 *     @type array|string $body    An array is sent as JSON, a string as it is.
 *     @type string       $content_type Of a string body. Default `application/json`.
 *     @type int          $timeout Seconds.
 * }
 * @return array{status: int, headers: array<string, string>, body: mixed}|WP_Error Mautic's answer
 *     with its JSON decoded. The error's code is the core's with the prefix `connector_for_mautic.`.
 */
function connector_for_mautic_request( string $method, string $path, array $args = array() ) {
	return Api::request( $method, $path, $args );
}

/**
 * Where the connection stands.
 *
 * @return array<string, mixed> The status object of the documentation.
 */
function connector_for_mautic_status(): array {
	return Api::status();
}
