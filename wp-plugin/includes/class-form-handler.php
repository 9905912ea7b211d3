<?php
/**
 * The page's forms.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Takes each form of the page through admin-post.php, and sends the browser back to the page,
 * which says what came of it.
 */
final class Form_Handler {

	/**
	 * Problems of a field in which a secret may have been pasted beside what belongs there. Such a value
	 * is not remembered either.
	 */
	private const PASTED_PAIRS = array( 'base_url.credentials', 'client_id.invalid', 'username.invalid' );

	/**
	 * Saves the settings.
	 */
	public static function save(): never {
		self::verify( 'save' );
		$values = array();
		foreach ( array_merge( Settings_Form::FIELDS, Settings_Form::SWITCHES ) as $name ) {
			// They are opaque bytes: the core judges them, nothing "sanitizes" them.
			if ( isset( $_POST[ $name ] ) && is_string( $_POST[ $name ] ) ) { // phpcs:ignore WordPress.Security.NonceVerification.Missing -- Verified above.
				$values[ $name ] = wp_unslash( $_POST[ $name ] ); // phpcs:ignore WordPress.Security -- As above.
			}
		}
		$ascii_host = isset( $_POST['ascii_host'] ) && is_string( $_POST['ascii_host'] ) ? wp_unslash( $_POST['ascii_host'] ) : ''; // phpcs:ignore WordPress.Security -- As above.
		$result     = self::save_values( $values, $ascii_host );
		$values     = array_diff_key( $values, array_flip( Overrides::SECRETS ) );
		foreach ( $result->problems() as $problem ) {
			if ( in_array( $problem['code'], self::PASTED_PAIRS, true ) ) {
				$values[ $problem['field'] ] = '';
			}
		}
		if ( $result->ok() ) {
			$values = array();
			$result = self::examine( $result );
		}
		self::finish( 'save', $result, $values );
	}

	/**
	 * Asks Mautic, as far as that needs no connection, whether saved settings can work.
	 *
	 * @param Result $saved What came of saving.
	 * @return Result The same, with what was found as steps, and the error that keeps the settings from working.
	 */
	private static function examine( Result $saved ): Result {
		if ( 'not_configured' === ( $saved->answer['status']['status'] ?? 'not_configured' ) ) {
			return $saved;
		}
		// Saved is saved: if this request ends while Mautic takes its time, the next page says so.
		Flash::set( 'save', $saved );
		$found = Doctor::run( true );
		return ( new Result( array( 'error' => $found->answer['error'] ?? null ) + $saved->answer ) )->with_steps( $found->steps );
	}

	/**
	 * Saves settings; shared with WP-CLI.
	 *
	 * @param array<string, string> $values     By field.
	 * @param string                $ascii_host The punycode form of a host, from the browser.
	 */
	public static function save_values( array $values, string $ascii_host = '' ): Result {
		$event  = array(
			'type'   => 'settings_saved',
			'values' => (object) $values,
		);
		$result = Runner::of_site()->run( $event );
		$host   = array_column( $result->problems(), 'host' )[0] ?? '';
		if ( '' === $host ) {
			return $result;
		}
		// The core has no Unicode tables; PHP's may be missing too, and the browser always has them.
		if ( function_exists( 'idn_to_ascii' ) ) {
			$ascii_host = (string) idn_to_ascii( $host, IDNA_NONTRANSITIONAL_TO_ASCII, INTL_IDNA_VARIANT_UTS46 );
		}
		return '' === $ascii_host ? $result : Runner::of_site()->run( $event + array( 'ascii_host' => $ascii_host ) );
	}

	/**
	 * Sends the browser to Mautic.
	 */
	public static function authorize(): never {
		self::verify( 'authorize' );
		$result = Runner::of_site()->run( self::authorize_event() );
		if ( null === $result->redirect ) {
			self::finish( 'authorize', $result );
		}
		// The core has built this URL from the base URL that it judged. WordPress' own check knows no
		// IPv6 address.
		wp_redirect( $result->redirect, 303 ); // phpcs:ignore WordPress.Security.SafeRedirect -- See above.
		exit;
	}

