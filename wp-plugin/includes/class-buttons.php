<?php
/**
 * Buttons of the page.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Each button is a form of its own, with a nonce of its own, so that the page is whole without JavaScript.
 */
final class Buttons {

	/**
	 * What the buttons say that mend a connection.
	 *
	 * @return array<string, string> By form.
	 */
	public static function labels(): array {
		return array(
			'authorize' => __( 'Authorize', 'connector-for-mautic' ),
			'refresh'   => __( 'Refresh token', 'connector-for-mautic' ),
			'test'      => __( 'Test connection', 'connector-for-mautic' ),
		);
	}

	/**
	 * A form of one button.
	 *
	 * @param string $name    The form's name.
	 * @param string $label   The button's.
	 * @param bool   $enabled Whether it may be pressed.
	 * @param string $style   The button's class.
	 */
	public static function render( string $name, string $label, bool $enabled, string $style = 'button' ): void {
		printf( '<form method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		self::render_hidden( $name );
		printf( '<button type="submit" class="%s"%s>%s</button></form>', esc_attr( $style ), disabled( $enabled, false, false ), esc_html( $label ) );
	}

	/**
	 * A button that leads to a question, without JavaScript.
	 *
	 * @param string $name    What is to be confirmed.
	 * @param string $label   The button's.
	 * @param bool   $enabled Whether it may be pressed.
	 * @param string $style   The button's class.
	 */
	public static function render_asking( string $name, string $label, bool $enabled, string $style = 'button' ): void {
		printf( '<form method="get" action="%s">', esc_url( admin_url( 'admin.php' ) ) );
		self::render_hidden_question( $name );
		printf( '<button type="submit" class="%s"%s>%s</button></form>', esc_attr( $style ), disabled( $enabled, false, false ), esc_html( $label ) );
	}

	/**
	 * What every posted form carries. Not wp_nonce_field(), which would give each the same id.
	 *
	 * @param string $name The form's name.
	 */
	public static function render_hidden( string $name ): void {
		printf(
			'<input type="hidden" name="action" value="%s"><input type="hidden" name="_wpnonce" value="%s">',
			esc_attr( 'connector_for_mautic_' . $name ),
			esc_attr( wp_create_nonce( 'connector_for_mautic_' . $name ) )
		);
	}

	/**
	 * What every form carries that leads to a question.
	 *
	 * @param string $name What is to be confirmed.
	 */
	public static function render_hidden_question( string $name ): void {
		printf( '<input type="hidden" name="page" value="%s"><input type="hidden" name="confirm" value="%s">', esc_attr( Settings_Page::SLUG ), esc_attr( $name ) );
	}
}
