<?php
/**
 * Activation and deactivation.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Checks the core once, and leaves nothing scheduled.
 */
final class Installer {

	/**
	 * Tests the core and brings it into OPcache before the first visitor needs it; if it fails, the
	 * plugin's page says so. Then lets the core look after a connection that an earlier activation
	 * left, since deactivation stopped the clock.
	 *
	 * @param bool $network_wide Whether the plugin is activated for the network.
	 */
	public static function activate( $network_wide = false ): void {
		Core::warm();
		try {
			Core::self_test();
		} catch ( Core_Exception ) {
			return;
		}
		if ( is_multisite() && $network_wide ) {
			Network::activate();
		} else {
			Cron::schedule( time() + MINUTE_IN_SECONDS );
		}
	}

	/**
	 * Stops the clock, of every site if the plugin was active for the network.
	 *
	 * @param bool $network_wide Whether it was.
	 */
	public static function deactivate( $network_wide ): void {
		if ( is_multisite() && $network_wide ) {
			Network::deactivate();
		} else {
			wp_clear_scheduled_hook( Cron::HOOK );
		}
	}
}
