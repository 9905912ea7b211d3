<?php
/**
 * The connection's last 30 days, day by day.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Makes of the history what can be drawn and told: today and the 29 days before it, in the site's time zone,
 * with what was renewed, what failed, and how long the connection was lost.
 */
final class History_Days {

	public const COUNT = 30;

	/**
	 * The days, oldest first: when each begins and ends, how many of its seconds the site was connected (`up`),
	 * had lost the connection (`down`) or was not connected (`off`), and in how many of its hours there was a
	 * renewal or a failure. Of seconds that none of the three has nothing is known.
	 *
	 * @var array<int, array{start: int, end: int, up: int, down: int, off: int, renewals: int, failures: int}>
	 */
	public array $days;

	/**
	 * The losses, oldest first, from when to when; the end is null for one that goes on.
	 *
	 * @var array<int, array{from: int, to: int|null}>
	 */
	public array $losses = array();

	/**
	 * Since when the site is connected, in Unix seconds; null if it is not, or nobody knows.
	 *
	 * @var int|null
	 */
	public ?int $connected_since = null;

	/**
	 * Whether nothing is recorded at all.
	 *
	 * @var bool
	 */
	public bool $is_empty;

	/**
	 * When within the days the record begins of a connection that is older, in Unix seconds; null if it does not.
	 *
	 * @var int|null
	 */
	public ?int $unknown_before = null;

	/**
	 * Takes what has happened.
	 *
	 * @param array<int, array{at: int, kind: string}> $events    From History::since(), for start() and the same time.
	 * @param int                                      $now       Unix seconds.
	 * @param bool                                     $has_grant Whether the site is connected now, well or not. New
	 *                                                            settings may end a connection without a word.
	 */
	public function __construct( array $events, int $now, bool $has_grant ) {
		$this->days     = self::empty_days( $now );
		$this->is_empty = array() === $events;
		$start          = $this->days[0]['start'];
		if ( ! $this->is_empty && History::CONNECTED !== $events[0]['kind'] && $start < $events[0]['at'] ) {
			$this->unknown_before = $events[0]['at'];
		}
		$state = null;
		$from  = $now;
		foreach ( $events as $event ) {
			$next = self::state_after( $event['kind'], $state );
			$this->add( $state, $from, $event['at'] );
			if ( 'down' === $next && 'down' !== $state ) {
				$this->losses[] = array(
					'from' => $event['at'],
					'to'   => null,
				);
			} elseif ( 'down' === $state && 'down' !== $next ) {
				$this->losses[ array_key_last( $this->losses ) ]['to'] = $event['at'];
			}
			if ( History::CONNECTED === $event['kind'] ) {
				$this->connected_since = $event['at'];
			} elseif ( History::DISCONNECTED === $event['kind'] ) {
				$this->connected_since = null;
			}
			$from  = $event['at'];
			$state = $next;
			$this->count( $event );
		}
		if ( ! $has_grant && null !== $state ) {
			if ( 'down' === $state ) {
				$this->losses[ array_key_last( $this->losses ) ]['to'] = $from;
			}
			$this->connected_since = null;
			$state                 = 'off';
		}
		// Something that began this very second is seen already.
		$this->add( $state, $from, max( $now, $from + 1 ) );
		$this->losses = array_values( array_filter( $this->losses, static fn( array $loss ) => null === $loss['to'] || $loss['to'] > $start ) );
	}

	/**
	 * When the first of the days begins.
	 *
	 * @param int $now Unix seconds.
	 */
	public static function start( int $now ): int {
		return self::empty_days( $now )[0]['start'];
	}

	/**
	 * Of how many days anything is known.
	 */
	public function recorded(): int {
		return count( array_filter( $this->days, static fn( array $day ) => 0 < $day['up'] + $day['down'] + $day['off'] ) );
	}

	/**
	 * What all days have together.
	 *
	 * @param string $name A member of a day that is a number.
	 */
	public function sum( string $name ): int {
		return array_sum( array_column( $this->days, $name ) );
	}

	/**
	 * The days before anything is known of them. They begin at midnight, or where a time zone has none that day,
	 * right after.
	 *
	 * @param int $now Unix seconds.
	 * @return array<int, array<string, int>>
	 */
	private static function empty_days( int $now ): array {
		$today = ( new \DateTimeImmutable( '@' . $now ) )->setTimezone( wp_timezone() )->setTime( 0, 0 );
		$days  = array();
		for ( $ago = self::COUNT - 1; $ago >= 0; --$ago ) {
			$days[] = array(
				'start'    => $today->modify( "-$ago days" )->setTime( 0, 0 )->getTimestamp(),
				'end'      => $today->modify( ( 1 - $ago ) . ' days' )->setTime( 0, 0 )->getTimestamp(),
				'up'       => 0,
				'down'     => 0,
				'off'      => 0,
				'renewals' => 0,
				'failures' => 0,
			);
		}
		return $days;
	}

	/**
	 * What the connection is after an event.
	 *
	 * @param string      $kind  The event's.
	 * @param string|null $state What it was before: `up`, `down`, `off`, or null if nobody knows.
	 */
	private static function state_after( string $kind, ?string $state ): ?string {
		return match ( $kind ) {
			History::CONNECTED, History::RECOVERED => 'up',
			History::DISCONNECTED => 'off',
			History::LOST => 'down',
			// Of a record that begins later than the connection.
			History::RENEWED => $state ?? 'up',
			History::FAILED => $state,
		};
	}

	/**
	 * Adds a time to the days that it touches.
	 *
	 * @param string|null $state What the connection was; see state_after().
	 * @param int         $from  Unix seconds.
	 * @param int         $to    Unix seconds.
	 */
	private function add( ?string $state, int $from, int $to ): void {
		if ( null === $state ) {
			return;
		}
		foreach ( $this->days as &$day ) {
			$day[ $state ] += max( 0, min( $to, $day['end'] ) - max( $from, $day['start'] ) );
		}
	}

	/**
	 * Counts an event to its day.
	 *
	 * @param array{at: int, kind: string} $event The event.
	 */
	private function count( array $event ): void {
		$name = array(
			History::RENEWED => 'renewals',
			History::FAILED  => 'failures',
		)[ $event['kind'] ] ?? null;
		if ( null === $name ) {
			return;
		}
		foreach ( $this->days as &$day ) {
			$day[ $name ] += $day['start'] <= $event['at'] && $event['at'] < $day['end'] ? 1 : 0;
		}
	}
}
