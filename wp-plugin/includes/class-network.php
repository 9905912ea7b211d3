<?php
/**
 * A network of sites in which all have the plugin.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * One recurring event of the main site wakes those sites whose time has come; what it costs grows with
 * them, not with the network.
 *
 * Where the plugin is active on some sites only, each has an event of its own, as a single site has.
 */
final class Network {

	/**
	 * The main site's event.
	 */
	public const HOOK = 'connector_for_mautic_network';

	/**
	 * How often it comes; see the loader.
	 */
	public const SCHEDULE = 'connector_for_mautic_network';

	/**
	 * Rows that are read at a time.
	 */
	private const BATCH = 50;

	/**
	 * Seconds after which a run begins nothing more. PHP may end a process after 30 seconds of its own work,
	 * and WordPress starts the next after a minute; both are harmless.
	 */
	private const SECONDS = 30;

	/**
	 * Seconds that activation itself looks through the sites; the event goes on.
	 */
	private const SECONDS_OF_ACTIVATION = 5;

	/**
	 * The option of the network that is there until all sites were looked through: the last one that was.
	 */
	private const LOOKED_THROUGH = 'connector_for_mautic_looked_through';

	/**
	 * Sites that are listed at a time.
	 */
	private const SITES = 500;

	/**
	 * Whether the plugin is active for the whole network. Asks the database nothing.
	 */
	public static function is_active(): bool {
		return is_multisite() && isset( get_site_option( 'active_sitewide_plugins' )[ plugin_basename( CONNECTOR_FOR_MAUTIC_FILE ) ] );
	}

	/**
	 * Makes the table and the event, and has the sites looked through.
	 */
	public static function install(): void {
		Due_Table::create();
		update_site_option( self::LOOKED_THROUGH, 0 );
		self::ensure_event();
	}

	/**
	 * Activation for the network: what needs no time is done at once, and in most networks that is all.
	 */
	public static function activate(): void {
		self::install();
		self::look_through( microtime( true ) + self::SECONDS_OF_ACTIVATION );
	}

	/**
	 * Deactivation for the network: stops the clock of every site.
	 */
	public static function deactivate(): void {
		Due_Table::remove_all();
		delete_site_option( self::LOOKED_THROUGH );
		self::on_main_site( static fn() => wp_clear_scheduled_hook( self::HOOK ) );
	}

	/**
	 * On a page of the main site's administration: makes what an activation would have made, after an upgrade
	 * or the loss of WordPress' schedule.
	 */
	public static function revive(): void {
		if ( self::is_active() && is_main_site() && false === wp_next_scheduled( self::HOOK ) ) {
			self::install();
		}
	}

	/**
	 * Sees to it that the event comes.
	 */
	public static function ensure_event(): void {
		self::on_main_site(
			static function (): void {
				if ( false === wp_next_scheduled( self::HOOK ) ) {
					wp_schedule_event( time() + MINUTE_IN_SECONDS, self::SCHEDULE, self::HOOK );
				}
			}
		);
	}

	/**
	 * The event: wakes the sites that are due. Where there are more than one read gives, it goes on while
	 * there is time; what it does not come to, the next run does.
	 */
	public static function run(): void {
		if ( ! self::is_active() ) {
			wp_clear_scheduled_hook( self::HOOK );
			return;
		}
		$now   = time();
		$until = microtime( true ) + self::SECONDS;
		self::look_through( $until );
		do {
			$rows = Due_Table::due( $now, self::BATCH );
			$mine = 0;
			foreach ( $rows as $row ) {
				if ( microtime( true ) >= $until ) {
					return;
				}
				$mine += self::wake( $row ) ? 1 : 0;
			}
			if ( $rows && wp_cache_supports( 'flush_runtime' ) ) {
				wp_cache_flush_runtime(); // Each of these sites has left its options in memory.
			}
		} while ( self::BATCH === count( $rows ) && $mine > 0 );
	}

	/**
	 * A site has changed: one that is no longer archived, spam or deleted is to be woken again.
	 *
	 * @param \WP_Site $site   As it is.
	 * @param \WP_Site $before As it was.
	 */
	public static function site_changed( \WP_Site $site, \WP_Site $before ): void {
		if ( self::is_active() && self::is_asleep( $before ) && ! self::is_asleep( $site ) ) {
			Due_Table::put( (int) $site->blog_id, time() );
		}
	}

