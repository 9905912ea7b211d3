<?php
/**
 * A dump of the database, and what somebody finds in it who has stolen it.
 *
 * @package Connector_For_Mautic
 */

/**
 * Every column of every row of every table.
 */
final class Dump {

	/**
	 * Each secret that stands in the database, with its table.
	 *
	 * @param array<string, string> $secrets What each is, by its value.
	 * @return string[]
	 */
	public static function search( array $secrets ): array {
		$found = array();
		foreach ( self::tables() as $table => $text ) {
			foreach ( $secrets as $secret => $kind ) {
				foreach ( self::spellings( (string) $secret ) as $spelling ) {
					if ( str_contains( $text, $spelling ) ) {
						$found[] = "$kind in $table";
					}
				}
			}
		}
		return array_values( array_unique( $found ) );
	}

	/**
	 * The ways to write a text: as it is, in an address, in JSON, in HTML, in hex digits, in base64.
	 *
	 * @param string $text A secret.
	 * @return string[]
	 */
	public static function spellings( string $text ): array {
		$json      = trim( (string) json_encode( $text, JSON_INVALID_UTF8_SUBSTITUTE ), '"' );
		$spellings = array( $text, rawurlencode( $text ), urlencode( $text ), rawurlencode( rawurlencode( $text ) ), $json, stripslashes( $json ), htmlspecialchars( $text, ENT_QUOTES ), bin2hex( $text ) );
		// In the middle of something, it begins at any third of a group of base64.
		foreach ( array( 0, 1, 2 ) as $before ) {
			$groups      = substr( str_repeat( "\0", $before ) . $text, $before ? 3 : 0 );
			$base64      = base64_encode( substr( $groups, 0, strlen( $groups ) - strlen( $groups ) % 3 ) );
			$spellings[] = $base64;
			$spellings[] = strtr( $base64, '+/', '-_' );
		}
		// Bytes that are no text have no such form in HTML.
		return array_filter( array_unique( $spellings ), static fn( $spelling ) => strlen( $spelling ) >= 8 );
	}

	/** @return array<string, string> Text by table. */
	private static function tables(): array {
		global $wpdb;
		$tables = array();
		foreach ( $wpdb->get_col( 'SHOW TABLES' ) as $table ) {
			$rows             = $wpdb->get_results( "SELECT * FROM $table", ARRAY_N );
			$tables[ $table ] = implode( "\n", array_map( static fn( $row ) => implode( "\t", $row ), $rows ) );
		}
		if ( count( $tables ) < 10 ) {
			throw new LogicException( 'That is no database of WordPress.' );
		}
		return $tables;
	}
}
