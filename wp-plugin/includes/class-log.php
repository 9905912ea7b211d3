<?php
/**
 * What has happened.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A ring of entries, each a time, a code and numbers: no text of others, nothing secret, nobody's name.
 *
 * The ring is one row, in which each entry is a line of JSON. A process appends its lines in the database
 * itself, in one statement that also cuts what has grown too long: processes that write at once lose nothing
 * of each other's, and none has to read first. The cut may go through a line; half a line is no entry, and
 * neither is whatever else stands in the row.
 */
final class Log {

	/**
	 * Its option, which WordPress does not load with every page.
	 */
	private const OPTION = 'connector_for_mautic_log';

	/**
	 * Bytes that are kept when lines are added: some 500 entries, and a row that is written in no time.
	 */
	private const BYTES = 32768;

	/**
	 * The numbers that an entry may have beside its time.
	 */
	private const NUMBERS = array( 'http_status', 'value', 'retry_at' );

	/**
	 * The end of the year 9999, after which there are no dates.
	 */
	private const END_OF_TIME = 253402300799;

	/**
	 * Adds what a run's `log` and `notify` effects say, here and to the history: one statement for both. A
	 * database that does not take it is no reason to fail: what was asked for is done.
	 *
	 * @param array<int, array<string, mixed>> $effects Effects of any type.
	 * @param int|null                         $now     Unix seconds, if not the present.
	 */
	public static function append( array $effects, ?int $now = null ): void {
		global $wpdb;
		$now ??= time();
		// By the options' names, as every process locks their rows.
		$rows = array_filter( array( History::addition( $effects, $now ), self::addition( $effects, $now ) ) );
		if ( ! $rows ) {
			return;
		}
		$values = array();
		$cases  = array();
		foreach ( $rows as $row ) {
			$values[] = $wpdb->prepare( "(%s, %s, 'off')", $row['option'], $row['lines'] );
			$cases[]  = $wpdb->prepare( 'WHEN %s THEN ', $row['option'] ) . $row['grown'];
		}
		$wpdb->query( // phpcs:ignore WordPress.DB -- Prepared above; see the class.
			"INSERT INTO $wpdb->options (option_name, option_value, autoload) VALUES " . implode( ', ', $values )
			. ' ON DUPLICATE KEY UPDATE option_value = CASE option_name ' . implode( ' ', $cases ) . ' END'
		);
		foreach ( $rows as $row ) {
			Storage::forget_cached( $row['option'] );
		}
	}

	/**
	 * What a run adds to the log; see History::addition().
	 *
	 * @param array<int, array<string, mixed>> $effects Effects of any type.
	 * @param int                              $now     Unix seconds.
	 * @return array{option: string, lines: string, grown: string}|null
	 */
	private static function addition( array $effects, int $now ): ?array {
		$lines = '';
		foreach ( $effects as $effect ) {
			if ( 'log' === $effect['type'] || 'notify' === $effect['type'] ) {
				$entry = self::entry( array( 'at' => $now ) + $effect + ( $effect['fields'] ?? array() ) );
				// The end of the line comes first: what was there before may have none.
				$lines .= null === $entry ? '' : "\n" . (string) wp_json_encode( $entry );
			}
		}
		return '' === $lines ? null : array(
			'option' => self::OPTION,
			'lines'  => $lines,
			'grown'  => 'CONCAT(' . self::last_bytes( self::BYTES ) . ', VALUES(option_value))',
		);
	}

	/**
	 * The SQL of what is kept of a row's value. SQLite has no RIGHT().
	 *
	 * @param int $bytes How much.
	 */
	public static function last_bytes( int $bytes ): string {
		return sprintf( 'CASE WHEN LENGTH(option_value) > %1$d THEN SUBSTR(option_value, -%1$d) ELSE option_value END', $bytes );
	}

	/**
	 * The entries, newest first: `at` (Unix seconds), `code`, and where they apply `error` (an error's
	 * code), `http_status`, `value` and `retry_at`.
	 *
	 * @return array<int, array<string, int|string>>
	 * @throws Database_Exception If the database does not give them.
	 */
	public static function entries(): array {
		$lines = explode( "\n", Storage::row( self::OPTION ) ?? '' );
		return array_reverse( array_values( array_filter( array_map( static fn( string $line ) => self::entry( json_decode( $line, true ) ), $lines ) ) ) );
	}

	/**
	 * Whether a code has come in the last ten minutes. A database that does not tell takes no line either.
	 *
	 * @param string $code The code.
	 */
	public static function has_lately( string $code ): bool {
		try {
			$lately = array_filter( self::entries(), static fn( array $entry ) => $entry['at'] > time() - 10 * MINUTE_IN_SECONDS );
		} catch ( Database_Exception ) {
			return true;
		}
		return in_array( $code, array_column( $lately, 'code' ), true );
	}

	/**
	 * What of a value is an entry; null if it is none.
	 *
	 * @param mixed $value Anything.
	 * @return array<string, int|string>|null
	 */
	private static function entry( $value ): ?array {
		if ( ! is_array( $value ) || ! self::is_time( $value['at'] ?? null ) || ! self::is_code( $value['code'] ?? null ) ) {
			return null;
		}
		if ( ! self::is_time( $value['retry_at'] ?? null ) ) {
			unset( $value['retry_at'] );
		}
		$entry = array(
			'at'   => $value['at'],
			'code' => $value['code'],
		);
		if ( self::is_code( $value['error'] ?? null ) ) {
			$entry['error'] = $value['error'];
		}
		return $entry + array_filter( array_intersect_key( $value, array_flip( self::NUMBERS ) ), 'is_int' );
	}

	/**
	 * Whether a value is a time that can be written as a date.
	 *
	 * @param mixed $value Anything.
	 */
	private static function is_time( $value ): bool {
		return is_int( $value ) && 0 <= $value && $value <= self::END_OF_TIME;
	}

	/**
	 * Whether a value has the form of a code.
	 *
	 * @param mixed $value Anything.
	 */
	private static function is_code( $value ): bool {
		return is_string( $value ) && 1 === preg_match( '/\A[a-z_]{1,40}(\.[a-z0-9_]{1,40})?\z/', $value );
	}
}
