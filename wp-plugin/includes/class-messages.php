<?php
/**
 * Codes in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * For each code of the core two sentences: what happened, and what to do. They stand in
 * Setup_Messages, Server_Messages, Site_Messages, Explain_Messages and Doctor_Messages.
 *
 * Nothing is decided by a code here; each only has its sentence. Plain text throughout: it is
 * escaped where it is printed.
 */
final class Messages {

	/**
	 * What happened and what to do.
	 *
	 * @param array<string, mixed> $error  An `error` of the core.
	 * @param array<string, mixed> $status The status object: what is said to be kept is there, and a
	 *                                     button that is named belongs to the method. Without one, an
	 *                                     authorized connection; with an empty `status` in it, settings
	 *                                     that are only being tried.
	 * @return array{message: string, fix: string}
	 */
	public static function of( array $error, array $status = array() ): array {
		$method                       = Method::of( $status );
		list( $message, $fix, $kept ) = ( Doctor_Messages::about( $error, $status ) ?? self::sentences( $error, $method ) ) + array( 2 => false );
		if ( $kept && '' !== ( $status['status'] ?? null ) ) {
			$fix .= ' ' . ( in_array( $status['status'] ?? '', array( 'not_configured', 'ready', 'pending' ), true )
				/* translators: %s: label of a button */
				? sprintf( __( 'There is no connection yet: press %s to try again.', 'connector-for-mautic' ), $method->button() )
				: __( 'The connection is kept.', 'connector-for-mautic' ) );
		}
		if ( ( $error['retry_at'] ?? 0 ) > time() ) {
			/* translators: %s: such as "in 5 minutes" */
			$fix .= ' ' . sprintf( __( 'The next try makes sense %s.', 'connector-for-mautic' ), Moment::distance( $error['retry_at'] ) );
		}
		return compact( 'message', 'fix' );
	}

	/**
	 * Both sentences, and what the other side said, for a log or a terminal.
	 *
	 * @param array<string, mixed> $error  An `error` of the core.
	 * @param array<string, mixed> $status The status object.
	 */
	public static function text( array $error, array $status = array() ): string {
		$words = self::of( $error, $status );
		return implode( ' ', array_filter( array( $words['message'], $words['fix'], self::said( $error ) ) ) );
	}

	/**
	 * What the other side said, in its own words, or an empty string.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 */
	public static function said( array $error ): string {
		// Of these, the sentences themselves name it, and nobody has said it.
		$named = 'api.forbidden' === ( $error['code'] ?? '' ) || in_array( strstr( $error['code'] ?? '', '.', true ), array( 'api_call', 'connection', 'cron', 'explain', 'redirect' ), true );
		if ( $named || '' === ( $error['detail'] ?? '' ) ) {
			return '';
		}
		/* translators: %s: words of the Mautic server, or of the network */
		return sprintf( __( 'The answer was: “%s”', 'connector-for-mautic' ), $error['detail'] );
	}

	/**
	 * What a note of the settings check says.
	 *
	 * @param string $code Its code.
	 * @return string May have a `%s` for the detail.
	 */
	public static function note( string $code ): string {
		switch ( $code ) {
			case 'base_url.scheme_added':
				return __( '“https://” was added.', 'connector-for-mautic' );
			case 'base_url.path_removed':
				/* translators: %s: end of an address that is not needed */
				return __( '“%s” was left out: the address of Mautic itself is enough.', 'connector-for-mautic' );
			case 'base_url.host_ascii':
				/* translators: %s: the name of a server in ASCII */
				return __( 'The server’s name is written “%s”.', 'connector-for-mautic' );
			case 'connection.will_be_dropped':
				return __( 'Saving this ends the connection, since it belongs to the former server, client, user or method. Connect the site again afterwards.', 'connector-for-mautic' );
			default:
				return '';
		}
	}

	/**
	 * The words for a status.
	 *
	 * @param array<string, mixed> $status The status object.
	 */
	public static function status( array $status ): string {
		switch ( $status['status'] ) {
			case 'ready':
				return Method::of( $status )->ready();
			case 'pending':
				return __( 'Waiting for Mautic', 'connector-for-mautic' );
			case 'connected':
				return __( 'Connected', 'connector-for-mautic' );
			case 'attention':
				return __( 'Needs attention', 'connector-for-mautic' );
			case 'needs_authorization':
				return __( 'Needs authorization', 'connector-for-mautic' );
			default:
				return __( 'Not configured', 'connector-for-mautic' );
		}
	}

	/**
	 * The sentences for a code.
	 *
	 * @param array<string, mixed> $error  An `error` of the core.
	 * @param Method               $method The connection's.
	 * @return array{0: string, 1: string, 2?: bool} The third says that a connection is kept.
	 */
	private static function sentences( array $error, Method $method ): array {
		$code   = (string) ( $error['code'] ?? '' );
		$detail = (string) ( $error['detail'] ?? '' );
		$area   = strstr( $code, '.', true );
		switch ( $area ) {
			case 'auth_method':
			case 'base_url':
			case 'client_id':
			case 'client_secret':
			case 'username':
			case 'password':
			case 'refresh_token_lifetime_days':
			case 'settings':
				$sentences = Setup_Messages::about_settings( $code, (string) ( $error['host'] ?? '' ) );
				break;
			case 'authorize':
			case 'refresh':
			case 'redirect':
				$sentences = Setup_Messages::about_authorization( $code, $detail, $method );
				break;
			case 'token':
			case 'api':
				$sentences = Server_Messages::about_server( $code, $method );
				break;
			case 'transport':
				$sentences = Server_Messages::about_transport( $code );
				break;
			case 'explain':
				$sentences = Explain_Messages::about_what_was_shown( $code, $detail );
				break;
			default:
				$sentences = Site_Messages::about_site( $code, $detail );
		}
		return $sentences ?? array(
			/* translators: %s: code of an error */
			sprintf( __( 'Something went wrong (%s).', 'connector-for-mautic' ), '' === $code ? 'unknown' : $code ),
			__( 'Try again. If it keeps happening, tell whoever looks after this site, and name the code.', 'connector-for-mautic' ),
		);
	}
}
