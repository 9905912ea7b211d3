<?php
/**
 * The log on the page.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The newest entries as a table, and the button that downloads all of them.
 */
final class Log_Section {

	/**
	 * Rows of the table: enough for some days, and still a page.
	 */
	private const ROWS = 50;

	/**
	 * Prints the section.
	 */
	public static function render(): void {
		printf(
			'<section class="cfm-card" aria-labelledby="cfm-log"><h2 id="cfm-log">%s</h2>',
			esc_html__( 'Log', 'connector-for-mautic' )
		);
		try {
			$entries = Log::entries();
			if ( $entries ) {
				self::render_table( $entries );
			} else {
				printf( '<p>%s</p>', esc_html__( 'Nothing has happened yet. What is saved, renewed, lost and mended will stand here.', 'connector-for-mautic' ) );
			}
		} catch ( Database_Exception ) {
			printf( '<p>%s</p>', esc_html__( 'The database does not give the log now.', 'connector-for-mautic' ) );
		}
		printf( '<p class="cfm-note">%s</p><div class="cfm-actions">', esc_html__( 'For a support request download all of it, with the versions in use and the connection’s status. It holds no secret and nobody’s name or e-mail address.', 'connector-for-mautic' ) );
		Buttons::render( Log_Download::FORM, __( 'Download log', 'connector-for-mautic' ), true );
		echo '</div></section>';
	}

	/**
	 * The newest entries.
	 *
	 * @param array<int, array<string, int|string>> $entries Newest first.
	 */
	private static function render_table( array $entries ): void {
		$shown = array_slice( $entries, 0, self::ROWS );
		$count = count( $entries );
		$about = count( $shown ) < $count
			/* translators: 1: number of entries shown, 2: number of entries that there are */
			? sprintf( __( 'The newest %1$d of %2$d entries, newest first', 'connector-for-mautic' ), count( $shown ), $count )
			: __( 'What has happened, newest first', 'connector-for-mautic' );
		// A region that can be reached by keyboard, since it scrolls.
		printf(
			'<div class="cfm-log" role="region" aria-labelledby="cfm-log-about" tabindex="0"><table class="widefat striped"><caption id="cfm-log-about">%s</caption><thead><tr><th scope="col">%s</th><th scope="col">%s</th><th scope="col">%s</th></tr></thead><tbody>',
			esc_html( $about ),
			esc_html__( 'Time', 'connector-for-mautic' ),
			esc_html__( 'What happened', 'connector-for-mautic' ),
			esc_html__( 'Code', 'connector-for-mautic' )
		);
		foreach ( $shown as $entry ) {
			printf(
				'<tr><td><time datetime="%s" title="%s">%s</time></td><td>%s</td><td>%s</td></tr>',
				esc_attr( gmdate( 'c', $entry['at'] ) ),
				esc_attr( (string) wp_date( 'c', $entry['at'] ) ),
				esc_html( Moment::exact( $entry['at'] ) ),
				esc_html( Log_Messages::text( $entry ) ),
				self::code( $entry['code'] ) . ( isset( $entry['error'] ) ? ' ' . self::code( $entry['error'] ) : '' ) // phpcs:ignore WordPress.Security.EscapeOutput -- Escaped within.
			);
		}
		echo '</tbody></table></div>';
	}

	/**
	 * A code as HTML, which breaks between its words where there is no room.
	 *
	 * @param string $code The code.
	 */
	private static function code( string $code ): string {
		return '<code>' . (string) preg_replace( '/[._]/', '$0<wbr>', esc_html( $code ) ) . '</code>';
	}
}
