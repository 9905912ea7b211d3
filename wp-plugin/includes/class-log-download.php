<?php
/**
 * The log as a file.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A text file to attach to a request for support: versions, status, and the whole log.
 */
final class Log_Download {

	/**
	 * The form that asks for it.
	 */
	public const FORM = 'download_log';

	/**
	 * Members of the status object that name a person, who is of no concern to whoever gives support.
	 */
	private const PERSONAL = array( 'account_email', 'account_name' );

	/**
	 * Answers the form.
	 */
	public static function send(): never {
		Form_Handler::verify( self::FORM );
		try {
			$text = self::text();
		} catch ( Database_Exception ) {
			wp_die(
				esc_html__( 'The database does not give the log now.', 'connector-for-mautic' ),
				'',
				array(
					'response'  => 503,
					'back_link' => true,
				)
			);
		}
		nocache_headers();
		header( 'Content-Type: text/plain; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="' . self::file_name() . '"' );
		header( 'X-Content-Type-Options: nosniff' );
		echo $text; // phpcs:ignore WordPress.Security.EscapeOutput -- Plain text.
		exit;
	}

	/**
	 * The file's name: which site, and which day.
	 */
	public static function file_name(): string {
		$host = (string) preg_replace( '/[^a-z0-9.-]+/', '-', strtolower( (string) wp_parse_url( home_url(), PHP_URL_HOST ) ) );
		return 'connector-for-mautic-' . trim( $host, '-.' ) . '-' . (string) wp_date( 'Y-m-d' ) . '.txt';
	}

	/**
	 * The file. In English, whoever reads it.
	 *
	 * @throws Database_Exception If the database does not give the log.
	 */
	public static function text(): string {
		global $wpdb;
		$status = Api::status();
		foreach ( self::PERSONAL as $name ) {
			if ( null !== $status[ $name ] ) {
				$status[ $name ] = '(left out)';
			}
		}
		$facts = array(
			'Site'         => home_url(),
			'Written'      => gmdate( 'c' ),
			'Plugin'       => 'Connector for Mautic ' . CONNECTOR_FOR_MAUTIC_VERSION,
			'WordPress'    => get_bloginfo( 'version' ) . ( is_multisite() ? ', a network' : '' ),
			'PHP'          => PHP_VERSION . ', ' . PHP_SAPI,
			'Database'     => (string) $wpdb->db_server_info(),
			'Mautic'       => $status['mautic_version'] ?? 'unknown',
			'WP-Cron'      => Site_Messages::cron_is_off() ? 'run by the server (DISABLE_WP_CRON)' : 'run by visits',
			'Object cache' => wp_using_ext_object_cache() ? 'persistent' : 'none',
		);
		$lines = array();
		foreach ( $facts as $name => $fact ) {
			$lines[] = str_pad( $name . ':', 15 ) . $fact;
		}
		array_push( $lines, '', 'Status', '', wp_json_encode( $status, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ), '', 'Log, newest first, in UTC', '' );
		foreach ( Log::entries() as $entry ) {
			$line = gmdate( 'c', $entry['at'] ) . ' ' . $entry['code'];
			unset( $entry['at'], $entry['code'] );
			$lines[] = rtrim( $line . ' ' . http_build_query( $entry, '', ' ' ) );
		}
		return implode( "\n", $lines ) . "\n";
	}
}