	/**
	 * A site goes for good.
	 *
	 * @param \WP_Site $site It.
	 */
	public static function site_deleted( \WP_Site $site ): void {
		if ( self::is_active() ) {
			Due_Table::remove( (int) $site->blog_id );
		}
	}

	/**
	 * Wakes a site, if no other process does. Whatever happens there, this site is the current one afterwards.
	 *
	 * @param object $row As Due_Table::due() gave it.
	 */
	private static function wake( object $row ): bool {
		if ( $row->asleep ) {
			Due_Table::remove( (int) $row->blog_id, (int) $row->due_at );
			return true;
		}
		// Should this process die in it, the site has its turn again; see Cron::run().
		$fallback = time() + HOUR_IN_SECONDS;
		if ( ! Due_Table::claim( $row, $fallback ) ) {
			return false;
		}
		$depth = count( $GLOBALS['_wp_switched_stack'] ?? array() );
		switch_to_blog( (int) $row->blog_id );
		try {
			Cron::run( $fallback );
		} catch ( \Throwable $exception ) {
			// Of a plugin that listens. The others are not to wait for that, and its words are not ours to log.
			wp_trigger_error( __METHOD__, sprintf( 'Connector for Mautic could not look after site %d: %s', $row->blog_id, get_class( $exception ) ) );
		} finally {
			while ( count( $GLOBALS['_wp_switched_stack'] ) > $depth ) {
				restore_current_blog();
			}
		}
		return true;
	}

	/**
	 * Finds the sites with a connection, and spreads their turns: on average one a second.
	 *
	 * @param float $until When to stop, as microtime() says it; it goes on from there the next time.
	 */
	private static function look_through( float $until ): void {
		$last = get_site_option( self::LOOKED_THROUGH );
		if ( false === $last ) {
			return;
		}
		$spread = max( MINUTE_IN_SECONDS, get_blog_count() );
		do {
			$sites = self::sites_after( (int) $last );
			foreach ( $sites as $site ) {
				if ( microtime( true ) >= $until ) {
					update_site_option( self::LOOKED_THROUGH, $last );
					return;
				}
				if ( self::has_connection( $site ) ) {
					Due_Table::put( $site, time() + MINUTE_IN_SECONDS + random_int( 0, $spread ) );
				}
				$last = $site;
			}
			update_site_option( self::LOOKED_THROUGH, $last );
		} while ( $sites );
		delete_site_option( self::LOOKED_THROUGH );
	}

	/**
	 * The next sites that may be woken, by id.
	 *
	 * @param int $last Id of the last one that was listed.
	 * @return int[]
	 */
	private static function sites_after( int $last ): array {
		global $wpdb;
		// Not get_sites(), which lists by offset: a site that is deleted meanwhile would hide another.
		return array_map(
			'intval',
			$wpdb->get_col( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- See above.
				$wpdb->prepare(
					"SELECT blog_id FROM $wpdb->blogs WHERE site_id = %d AND blog_id > %d AND archived = '0' AND spam = 0 AND deleted = 0 ORDER BY blog_id LIMIT %d",
					get_current_network_id(),
					$last,
					self::SITES
				)
			)
		);
	}

	/**
	 * Whether anything is stored on a site. Not by switching to it, which loads all its options.
	 *
	 * @param int $site The site's id.
	 */
	public static function has_connection( int $site ): bool {
		global $wpdb;
		$shown = $wpdb->suppress_errors(); // There are networks with a site that has lost its tables.
		$found = $wpdb->get_var( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- See above.
			$wpdb->prepare( 'SELECT 1 FROM %i WHERE option_name = %s', $wpdb->get_blog_prefix( $site ) . 'options', Storage::option_name() )
		);
		$wpdb->suppress_errors( $shown );
		return null !== $found;
	}

	/**
	 * Whether a site is one that nobody can visit.
	 *
	 * @param \WP_Site $site The site.
	 */
	private static function is_asleep( \WP_Site $site ): bool {
		return $site->archived || $site->spam || $site->deleted;
	}

	/**
	 * Does something on the main site.
	 *
	 * @param \Closure $work What.
	 */
	private static function on_main_site( \Closure $work ): void {
		switch_to_blog( get_main_site_id() );
		$work();
		restore_current_blog();
	}
}
