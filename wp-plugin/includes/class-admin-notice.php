<?php
/**
 * The notice on the pages of the administration.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Says that the connection needs somebody: what broke, since when, and the button that mends it.
 *
 * It cannot be dismissed. Only who may mend it sees it, and it goes away by itself once that is done;
 * hidden for good, it would let the connection lapse.
 */
final class Admin_Notice {

	/**
	 * Prints the notice, if there is one. What was kept only says that it is worth asking the core.
	 */
	public static function render(): void {
		if ( ! Alert::may_be_due() || ! current_user_can( Settings_Page::capability() ) || self::is_elsewhere() ) {
			return;
		}
		$answer = Runner::of_site()->run( array( 'type' => 'view' ) )->answer;
		$alert  = Alert::due();
		if ( ! isset( $answer['status'] ) || null === $alert ) {
			return;
		}
		$error = $answer['status']['last_error'] ?? $alert;
		$words = Messages::of( $error['code'] === $alert['code'] ? $error : $alert, $answer['status'] );
		printf(
			'<div class="notice notice-%s" role="region" aria-labelledby="connector-for-mautic-notice"><p id="connector-for-mautic-notice"><strong>%s</strong> %s</p><p>%s</p>',
			'needs_authorization' === $answer['status']['status'] ? 'error' : 'warning',
			esc_html__( 'Connector for Mautic:', 'connector-for-mautic' ),
			esc_html( $words['message'] ),
			esc_html( Moment::since( $alert['since'] ) . ' ' . $words['fix'] )
		);
		self::render_remedy( $alert['button'] );
		echo '</div>';
	}

	/**
	 * Whether this page says it itself, or shows no notices.
	 */
	private static function is_elsewhere(): bool {
		$screen = get_current_screen();
		return null !== $screen && ( Settings_Page::SCREEN === $screen->id || $screen->is_block_editor() );
	}

	/**
	 * The button that mends it, and the way to the page.
	 *
	 * @param string $button Its name.
	 */
	private static function render_remedy( string $button ): void {
		$label = Buttons::labels()[ $button ] ?? null;
		if ( null !== $label ) {
			printf( '<form method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
			Buttons::render_hidden( $button );
			printf( '<p><button type="submit" class="button button-primary">%s</button> &nbsp; ', esc_html( $label ) );
			self::render_link( '' );
			echo '</p></form>';
			return;
		}
		if ( 'site' === $button ) {
			Site_Question::render();
		}
		echo '<p>';
		self::render_link( 'site' === $button ? '' : 'button button-primary' );
		echo '</p>';
	}

	/**
	 * The way to the page.
	 *
	 * @param string $style Class of the link.
	 */
	private static function render_link( string $style ): void {
		printf( '<a href="%s" class="%s">%s</a>', esc_url( Settings_Page::url() ), esc_attr( $style ), esc_html__( 'Open the page “Mautic”', 'connector-for-mautic' ) );
	}
}
