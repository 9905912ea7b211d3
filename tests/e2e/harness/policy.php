<?php
/**
 * Plugin Name: Content Security Policy
 * Description: Sends one with every page of wp-admin that is only reported on; on the plugin's own page it is enforced if the constant ENFORCED_POLICY is true.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'admin_init',
	static function () {
		$script = "script-src 'self' 'wasm-unsafe-eval' 'report-sample'";
		header( "Content-Security-Policy-Report-Only: $script; style-src 'self' 'report-sample'" );
		if ( defined( 'ENFORCED_POLICY' ) && ENFORCED_POLICY && 'connector-for-mautic' === ( $_GET['page'] ?? '' ) ) {
			// Beside WordPress' own, which says who may frame the page.
			header( "Content-Security-Policy: $script", false );
		}
	},
	20
);
