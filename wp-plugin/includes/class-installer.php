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
	 * Runs the core's self-test, which also brings its files into OPcache before the first visitor
	 * needs them; a failure is remembered, and every page of the plugin says so. Then lets the core
	 * look after a connection that an earlier activation left, since deactivation stopped the clock.
	 */
	public static function activate(): void {
		Core::self_test();
		Cron::schedule( time() + MINUTE_IN_SECONDS );
	}

	/**
	 * Clears the tick, on every site if the plugin was active for the network.
	 *
	 * @param bool $network_wide Whether it was.
	 */
	public static function deactivate( $network_wide ): void {
		if ( ! is_multisite() || ! $network_wide ) {
			wp_clear_scheduled_hook( Cron::HOOK );
			return;
		}
		$sites = get_sites(
			array(
				'fields'                 => 'ids',
				'number'                 => 0,
				'update_site_meta_cache' => false,
			)
		);
		foreach ( $sites as $site ) {
			switch_to_blog( $site );
			wp_clear_scheduled_hook( Cron::HOOK );
			restore_current_blog();
		}
	}
}