	/**
	 * The event that begins an authorization; shared with WP-CLI.
	 *
	 * @return array<string, mixed>
	 */
	public static function authorize_event(): array {
		return array(
			'type'         => 'authorize',
			'user'         => get_current_user_id(),
			'redirect_uri' => Authorize_Return::redirect_uri(),
			'return_to'    => Settings_Page::url(),
		);
	}

	/**
	 * Renews the tokens now.
	 */
	public static function refresh(): never {
		self::verify( 'refresh' );
		self::finish( 'refresh', Runner::of_site()->run( array( 'type' => 'refresh' ) ) );
	}

	/**
	 * Looks for what keeps this site from Mautic; the page's script reads the steps as they come.
	 */
	public static function test(): never {
		self::verify( 'test' );
		if ( Doctor_Stream::is_wanted() ) {
			Doctor_Stream::send();
		}
		self::finish( 'test', Doctor::run() );
	}

	/**
	 * Explains what Mautic showed. The answer is remembered for the page, the text is not.
	 */
	public static function explain(): never {
		self::verify( 'explain' );
		$text = isset( $_POST['text'] ) && is_string( $_POST['text'] ) ? wp_unslash( $_POST['text'] ) : ''; // phpcs:ignore WordPress.Security -- Verified above; the core reads it as it is, and nothing prints it.
		// More does not count. Half a letter at the end, or bytes that are none, are replaced on the way to the core.
		$text = substr( $text, 0, 64 * KB_IN_BYTES );
		self::finish( 'explain', Runner::of_site()->run( Explain_Box::event() + compact( 'text' ) ) );
	}

	/**
	 * The connection goes on at this site's new address.
	 */
	public static function site_moved(): never {
		self::verify( 'site_moved' );
		self::finish( 'site_moved', Runner::of_site()->run( array( 'type' => 'site_moved' ) ) );
	}

	/**
	 * This site is a copy: the connection stays with the original.
	 */
	public static function site_copied(): never {
		self::verify( 'site_copied' );
		self::finish( 'site_copied', Runner::of_site()->run( array( 'type' => 'site_copied' ) ) );
	}

	/**
	 * Forgets the grant.
	 */
	public static function disconnect(): never {
		self::verify( 'disconnect' );
		self::finish( 'disconnect', Runner::of_site()->run( array( 'type' => 'disconnect' ) ) );
	}

	/**
	 * Forgets everything.
	 */
	public static function reset(): never {
		self::verify( 'reset' );
		self::finish( 'reset', Runner::of_site()->run( array( 'type' => 'reset' ) ) );
	}

	/**
	 * Lets only those through who may, and who pressed the button themselves. A link is no button: a GET is taken
	 * for one whose nonce has expired, whatever it carries.
	 *
	 * @param string $form The form's name.
	 */
	public static function verify( string $form ): void {
		if ( ! current_user_can( Settings_Page::capability() ) ) {
			wp_die( esc_html__( 'You are not allowed to manage the connection to Mautic.', 'connector-for-mautic' ), '', array( 'response' => 403 ) );
		}
		$action = 'connector_for_mautic_' . $form;
		if ( 'POST' !== sanitize_text_field( wp_unslash( $_SERVER['REQUEST_METHOD'] ?? '' ) ) ) {
			wp_nonce_ays( $action );
		}
		check_admin_referer( $action );
	}

	/**
	 * Back to the page.
	 *
	 * @param string                $form   The form's name.
	 * @param Result                $result What came of it.
	 * @param array<string, string> $values What was typed; never a secret.
	 */
	private static function finish( string $form, Result $result, array $values = array() ): never {
		Flash::set( $form, $result, $values );
		Settings_Page::go();
	}
}
