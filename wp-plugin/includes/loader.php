<?php
/**
 * Hooks and the functions for other plugins, and nothing else: a class is loaded by the hook that
 * needs it, the core by the first message, so that an ordinary page pays for this file alone.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Abilities;
use Connector_For_Mautic\Admin_Notice;
use Connector_For_Mautic\Api;
use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Command;
use Connector_For_Mautic\Command_Output;
use Connector_For_Mautic\Connectors;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Debug_Information;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Installer;
use Connector_For_Mautic\Log_Command;
use Connector_For_Mautic\Log_Download;
use Connector_For_Mautic\Network;
use Connector_For_Mautic\Personal_Data;
use Connector_For_Mautic\Privacy;
use Connector_For_Mautic\Records;
use Connector_For_Mautic\Rest;
use Connector_For_Mautic\Rotate_Key_Command;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Site_Health;

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

// The translations that come with the plugin; WordPress takes those of the directory first. From 6.8 on it
// reads the header "Domain Path" of plugins that are active as it starts.
$GLOBALS['wp_textdomain_registry']->set_custom_path( 'connector-for-mautic', dirname( __DIR__ ) . '/languages' );

add_action( 'connector_for_mautic_tick', array( Cron::class, 'tick' ) );

// WordPress' own surfaces. Site Health runs in its page, over REST and from WP-Cron; a WordPress that has
// no abilities yet asks for none.
add_filter( 'site_status_tests', array( Site_Health::class, 'add_tests' ) );
add_action( 'rest_api_init', array( Site_Health::class, 'register_route' ) );
add_filter( 'debug_information', array( Debug_Information::class, 'add_section' ) );
add_filter( 'wp_privacy_personal_data_exporters', array( Personal_Data::class, 'add_exporter' ) );
add_filter( 'wp_privacy_personal_data_erasers', array( Personal_Data::class, 'add_eraser' ) );
add_action( 'wp_abilities_api_categories_init', array( Abilities::class, 'register_category' ) );
add_action( 'wp_abilities_api_init', array( Abilities::class, 'register' ) );

if ( is_multisite() ) {
	add_action( 'connector_for_mautic_network', array( Network::class, 'run' ) );
	add_action( 'wp_update_site', array( Network::class, 'site_changed' ), 10, 2 );
	add_action( 'wp_uninitialize_site', array( Network::class, 'site_deleted' ) );
	add_filter(
		'cron_schedules',
		static fn( $schedules ) => $schedules + array(
			'connector_for_mautic_network' => array(
				'interval' => 5 * MINUTE_IN_SECONDS,
				'display'  => 'Connector for Mautic',
			),
		)
	);
}

if ( is_admin() ) {
	add_action( 'admin_menu', array( Settings_Page::class, 'add_to_menu' ) );
	add_action( 'admin_init', array( Authorize_Return::class, 'maybe_handle' ) );
	add_action( 'admin_notices', array( Admin_Notice::class, 'render' ) );
	add_action( 'admin_init', array( Cron::class, 'revive' ) );
	add_action( 'admin_init', array( Privacy::class, 'suggest_policy' ) );
	// WordPress lists its connectors on every request; only a page of the administration shows them.
	add_action( 'wp_connectors_init', array( Connectors::class, 'register' ) );
	add_action( 'load-options-connectors.php', array( Connectors::class, 'load' ) );
	add_filter( 'plugin_action_links_' . plugin_basename( CONNECTOR_FOR_MAUTIC_FILE ), array( Settings_Page::class, 'add_action_link' ) );
	foreach ( array( 'save', 'authorize', 'refresh', 'test', 'site_moved', 'site_copied', 'disconnect', 'reset', 'explain' ) as $connector_for_mautic_form ) {
		add_action( 'admin_post_connector_for_mautic_' . $connector_for_mautic_form, array( Form_Handler::class, $connector_for_mautic_form ) );
	}
	add_action( 'admin_post_connector_for_mautic_download_log', array( Log_Download::class, 'send' ) );
}

add_action( 'rest_api_init', array( Rest::class, 'register' ) );

if ( defined( 'WP_CLI' ) && WP_CLI ) {
	WP_CLI::add_command( 'mautic', Command::class, array( 'before_invoke' => array( Command_Output::class, 'check_format' ) ) );
	WP_CLI::add_command( 'mautic log', Log_Command::class );
	WP_CLI::add_command( 'mautic rotate-key', Rotate_Key_Command::class );
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
 *     @type array|string $query        Query parameters, or an encoded query string.
 *     @type array|string $body         An array is sent as JSON (or as `content_type` says), a string as it is.
 *     @type string       $content_type Default `application/json`; with an array also
 *                                      `application/x-www-form-urlencoded` and `multipart/form-data`.
 *     @type array        $files        Uploads, sent as multipart/form-data with `body` as its fields. By field
 *                                      name a path on this server, or an array of `path` or `contents`, and
 *                                      optionally `name` and `type`.
 *     @type int          $timeout      Seconds. Default 30, at most 300.
 * }
 * @return array{status: int, headers: array<string, string>, body: mixed}|WP_Error Mautic's answer
 *     with its JSON decoded. The error's code is the core's with the prefix `connector_for_mautic.`.
 */
function connector_for_mautic_request( string $method, string $path, array $args = array() ) {
	return Api::request( $method, $path, $args );
}

/**
 * Walks a list of Mautic's API, such as `contacts`, page by page with one page in memory, in the order of
 * the ids. Records that are added or deleted meanwhile do not disturb it.
 *
 * On an error the WP_Error is the last value, with the key `error`: look at each value before you use it.
 * Where Mautic asks for patience of at most a minute, WP-CLI and WP-Cron wait; pages of the site get the
 * error.
 *
 * @param string $path Below `/api/`.
 * @param array  $args {
 *     Optional.
 *
 *     @type array|string $query   `search`, `where` and whatever else Mautic knows for the list, save what the
 *                                 pages need themselves: `start`, `limit`, `order`, `orderBy`, `orderByDir`.
 *     @type int          $limit   Records of a page. Default 100.
 *     @type int          $timeout Seconds for each page.
 * }
 * @return Generator<int|string, array|WP_Error> Records by their id.
 */
function connector_for_mautic_records( string $path, array $args = array() ): Generator {
	return Records::walk( $path, $args );
}

/**
 * Where the connection stands.
 *
 * @return array<string, mixed> The status object of the documentation.
 */
function connector_for_mautic_status(): array {
	return Api::status();
}
