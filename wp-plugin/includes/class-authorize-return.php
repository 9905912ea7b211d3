<?php
/**
 * The way back from Mautic.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Claims the return of an authorization at the bare `admin.php`.
 *
 * Other plugins use the same address for their own returns. Ours has a state that begins with a
 * mark; whatever has not passes through untouched.
 */
final class Authorize_Return {

	private const MARK = 'cfm1.';

	/**
	 * The redirect URI: the bare address, as site owners know it from Mautic's side, with its host
	 * in ASCII, since Mautic drops every other letter.
	 */
	public static function redirect_uri(): string {
		$url  = admin_url( 'admin.php' );
		$host = (string) wp_parse_url( $url, PHP_URL_HOST );
		if ( preg_match( '/[^\x20-\x7e]/', $host ) && function_exists( 'idn_to_ascii' ) ) {
			$ascii = idn_to_ascii( $host, IDNA_NONTRANSITIONAL_TO_ASCII, INTL_IDNA_VARIANT_UTS46 );
			$url   = $ascii ? str_replace( '//' . $host, '//' . $ascii, $url ) : $url;
		}
		return $url;
	}

	/**
	 * Handles the request if it is a return of ours, and always ends it in a redirect: the bare
	 * address is a white page.
	 */
	public static function maybe_handle(): void {
		if ( ! self::is_ours() ) {
			return;
		}
		self::send_headers();
		if ( ! current_user_can( Settings_Page::capability() ) ) {
			wp_die( esc_html__( 'You are not allowed to manage the connection to Mautic.', 'connector-for-mautic' ), '', array( 'response' => 403 ) );
		}
		$result = self::handle( wp_unslash( $_SERVER['QUERY_STRING'] ?? '' ) ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- The core judges the raw string.
		Flash::set( 'return', $result );
		wp_redirect( $result->redirect ?? Settings_Page::url(), 303, 'Connector for Mautic' ); // phpcs:ignore WordPress.Security.SafeRedirect -- The address that the authorization set out from, out of our own encrypted record.
		exit;
	}

	/**
	 * Keeps what is in the address to this request: no cache, no frame, no referrer. What WordPress sends with
	 * every page of wp-admin comes too late for one that ends here.
	 */
	private static function send_headers(): void {
		if ( headers_sent() ) {
			return;
		}
		nocache_headers();
		send_frame_options_header();
		header( 'Referrer-Policy: no-referrer' );
	}

	/**
	 * Whether this request is ours to handle.
	 */
	public static function is_ours(): bool {
		// phpcs:disable WordPress.Security.NonceVerification.Recommended, WordPress.Security.ValidatedSanitizedInput -- The state is the nonce, and the core checks it.
		return 'admin.php' === ( $GLOBALS['pagenow'] ?? '' )
			&& ! is_network_admin() && ! is_user_admin()
			&& 'GET' === ( $_SERVER['REQUEST_METHOD'] ?? '' )
			&& ! isset( $_GET['page'] )
			&& isset( $_GET['state'] ) && is_string( $_GET['state'] )
			&& str_starts_with( $_GET['state'], self::MARK );
		// phpcs:enable
	}

	/**
	 * Hands the raw query over: `$_GET` hides parameters that come twice.
	 *
	 * @param string $query As it came.
	 */
	public static function handle( string $query ): Result {
		return Runner::of_site()->run(
			array(
				'type'         => 'returned',
				'user'         => get_current_user_id(),
				'redirect_uri' => self::redirect_uri(),
				'query'        => $query,
			)
		);
	}
}
