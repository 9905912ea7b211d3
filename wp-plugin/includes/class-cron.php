<?php
/**
 * The next tick.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps one event in WordPress' schedule, at the time that the core names.
 */
final class Cron {

	public const HOOK = 'connector_for_mautic_tick';

	/**
	 * Schedules the tick, in place of the one that was scheduled.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function schedule( int $at ): void {
		// WordPress takes no second event of a hook within ten minutes of the first.
		wp_clear_scheduled_hook( self::HOOK );
		wp_schedule_single_event( $at, self::HOOK );
	}

	/**
	 * Runs the tick.
	 */
	public static function tick(): void {
		// WordPress has taken the event out of its schedule. Should this process die, or the core or
		// the database fail, there is a next time; a run that names one takes its place.
		$fallback = time() + HOUR_IN_SECONDS;
		self::schedule( $fallback );
		$result = Runner::of_site()->run( array( 'type' => 'tick' ) );
		if ( ! empty( $result->answer['ok'] ) && wp_next_scheduled( self::HOOK ) === $fallback ) {
			wp_clear_scheduled_hook( self::HOOK );
		}
	}
}
