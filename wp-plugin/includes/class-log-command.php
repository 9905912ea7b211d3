<?php
/**
 * `wp mautic log`.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

use WP_CLI;

defined( 'ABSPATH' ) || exit;

/**
 * The log on the command line.
 */
final class Log_Command {

	/**
	 * What there is to say of an entry.
	 */
	private const FIELDS = array(
		'at'          => null,
		'code'        => null,
		'error'       => null,
		'http_status' => null,
		'value'       => null,
		'retry_at'    => null,
		'message'     => null,
	);

	/**
	 * Prints what has happened to the connection, newest first.
	 *
	 * ## OPTIONS
	 *
	 * [--limit=<number>]
	 * : How many entries at most. Default: all that are kept.
	 *
	 * [--format=<format>]
	 * : `table`, `json` or `csv`. JSON has times in Unix seconds, and null where an
	 * entry has no such field.
	 *
	 * ## EXAMPLES
	 *
	 *     wp mautic log --limit=20
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function __invoke( $args, $assoc ): void {
		$format = (string) ( $assoc['format'] ?? 'table' );
		$limit  = filter_var( $assoc['limit'] ?? PHP_INT_MAX, FILTER_VALIDATE_INT, array( 'options' => array( 'min_range' => 1 ) ) );
		if ( false === $limit ) {
			Command_Output::misused( __( '--limit takes a whole number above 0.', 'connector-for-mautic' ) );
		}
		try {
			$entries = array_slice( Log::entries(), 0, $limit );
		} catch ( Database_Exception $exception ) {
			Command_Output::fail( Result::failure( 'store.failed', $exception->getMessage(), 'transient' ), $assoc );
		}
		$rows = array();
		foreach ( $entries as $entry ) {
			$row = array_merge( self::FIELDS, $entry, array( 'message' => Log_Messages::text( $entry ) ) );
			if ( ! Command_Output::is_json( $assoc ) ) {
				foreach ( array( 'at', 'retry_at' ) as $time ) {
					$row[ $time ] = null === $row[ $time ] ? '' : wp_date( 'c', $row[ $time ] );
				}
			}
			$rows[] = $row;
		}
		if ( Command_Output::is_json( $assoc ) ) {
			WP_CLI::line( (string) wp_json_encode( $rows, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
			return;
		}
		WP_CLI\Utils\format_items( $format, $rows, 'csv' === $format ? array_keys( self::FIELDS ) : array( 'at', 'code', 'message' ) );
	}
}
