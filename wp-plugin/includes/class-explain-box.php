<?php
/**
 * Mautic showed something else?
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The box into which somebody pastes what Mautic showed instead of sending them back, and gets cause and
 * remedy. The core in the browser explains it; without JavaScript the form is posted, and the core on the server
 * does. What was pasted is never kept.
 */
final class Explain_Box {

	/**
	 * What the core may find in a text. Of what is not here, the script leaves the words to the server.
	 */
	private const CODES = array(
		'explain.address_only',
		'explain.empty',
		'explain.unknown',
		'explain.error_500',
		'explain.forbidden',
		'explain.client_not_found',
		'explain.login',
		'explain.wrong_password',
		'explain.dashboard',
		'explain.redirect_uri_differs',
		'explain.client_differs',
		'explain.server_differs',
		'explain.returned',
		'explain.returned_elsewhere',
		'explain.consent',
		'explain.not_found',
		'explain.blocked',
		'explain.server_error',
		'explain.certificate',
		'explain.unreachable',
		'explain.secret',
		'authorize.access_denied',
		'authorize.error',
		'authorize.unsupported_response_type',
		'token.redirect_uri_mismatch',
		'token.api_disabled',
		'token.basic_disabled',
		'token.invalid_client',
		'token.invalid_grant',
		'token.code_invalid',
		'token.unauthorized_client',
		'token.invalid_request',
		'token.invalid_scope',
		'token.not_found',
		'token.redirect_loop',
		'api.unauthorized',
		'api.forbidden',
		'api.rate_limited',
		'api.v2_refused',
	);

	/**
	 * Prints it: open while somebody is waited for, or after an answer.
	 *
	 * @param array<string, mixed>      $settings  The core's view of the settings.
	 * @param array<string, mixed>      $status    The core's status.
	 * @param array<string, mixed>|null $explained What the server found, if the form was posted.
	 */
	public static function render( array $settings, array $status, ?array $explained ): void {
		self::tell( $settings, $status );
		printf(
			'<section class="cfm-card cfm-explain" id="cfm-explain"><details%s><summary><h2>%s</h2></summary><form method="post" action="%s">',
			null !== $explained || 'pending' === $status['status'] ? ' open' : '',
			esc_html__( 'Mautic showed something else?', 'connector-for-mautic' ),
			esc_url( admin_url( 'admin-post.php' ) )
		);
		Buttons::render_hidden( 'explain' );
		printf(
			'<p>%s</p><label for="cfm-explain-text">%s</label><textarea id="cfm-explain-text" name="text" rows="4" class="large-text code" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="cfm-explain-help"></textarea>',
			esc_html__( 'Mautic does not send you back here if somebody presses Deny, if the redirect URI is wrong, or if your role has no access to the API. Whatever you see instead, this page can explain it.', 'connector-for-mautic' ),
			esc_html__( 'What Mautic showed', 'connector-for-mautic' )
		);
		printf(
			'<p class="description" id="cfm-explain-help">%s</p><p><button type="submit" class="button">%s</button></p></form>',
			esc_html__( 'A message, the address in the browser, or the text of the whole page. It is not kept, and goes to nobody but this site.', 'connector-for-mautic' ),
			esc_html__( 'Explain', 'connector-for-mautic' )
		);
		printf( '<div id="cfm-explained" role="status" tabindex="-1"%s>', null === $explained ? '' : ' autofocus' );
		if ( null !== $explained ) {
			echo '<div class="cfm-problem-box">';
			Settings_Page::render_words( $explained, $status );
			echo '</div>';
		}
		echo '</div></details></section>';
	}

	/**
	 * What the core has to know to explain a text, apart from the text.
	 *
	 * @return array<string, string>
	 */
	public static function event(): array {
		return array(
			'type'         => 'explain',
			'redirect_uri' => Authorize_Return::redirect_uri(),
		);
	}

	/**
	 * Gives the script the sentences, each with `%s` for what stood in the text.
	 *
	 * @param array<string, mixed> $settings The core's view of the settings.
	 * @param array<string, mixed> $status   The core's status.
	 */
	private static function tell( array $settings, array $status ): void {
		$words = array();
		foreach ( self::CODES as $code ) {
			$error          = array(
				'code'   => $code,
				'detail' => '%s',
			);
			$words[ $code ] = Messages::of( $error, $status ) + array( 'said' => Messages::said( $error ) );
		}
		Script_Modules::tell(
			'explain',
			array(
				'event' => self::event() + array(
					'stored_base_url'  => $settings['base_url'],
					'stored_client_id' => $settings['client_id'],
				),
				'words' => $words,
			)
		);
	}
}
