<?php
/**
 * The connection's last 30 days.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * When the connection was made, renewed, lost and mended, and when it failed: times and nothing else.
 *
 * It is one row, written like the log's and in the same statement. A line is the hour since 1970, the letter of
 * its kind, and the second within that hour. Of renewals and failures there is one line an hour, the first: that
 * bounds the row, however short-lived the tokens are and whatever fails. The rest, of which there is little, is
 * all there. Whatever else stands in the row is no line.
 */
final class History {

	public const CONNECTED    = 'c';
	public const DISCONNECTED = 'd';
	public const LOST         = 'l';
	public const RECOVERED    = 'r';
	public const RENEWED      = 't';
	public const FAILED       = 'f';

	/**
	 * Its option, which WordPress does not load with every page.
	 */
	private const OPTION = 'connector_for_mautic_history';

	/**
	 * What the codes of `notify` and `log` effects are here.
	 */
	private const KINDS = array(
		'connected'       => self::CONNECTED,
		'disconnected'    => self::DISCONNECTED,
		'connection_lost' => self::LOST,
		'recovered'       => self::RECOVERED,
		'refreshed'       => self::RENEWED,
		'token.failed'    => self::FAILED,
		'api.failed'      => self::FAILED,
	);

	/**
	 * Those of which one line an hour is enough.
	 */
	private const HOURLY = array( self::RENEWED, self::FAILED );

	/**
	 * Bytes that are kept when lines are added. Thirty days have 1440 lines an hour at most, of some 12 bytes: so
	 * much again and more is left for what is written each time.
	 */
	private const BYTES = 65536;

	/**
	 * What a run adds.
	 *
	 * @param array<int, array<string, mixed>> $effects Effects of any type.
	 * @param int                              $now     Unix seconds.
	 * @return array{option: string, lines: string, grown: string}|null As Log writes it: the option, its value if
	 *                                                                  there is none, and the SQL of what it grows to.
	 */
	public static function addition( array $effects, int $now ): ?array {
		global $wpdb;
		$lines = array();
		$parts = array();
		foreach ( $effects as $effect ) {
			$kind = 'log' === $effect['type'] || 'notify' === $effect['type'] ? self::KINDS[ $effect['code'] ] ?? null : null;
			if ( null === $kind ) {
				continue;
			}
			// A loss is told when it is sure, and began before.
			$since = $effect['since'] ?? null;
			$at    = is_int( $since ) && 0 < $since && $since < $now ? $since : $now;
			$hour  = "\n" . intdiv( $at, HOUR_IN_SECONDS ) . $kind;
			$line  = $hour . $at % HOUR_IN_SECONDS;
			if ( ! in_array( $kind, self::HOURLY, true ) ) {
				$lines[] = $line;
				$parts[] = $wpdb->prepare( '%s', $line );
			} elseif ( ! isset( $lines[ $hour ] ) ) {
				$lines[ $hour ] = $line;
				$parts[]        = $wpdb->prepare( "CASE WHEN INSTR(option_value, %s) > 0 THEN '' ELSE %s END", $hour, $line );
			}
		}
		return $lines ? array(
			'option' => self::OPTION,
			'lines'  => implode( '', $lines ),
			'grown'  => 'CONCAT(' . Log::last_bytes( self::BYTES ) . ', ' . implode( ', ', $parts ) . ')',
		) : null;
	}

	/**
	 * What has happened from a time on, and before it the last of each kind, oldest first. Nothing is in the
	 * future: a clock that was wrong has no say.
	 *
	 * What is older than that is forgotten for good.
	 *
	 * @param int $start Unix seconds.
	 * @param int $now   Unix seconds.
	 * @return array<int, array{at: int, kind: string}>
	 * @throws Database_Exception If the database does not give it.
	 */
	public static function since( int $start, int $now ): array {
		$row    = Storage::row( self::OPTION ) ?? '';
		$events = array();
		$before = array();
		$old    = '';
		$is_old = true;
		foreach ( explode( "\n", $row ) as $number => $line ) {
			$event = self::event( $line );
			// The lines of one process after another are in order, so that what is older comes first.
			$is_old = $is_old && ( null === $event || $event['at'] < $start );
			$old   .= $is_old ? ( $number ? "\n" : '' ) . $line : '';
			if ( null === $event || $event['at'] > $now ) {
				continue;
			}
			if ( $event['at'] >= $start ) {
				$events[] = $event;
			} elseif ( $event['at'] >= ( $before[ $event['kind'] ]['at'] ?? 0 ) ) {
				$before[ $event['kind'] ] = $event;
			}
		}
		$by_time = static fn( array $one, array $other ) => $one['at'] <=> $other['at'];
		usort( $before, $by_time );
		usort( $events, $by_time );
		self::forget( $old, implode( '', array_map( array( self::class, 'line' ), $before ) ) );
		return array_merge( $before, $events );
	}

	/**
	 * Puts what is left of the row's beginning in its place, if that is still there.
	 *
	 * @param string $old  The beginning.
	 * @param string $kept What is left of it.
	 */
	private static function forget( string $old, string $kept ): void {
		global $wpdb;
		if ( strlen( $kept ) >= strlen( $old ) ) {
			return;
		}
		$length = mb_strlen( $old, 'UTF-8' );
		$wpdb->query( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- What other processes add meanwhile stays.
			$wpdb->prepare(
				"UPDATE $wpdb->options SET option_value = CONCAT(%s, SUBSTR(option_value, %d)) WHERE option_name = %s AND SUBSTR(option_value, 1, %d) = %s",
				$kept,
				$length + 1,
				self::OPTION,
				$length,
				$old
			)
		);
		Storage::forget_cached( self::OPTION );
	}

	/**
	 * What a line says; null if it is none.
	 *
	 * @param string $line Anything.
	 * @return array{at: int, kind: string}|null
	 */
	private static function event( string $line ): ?array {
		if ( 1 !== preg_match( '/\A(\d{1,7})([a-z])(\d{1,4})\z/', $line, $parts ) || ! in_array( $parts[2], self::KINDS, true ) ) {
			return null;
		}
		return array(
			'at'   => (int) $parts[1] * HOUR_IN_SECONDS + (int) $parts[3],
			'kind' => $parts[2],
		);
	}

	/**
	 * The line of an event.
	 *
	 * @param array{at: int, kind: string} $event The event.
	 */
	private static function line( array $event ): string {
		return "\n" . intdiv( $event['at'], HOUR_IN_SECONDS ) . $event['kind'] . $event['at'] % HOUR_IN_SECONDS;
	}
}
