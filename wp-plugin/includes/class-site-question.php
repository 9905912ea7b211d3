<?php
/**
 * The question that a changed address asks.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints the two answers, each with what it does: on the page and in the notice. One of them forgets
 * something, and so leads to a question first.
 */
final class Site_Question {

	/**
	 * Prints both.
	 */
	public static function render(): void {
		printf( '<form method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		Buttons::render_hidden( 'site_moved' );
		self::render_button(
			'moved',
			__( 'This site has moved', 'connector-for-mautic' ),
			__( 'Only if the former address is no longer in use: the connection goes on here, and would end there.', 'connector-for-mautic' )
		);
		printf( '<form method="get" action="%s">', esc_url( admin_url( 'admin.php' ) ) );
		Buttons::render_hidden_question( 'site_copied' );
		self::render_button(
			'copied',
			__( 'This is a copy', 'connector-for-mautic' ),
			__( 'The original stays connected; this copy forgets the connection and keeps the settings.', 'connector-for-mautic' )
		);
	}

	/**
	 * A button with what it does beside it, and the end of its form.
	 *
	 * @param string $name    For the ids.
	 * @param string $label   The button's.
	 * @param string $meaning What it does.
	 */
	private static function render_button( string $name, string $label, string $meaning ): void {
		printf(
			'<p><button type="submit" class="button" aria-describedby="%1$s">%2$s</button> &nbsp; <span id="%1$s">%3$s</span></p></form>',
			esc_attr( 'connector-for-mautic-' . $name ),
			esc_html( $label ),
			esc_html( $meaning )
		);
	}
}
