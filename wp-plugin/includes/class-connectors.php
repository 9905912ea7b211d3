<?php
/**
 * The screen Settings → Connectors, which WordPress has from 7.0 on.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Registers the connection among WordPress' connectors, so that it is found where an owner looks for
 * what the site is connected to.
 *
 * It is registered without authentication. WordPress' own kinds, `api_key` and `application_password`,
 * would have WordPress keep the secret: one string or pair in an option in plain text, which the screen edits
 * and every plugin reads. This plugin's are encrypted, and OAuth 2 needs more than a field. A connector
 * without authentication has no card of WordPress' on the screen, so a small script adds one that says
 * where the connection stands and leads to the page. That part of WordPress is marked experimental: where
 * it is not as expected, the script does nothing.
 */
final class Connectors {

	public const ID = 'connector-for-mautic';

	private const SCRIPT = 'connector-for-mautic-connectors';

	/**
	 * Registers the connector.
	 *
	 * @param \WP_Connector_Registry $registry WordPress' connectors.
	 */
	public static function register( $registry ): void {
		$registry->register(
			self::ID,
			array(
				'name'           => __( 'Mautic', 'connector-for-mautic' ),
				'description'    => __( 'Marketing automation on your own server.', 'connector-for-mautic' ),
				'type'           => 'marketing_automation',
				'authentication' => array( 'method' => 'none' ),
				'plugin'         => array( 'file' => plugin_basename( CONNECTOR_FOR_MAUTIC_FILE ) ),
			)
		);
	}

	/**
	 * On the screen of connectors: adds the card, for who may see the connection.
	 */
	public static function load(): void {
		if ( ! function_exists( 'wp_is_connector_registered' ) || ! wp_is_connector_registered( self::ID ) || ! current_user_can( Settings_Page::capability() ) ) {
			return;
		}
		// What the script takes from `wp`.
		wp_enqueue_script( 'wp-components' );
		wp_enqueue_script_module( self::SCRIPT, plugins_url( 'assets/connectors.js', CONNECTOR_FOR_MAUTIC_FILE ), array( '@wordpress/connectors' ), CONNECTOR_FOR_MAUTIC_VERSION );
		add_filter( 'script_module_data_' . self::SCRIPT, array( self::class, 'card' ) );
	}

	/**
	 * What the card says.
	 *
	 * @return array<string, string>
	 */
	public static function card(): array {
		return array(
			'id'     => self::ID,
			'status' => Messages::status( Api::status() ),
			'manage' => __( 'Manage', 'connector-for-mautic' ),
			/* translators: hidden text of the link “Manage” */
			'label'  => __( 'Manage the connection to Mautic', 'connector-for-mautic' ),
			'url'    => Settings_Page::url(),
		);
	}
}
