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
		self::on_each_site( $network_wide, static fn() => Cron::schedule( time() + MINUTE_IN_SECONDS ) );
	}

	/**
	 * Clears the tick, on every site if the plugin was active for the network.
	 *
	 * @param bool $network_wide Whether it was.
	 */
	public static function deactivate( $network_wide ): void {
		self::on_each_site( $network_wide, static fn() => wp_clear_scheduled_hook( Cron::HOOK ) );
	}

	/**
	 * Does something here, or on every site of the network.
	 *
	 * @param bool     $network_wide Whether on every site.
	 * @param callable $work         What.
	 */
	private static function on_each_site( $network_wide, callable $work ): void {
		if ( ! is_multisite() || ! $network_wide ) {
			$work();
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
			$work();
			restore_current_blog();
		}
	}
}
