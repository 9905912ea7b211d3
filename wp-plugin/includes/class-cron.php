<?php
/**
 * The next tick.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps an event in WordPress' schedule, or a row in the network's table, no later than the core asks for. One
 * that comes too early does nothing but ask again.
 */
final class Cron {

	public const HOOK = 'connector_for_mautic_tick';

	/**
	 * Seconds after its time by which a site has been woken, if the network's event comes at all.
	 */
	private const OVERDUE = HOUR_IN_SECONDS;

	/**
	 * A tick may come later by this part of the time that it is off: twelve minutes of twelve hours. To move
	 * one by less than ten minutes takes WordPress two writes, and each renewal names another minute.
	 */
	private const TOLERANCE = 1 / 60;

	/**
	 * When the ticks that run come again if they die, by site: a listener may look after another one.
	 *
	 * @var array<int, int>
	 */
	private static array $fallbacks = array();

	/**
	 * When the next tick of this site comes, in Unix seconds; null if none does.
	 */
	public static function next(): ?int {
		if ( Network::is_active() ) {
			return Due_Table::next( get_current_blog_id() );
		}
		$next = wp_next_scheduled( self::HOOK );
		return false === $next ? null : $next;
	}

	/**
	 * Sees to it that a tick comes at a time or earlier, or hardly later. Writes nothing if one does; without
	 * a network's table it does not ask the database either.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function schedule( int $at ): void {
		$site     = get_current_blog_id();
		$fallback = self::$fallbacks[ $site ] ?? null;
		$network  = Network::is_active();
		// A claimed row is to be written in any case, and by a statement that looks itself.
		$next   = $network && null !== $fallback ? null : self::next();
		$latest = $network ? $at : $at + (int) ( max( 0, $at - time() ) * self::TOLERANCE );
		if ( null !== $next && $next === $fallback ) {
			$behind = self::behind( $fallback );
			if ( null !== $behind && $behind <= $latest ) {
				// It does; a second one would bring ticks of its own for ever.
				wp_unschedule_event( $fallback, self::HOOK );
				unset( self::$fallbacks[ $site ] );
				return;
			}
		} elseif ( null !== $next && $next <= $latest ) {
			return;
		}
		if ( $network ) {
			Due_Table::put( $site, $at, $fallback );
		} elseif ( ! wp_schedule_single_event( $at, self::HOOK ) ) {
			// WordPress takes no second event of a hook within ten minutes of the first.
			wp_clear_scheduled_hook( self::HOOK );
			wp_schedule_single_event( $at, self::HOOK );
		} elseif ( null !== $fallback ) {
			wp_unschedule_event( $fallback, self::HOOK );
		}
		unset( self::$fallbacks[ $site ] );
	}

	/**
	 * Schedules a tick if none is, as after the loss of WordPress' schedule.
	 *
	 * @param int|null $at When the connection is to be renewed at the latest; null if it is not.
	 */
	public static function ensure( ?int $at ): void {
		if ( null === $at ) {
			return;
		}
		$next = self::next();
		if ( null === $next ) {
			self::schedule( max( $at, time() ) );
		} elseif ( $next < time() - self::OVERDUE && Network::is_active() ) {
			Network::ensure_event();
		}
	}

	/**
	 * Schedules a tick if none is though a connection waits for one. Processes that write WordPress'
	 * schedule at the same time undo each other's changes.
	 */
	public static function revive(): void {
		Network::revive();
		if ( Alert::is_for_later() ) {
			self::ensure( time() );
		}
	}

	/**
	 * The event of this site.
	 */
	public static function tick(): void {
		// WordPress has taken the event out of its schedule. Should this process die, or the core or
		// the database fail, there is a next time; a run that names one takes its place.
		$fallback = time() + HOUR_IN_SECONDS;
		self::schedule( $fallback );
		self::run( $fallback );
	}

	/**
	 * Runs the tick.
	 *
	 * @param int $fallback When it comes again if it dies.
	 */
	public static function run( int $fallback ): void {
		$site                     = get_current_blog_id();
		self::$fallbacks[ $site ] = $fallback;
		try {
			$result = Runner::of_site()->run( array( 'type' => 'tick' ) );
			if ( isset( self::$fallbacks[ $site ] ) && $result->ok() ) {
				self::remove( $fallback );
			}
		} finally {
			unset( self::$fallbacks[ $site ] );
		}
	}

	/**
	 * The event that comes after another one; null if none does. WordPress itself tells only the first.
	 *
	 * @param int $first Unix seconds.
	 */
	private static function behind( int $first ): ?int {
		foreach ( _get_cron_array() as $at => $hooks ) {
			if ( $at > $first && isset( $hooks[ self::HOOK ] ) ) {
				return $at;
			}
		}
		return null;
	}

	/**
	 * Takes a time out of the schedule.
	 *
	 * @param int $at Unix seconds.
	 */
	private static function remove( int $at ): void {
		if ( Network::is_active() ) {
			Due_Table::remove( get_current_blog_id(), $at );
		} else {
			wp_unschedule_event( $at, self::HOOK );
		}
	}
}
