<?php
/**
 * Times in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A time as people read it: exactly, and how far off.
 */
final class Moment {

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
	 * @param int $at Unix seconds.
	 */
	public static function distance( int $at ): string {
		$distance = human_time_diff( $at );
		return $at > time()
			/* translators: %s: such as "5 minutes" */
			? sprintf( __( 'in %s', 'connector-for-mautic' ), $distance )
			/* translators: %s: such as "5 minutes" */
			: sprintf( __( '%s ago', 'connector-for-mautic' ), $distance );
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
}
