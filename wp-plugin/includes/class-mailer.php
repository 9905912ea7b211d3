<?php
/**
 * E-mails to the owner.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Words and sends what the core has decided to tell. Nothing that came from Mautic or the network
 * stands in a mail, and no secret.
 */
final class Mailer {

	/**
	 * Performs a `mail` effect. A mail that cannot be sent changes nothing.
	 *
	 * @param array<string, mixed> $effect The effect.
	 * @param Result               $result Its run's.
	 */
	public static function send( array $effect, Result $result ): void {
		// The words are for the site, whoever's visit it was that found this out.
		$switched = switch_to_locale( self::locale() );
		try {
			$mail = self::filtered( self::compose( $effect, $result->answer['status'] ?? array() ), $effect['code'] );
			if ( $mail ) {
				wp_mail( $mail['to'], $mail['subject'], $mail['message'], $mail['headers'] );
			}
		} catch ( \Throwable $exception ) {
			// A plugin that sends mails, or one that filters them. Its words may hold what is not ours to log.
			wp_trigger_error( __METHOD__, 'Connector for Mautic could not send an e-mail: ' . get_class( $exception ) );
		} finally {
			if ( $switched ) {
				restore_previous_locale();
			}
		}
	}

	/**
	 * The site's language. get_locale() keeps the one of the site that the request began on.
	 */
	private static function locale(): string {
		if ( ! is_multisite() || ! ms_is_switched() ) {
			return get_locale();
		}
		$locale = get_option( 'WPLANG' );
		return ( false === $locale ? get_site_option( 'WPLANG' ) : $locale ) ?: 'en_US';
	}

	/**
	 * The mail as other plugins leave it, or null if they want none.
	 *
	 * @param array<string, mixed> $mail `to`, `subject`, `message`, `headers`.
	 * @param string               $code `connection_lost` or `recovered`.
	 * @return array<string, mixed>|null
	 */
	private static function filtered( array $mail, string $code ): ?array {
		/**
		 * Filters an e-mail to the site's owner. Without a recipient, or as an empty array, it is not sent.
		 *
		 * @param array  $mail {
		 *     @type string|string[] $to      Default: the site's administration address.
		 *     @type string          $subject Plain text.
		 *     @type string          $message Plain text.
		 *     @type string[]        $headers Default: none.
		 * }
		 * @param string $code `connection_lost` or `recovered`.
		 */
		$mail = apply_filters( 'connector_for_mautic_mail', $mail, $code );
		if ( ! is_array( $mail ) || empty( $mail['to'] ) ) {
			return null;
		}
		return $mail + array(
			'subject' => '',
			'message' => '',
			'headers' => array(),
		);
	}

	/**
	 * The mail as it is meant.
	 *
	 * @param array<string, mixed> $effect The effect.
	 * @param array<string, mixed> $status The core's status.
	 * @return array{to: string, subject: string, message: string, headers: string[]}
	 */
	private static function compose( array $effect, array $status ): array {
		list( $subject, $paragraphs ) = 'recovered' === $effect['code']
			? self::recovered( $effect['since'] )
			: self::lost( $effect, $status );
		$paragraphs[] = implode( "\n", self::addresses( $status['base_url'] ?? '' ) );
		$paragraphs[] = __( 'Connector for Mautic writes when the connection is lost or needs attention, and when it works again, at most twice a day. Both can be switched off on that page.', 'connector-for-mautic' );
		return array(
			'to'      => (string) get_option( 'admin_email' ),
			'subject' => sprintf( $subject, wp_specialchars_decode( get_option( 'blogname' ), ENT_QUOTES ) ),
			'message' => implode( "\n\n", $paragraphs ) . "\n",
			'headers' => array(),
		);
	}

	/**
	 * That it is lost, or needs somebody.
	 *
	 * @param array<string, mixed> $effect The effect.
	 * @param array<string, mixed> $status The core's status.
	 * @return array{0: string, 1: string[]} Subject, with a place for the site's name, and paragraphs.
	 */
	private static function lost( array $effect, array $status ): array {
		$gone = 'needs_authorization' === ( $status['status'] ?? '' );
		// The code alone: what else the error says is foreign, or is over when the mail is read.
		$words = Messages::of( array( 'code' => $effect['error']['code'] ?? '' ), $status );
		return array(
			$gone
				/* translators: %s: name of the site */
				? __( '[%s] Connector for Mautic: the connection is lost', 'connector-for-mautic' )
				/* translators: %s: name of the site */
				: __( '[%s] Connector for Mautic: the connection needs attention', 'connector-for-mautic' ),
			array(
				$gone
					? __( 'Your site is no longer connected to Mautic.', 'connector-for-mautic' )
					: __( 'The connection between your site and Mautic needs attention.', 'connector-for-mautic' ),
				__( 'What happened:', 'connector-for-mautic' ) . ' ' . $words['message'],
				/* translators: %s: date, time and time zone */
				sprintf( __( 'Since %s.', 'connector-for-mautic' ), Moment::with_zone( $effect['since'] ) ),
				__( 'What to do:', 'connector-for-mautic' ) . ' ' . $words['fix'],
			),
		);
	}

	/**
	 * That it works again.
	 *
	 * @param int $since When it began not to, in Unix seconds.
	 * @return array{0: string, 1: string[]} As of lost().
	 */
	private static function recovered( int $since ): array {
		return array(
			/* translators: %s: name of the site */
			__( '[%s] Connector for Mautic: the connection works again', 'connector-for-mautic' ),
			array(
				__( 'The connection between your site and Mautic works again, and has worked for an hour without a failure. There is nothing to do.', 'connector-for-mautic' ),
				/* translators: %s: date, time and time zone */
				sprintf( __( 'The trouble began on %s.', 'connector-for-mautic' ), Moment::with_zone( $since ) ),
			),
		);
	}

	/**
	 * What it is about, and where to go.
	 *
	 * @param string $base_url The Mautic server's address.
	 * @return string[] Lines.
	 */
	private static function addresses( string $base_url ): array {
		return array(
			/* translators: %s: address of the site */
			sprintf( __( 'Your site: %s', 'connector-for-mautic' ), home_url( '/' ) ),
			/* translators: %s: address of the Mautic server */
			sprintf( __( 'Mautic: %s', 'connector-for-mautic' ), $base_url ),
			/* translators: %s: address of a page */
			sprintf( __( 'The page “Mautic” on your site: %s', 'connector-for-mautic' ), Settings_Page::url() ),
		);
	}
}
