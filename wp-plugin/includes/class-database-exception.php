<?php
/**
 * The database failed.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A query that the database did not carry out. Its message is what the database said.
 */
final class Database_Exception extends \RuntimeException {

	/**
	 * About the query that has just failed.
	 */
	public static function of_last_query(): self {
		global $wpdb;
		// The SQLite driver says it in HTML and repeats the query, which may hold what is not to be told.
		return new self( trim( (string) preg_replace( '/(?:MySQL )?query:.*/is', '', wp_strip_all_tags( $wpdb->last_error, true ) ) ) );
	}
}
