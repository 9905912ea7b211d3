<?php
/**
 * The question that a changed address asks.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints the two answers, each with what it does: on the page and in the notice.
 */
final class Site_Question {

	/**
	 * Prints both.
	 */
	public static function render(): void {
		self::render_answer(
			'site_moved',
			__( 'This site has moved', 'connector-for-mautic' ),
			__( 'The former address is no longer in use; the connection goes on here.', 'connector-for-mautic' )
		);
		self::render_answer(
			'site_copied',
			__( 'This is a copy', 'connector-for-mautic' ),
			__( 'The original stays connected; this copy forgets the connection and keeps the settings.', 'connector-for-mautic' )
		);
	}

	/**
	 * One answer.
	 *
	 * @param string $name    The form's name.
	 * @param string $label   The button's.
	 * @param string $meaning What it does.
	 */
	private static function render_answer( string $name, string $label, string $meaning ): void {
		printf( '<form method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		Settings_Page::render_hidden( $name );
		printf(
			'<p><button type="submit" class="button" aria-describedby="%1$s">%2$s</button> &nbsp; <span id="%1$s">%3$s</span></p></form>',
			esc_attr( 'connector-for-mautic-' . $name ),
			esc_html( $label ),
			esc_html( $meaning )
		);
	}
}
