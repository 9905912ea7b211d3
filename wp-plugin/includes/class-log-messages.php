<?php
/**
 * The log's codes in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A sentence for each code of the log; what an error's code means stands in Messages.
 */
final class Log_Messages {

	/**
	 * What an entry says: what happened, and why.
	 *
	 * @param array<string, int|string> $entry From Log::entries().
	 */
	public static function text( array $entry ): string {
		$sentences = array( self::sentence( $entry ) );
		if ( isset( $entry['error'] ) ) {
			$sentences[] = Messages::of( array( 'code' => $entry['error'] ) )['message'];
		}
		if ( isset( $entry['http_status'] ) ) {
			/* translators: %d: HTTP status, such as 503 */
			$sentences[] = sprintf( __( 'HTTP status: %d.', 'connector-for-mautic' ), $entry['http_status'] );
		}
		if ( isset( $entry['retry_at'] ) ) {
			/* translators: %s: date and time */
			$sentences[] = sprintf( __( 'No further try before %s.', 'connector-for-mautic' ), Moment::exact( $entry['retry_at'] ) );
		}
		return implode( ' ', $sentences );
	}

	/**
	 * What happened.
	 *
	 * @param array<string, int|string> $entry See text().
	 */
	private static function sentence( array $entry ): string {
		switch ( $entry['code'] ) {
			case 'settings.saved':
				return __( 'Settings were saved.', 'connector-for-mautic' );
			case 'authorize.begun':
				return __( 'An authorization was begun.', 'connector-for-mautic' );
			case 'return.refused':
				return __( 'A return from Mautic was refused.', 'connector-for-mautic' );
			case 'token.failed':
				return __( 'No token could be had from Mautic.', 'connector-for-mautic' );
			case 'token.odd_lifetime':
				/* translators: %d: number of seconds */
				return sprintf( __( 'Mautic named a lifetime that no token can have (%d seconds). It counts as one minute.', 'connector-for-mautic' ), $entry['value'] ?? 0 );
			case 'api.failed':
				return __( 'A call of Mautic’s API failed.', 'connector-for-mautic' );
			case 'site.moved':
				return __( 'Somebody answered that this site has moved. The connection goes on here.', 'connector-for-mautic' );
			case 'site.copied':
				return __( 'Somebody answered that this site is a copy. The connection was forgotten here.', 'connector-for-mautic' );
			case 'account.forgotten':
				return __( 'Name and e-mail address of the Mautic account were forgotten.', 'connector-for-mautic' );
			case 'connection.reset':
				return __( 'Settings and connection were deleted.', 'connector-for-mautic' );
			case 'connected':
				return __( 'The site was connected to Mautic.', 'connector-for-mautic' );
			case 'refreshed':
				return __( 'New tokens were stored.', 'connector-for-mautic' );
			case 'recovered':
				return __( 'The connection works again.', 'connector-for-mautic' );
			case 'disconnected':
				return __( 'The site was disconnected.', 'connector-for-mautic' );
			case 'connection_lost':
				return __( 'The connection is lost.', 'connector-for-mautic' );
			case 'core.trap':
			case 'core.jit':
			case 'core.files':
				return Messages::of( array( 'code' => $entry['code'] ) )['message'];
			case 'key.rotated':
				return __( 'What is stored was encrypted under the site’s present key.', 'connector-for-mautic' );
			default:
				return __( 'Something that this version of the plugin has no words for.', 'connector-for-mautic' );
		}
	}
}
