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
		$switched = switch_to_locale( get_locale() );
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
		$site  = wp_specialchars_decode( get_option( 'blogname' ), ENT_QUOTES );
		$since = (int) $effect['since'];
		if ( 'recovered' === $effect['code'] ) {
			/* translators: %s: name of the site */
			$subject    = sprintf( __( '[%s] Connector for Mautic: the connection works again', 'connector-for-mautic' ), $site );
			$paragraphs = array(
				__( 'The connection between your site and Mautic works again, and has worked for an hour without a failure. There is nothing to do.', 'connector-for-mautic' ),
				/* translators: 1: date and time, 2: such as "5 minutes ago" */
				sprintf( __( 'The trouble began on %1$s, %2$s.', 'connector-for-mautic' ), Moment::exact( $since ), Moment::distance( $since ) ),
			);
		} else {
			$words = Messages::of( $effect['error'] ?? array(), $status['status'] ?? '' );
			/* translators: %s: name of the site */
			$subject    = sprintf( __( '[%s] Connector for Mautic: the connection is lost', 'connector-for-mautic' ), $site );
			$paragraphs = array(
				__( 'The connection between your site and Mautic does not work any more.', 'connector-for-mautic' ),
				__( 'What happened:', 'connector-for-mautic' ) . ' ' . $words['message'],
				Moment::since( $since ),
				__( 'What to do:', 'connector-for-mautic' ) . ' ' . $words['fix'],
			);
		}
		$paragraphs[] = implode(
			"\n",
			array_filter(
				array(
					/* translators: %s: address of the site */
					sprintf( __( 'Your site: %s', 'connector-for-mautic' ), home_url( '/' ) ),
					/* translators: %s: address of the Mautic server */
					isset( $status['base_url'] ) ? sprintf( __( 'Mautic: %s', 'connector-for-mautic' ), $status['base_url'] ) : '',
					/* translators: %s: address of a page */
					sprintf( __( 'The page “Mautic” on your site: %s', 'connector-for-mautic' ), Settings_Page::url() ),
				)
			)
		);
		$paragraphs[] = __( 'Connector for Mautic writes when the connection is lost and when it works again, at most twice a day. Both can be switched off on that page.', 'connector-for-mautic' );
		return array(
			'to'      => (string) get_option( 'admin_email' ),
			'subject' => $subject,
			'message' => implode( "\n\n", $paragraphs ) . "\n",
			'headers' => array(),
		);
	}
}
