<?php
/**
 * Times in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A time as people read it: exactly, and how far off. The page's script goes on with these words, and rounds as
 * it is done here.
 */
final class Moment {

	/**
	 * Seconds of each unit, and the number of them that is one of the next.
	 */
	private const UNITS = array(
		'second' => array( 1, 60 ),
		'minute' => array( MINUTE_IN_SECONDS, 60 ),
		'hour'   => array( HOUR_IN_SECONDS, 24 ),
		'day'    => array( DAY_IN_SECONDS, 60 ),
		'month'  => array( 2629800, 24 ),
		'year'   => array( 31557600, 100 ),
	);

	/**
	 * In the site's own format and time zone.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function exact( int $at ): string {
		return (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $at );
	}

	/**
	 * The same with the time zone, for who reads it elsewhere.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function with_zone( int $at ): string {
		return (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ) . ' T', $at );
	}

	/**
	 * How far off it is.
	 *
	 * @param int      $at  Unix seconds.
	 * @param int|null $now Unix seconds, if not the present.
	 */
	public static function distance( int $at, ?int $now = null ): string {
		$seconds = $at - ( $now ?? time() );
		foreach ( self::UNITS as $unit => list( $size, $limit ) ) {
			$count = (int) round( abs( $seconds ) / $size );
			if ( $count < $limit || 'year' === $unit ) {
				break;
			}
		}
		/* translators: a time that is reached at this moment */
		return 0 === $count ? __( 'just now', 'connector-for-mautic' ) : sprintf( self::words( $unit, 0 < $seconds, $count ), $count );
	}

	/**
	 * How long something took.
	 *
	 * @param int $seconds How long.
	 */
	public static function length( int $seconds ): string {
		return human_time_diff( 0, max( 1, $seconds ) );
	}

	/**
	 * A sentence about the beginning of something that goes on.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function since( int $at ): string {
		/* translators: 1: date and time, 2: such as "5 minutes ago" */
		return sprintf( __( 'Since %1$s, %2$s.', 'connector-for-mautic' ), self::exact( $at ), self::distance( $at ) );
	}

	/**
	 * As HTML: exactly.
	 *
	 * @param int $at Unix seconds.
	 */
	public static function exact_html( int $at ): string {
		return sprintf( '<time datetime="%s">%s</time>', esc_attr( gmdate( 'c', $at ) ), esc_html( self::exact( $at ) ) );
	}

	/**
	 * As HTML: how far off it is, which the page's script keeps true.
	 *
	 * @param int      $at  Unix seconds.
	 * @param int|null $now Unix seconds, if not the present.
	 */
	public static function ticking_html( int $at, ?int $now = null ): string {
		return sprintf( '<time class="cfm-clock" datetime="%s">%s</time>', esc_attr( gmdate( 'c', $at ) ), esc_html( self::distance( $at, $now ) ) );
	}

	/**
	 * For the page's script: the present, by which it knows how wrong its own clock is, and the words. A language
	 * may have several forms of a number; of each there is one, and a string that says by the digit at each
	 * number's place which one it takes.
	 *
	 * @return array<string, mixed>
	 */
	public static function for_script(): array {
		$units = array();
		foreach ( self::UNITS as $unit => list( $size, $limit ) ) {
			$words = array();
			foreach ( array( 'past', 'future' ) as $when => $name ) {
				$of_count       = array_map( static fn( int $count ) => self::words( $unit, 1 === $when, $count ), range( 0, $limit ) );
				$forms          = array_values( array_unique( $of_count ) );
				$words[ $name ] = array(
					'forms' => $forms,
					'form'  => implode( '', array_map( static fn( string $form ) => array_search( $form, $forms, true ), $of_count ) ),
				);
			}
			$units[] = compact( 'size', 'limit' ) + $words;
		}
		return array(
			'now'   => time(),
			/* translators: a time that is reached at this moment */
			'zero'  => __( 'just now', 'connector-for-mautic' ),
			'units' => $units,
		);
	}

	/**
	 * A number of units, with `%d` for the number.
	 *
	 * @param string $unit   One of UNITS.
	 * @param bool   $future Whether that is to come.
	 * @param int    $count  How many.
	 */
	private static function words( string $unit, bool $future, int $count ): string {
		switch ( ( $future ? 'in ' : '' ) . $unit ) {
			case 'in second':
				/* translators: %d: number of seconds */
				return _n( 'in %d second', 'in %d seconds', $count, 'connector-for-mautic' );
			case 'second':
				/* translators: %d: number of seconds */
				return _n( '%d second ago', '%d seconds ago', $count, 'connector-for-mautic' );
			case 'in minute':
				/* translators: %d: number of minutes */
				return _n( 'in %d minute', 'in %d minutes', $count, 'connector-for-mautic' );
			case 'minute':
				/* translators: %d: number of minutes */
				return _n( '%d minute ago', '%d minutes ago', $count, 'connector-for-mautic' );
			case 'in hour':
				/* translators: %d: number of hours */
				return _n( 'in %d hour', 'in %d hours', $count, 'connector-for-mautic' );
			case 'hour':
				/* translators: %d: number of hours */
				return _n( '%d hour ago', '%d hours ago', $count, 'connector-for-mautic' );
			case 'in day':
				/* translators: %d: number of days */
				return _n( 'in %d day', 'in %d days', $count, 'connector-for-mautic' );
			case 'day':
				/* translators: %d: number of days */
				return _n( '%d day ago', '%d days ago', $count, 'connector-for-mautic' );
			case 'in month':
				/* translators: %d: number of months */
				return _n( 'in %d month', 'in %d months', $count, 'connector-for-mautic' );
			case 'month':
				/* translators: %d: number of months */
				return _n( '%d month ago', '%d months ago', $count, 'connector-for-mautic' );
			case 'in year':
				/* translators: %d: number of years */
				return _n( 'in %d year', 'in %d years', $count, 'connector-for-mautic' );
			default:
				/* translators: %d: number of years */
				return _n( '%d year ago', '%d years ago', $count, 'connector-for-mautic' );
		}
	}
}
