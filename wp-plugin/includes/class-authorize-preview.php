<?php
/**
 * What Mautic will be asked.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Shows, before somebody leaves for Mautic, the address that Authorize opens, and what each parameter of it is.
 * The core says which there are; here each only has its sentence. The script keeps it up with what is typed.
 */
final class Authorize_Preview {

	/**
	 * Prints it, folded; hidden while there is nothing to show.
	 *
	 * @param array<string, mixed>|null $authorize The core's `authorize`: `endpoint`, and `parameters` with `name` and `value`.
	 */
	public static function render( ?array $authorize ): void {
		Script_Modules::tell(
			'preview',
			array(
				'drawn' => self::drawn(),
				'about' => self::about(),
			)
		);
		printf(
			'<details class="cfm-preview"%s><summary>%s</summary><p>%s</p>',
			null === $authorize ? ' hidden' : '',
			esc_html__( 'What Mautic will be asked', 'connector-for-mautic' ),
			esc_html__( 'Authorize opens an address of Mautic in this window. No secret and no password is in it:', 'connector-for-mautic' )
		);
		printf( '<p><code class="cfm-endpoint">%s</code></p><ul class="cfm-parameters">', esc_html( $authorize['endpoint'] ?? '' ) );
		foreach ( $authorize['parameters'] ?? array() as $parameter ) {
			printf(
				'<li><code>%s</code> <span class="cfm-value">%s</span><p>%s</p></li>',
				esc_html( $parameter['name'] ),
				esc_html( '' === $parameter['value'] ? self::drawn() : $parameter['value'] ),
				esc_html( self::about()[ $parameter['name'] ] ?? '' )
			);
		}
		printf(
			'</ul><p>%s</p></details>',
			esc_html__( 'Nothing is asked about permissions: Mautic gives this site the rights of the user who presses Accept.', 'connector-for-mautic' )
		);
	}

	/**
	 * In place of a value that is not there yet.
	 */
	private static function drawn(): string {
		return __( '(a random value, drawn when you press Authorize)', 'connector-for-mautic' );
	}

	/**
	 * What each parameter is.
	 *
	 * @return array<string, string> By name.
	 */
	private static function about(): array {
		return array(
			'client_id'     => __( 'Whose request it is: by this Mautic finds the API credentials that you have created.', 'connector-for-mautic' ),
			'grant_type'    => __( 'The kind of authorization, as Mautic’s own examples have it.', 'connector-for-mautic' ),
			'redirect_uri'  => __( 'Where Mautic sends your browser back to. It must be the redirect URI that is entered in Mautic.', 'connector-for-mautic' ),
			'response_type' => __( 'What comes back: a code that is good for 30 seconds and once. The site’s server exchanges it for the tokens, which never pass through the browser.', 'connector-for-mautic' ),
			'state'         => __( 'Makes sure that the return belongs to this very attempt of yours. It is good for 15 minutes and once.', 'connector-for-mautic' ),
		);
	}
}
