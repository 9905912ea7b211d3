<?php
/**
 * The next tick.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps an event in WordPress' schedule, no later than the core asks for. One that comes too early
 * does nothing but ask again.
 */
final class Cron {

	public const HOOK = 'connector_for_mautic_tick';

	/**
	 * When the tick that runs comes again if it dies; null if it need not.
	 *
	 * @var int|null
	 */
	private static ?int $fallback = null;

	/**
	 * Sees to it that a tick comes at a time or earlier. Asks and writes nothing if one does.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function schedule( int $at ): void {
		$next = wp_next_scheduled( self::HOOK );
		if ( false !== $next && $next <= $at && $next !== self::$fallback ) {
			return;
		}
		if ( ! wp_schedule_single_event( $at, self::HOOK ) ) {
			// WordPress takes no second event of a hook within ten minutes of the first.
			wp_clear_scheduled_hook( self::HOOK );
			wp_schedule_single_event( $at, self::HOOK );
		} elseif ( null !== self::$fallback ) {
			wp_unschedule_event( self::$fallback, self::HOOK );
		}
		self::$fallback = null;
	}

	/**
	 * Schedules a tick if none is, as after the loss of WordPress' schedule.
	 *
	 * @param int|null $at When the connection is to be renewed at the latest; null if it is not.
	 */
	public static function ensure( ?int $at ): void {
		if ( null !== $at && false === wp_next_scheduled( self::HOOK ) ) {
			self::schedule( max( $at, time() ) );
		}
	}

	/**
	 * Schedules a tick if none is though a connection waits for one. Processes that write WordPress'
	 * schedule at the same time undo each other's changes.
	 */
	public static function revive(): void {
		if ( Alert::is_for_later() ) {
			self::ensure( time() );
		}
	}

	/**
	 * Runs the tick.
	 */
	public static function tick(): void {
		// WordPress has taken the event out of its schedule. Should this process die, or the core or
		// the database fail, there is a next time; a run that names one takes its place.
		$fallback = time() + HOUR_IN_SECONDS;
		self::schedule( $fallback );
		self::$fallback = $fallback;
		$result         = Runner::of_site()->run( array( 'type' => 'tick' ) );
		if ( null !== self::$fallback && $result->ok() ) {
			wp_unschedule_event( $fallback, self::HOOK );
		}
		self::$fallback = null;
	}
}
