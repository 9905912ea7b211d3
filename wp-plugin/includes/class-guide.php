<?php
/**
 * From nothing to a connection.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints the steps of each method; the script hides those of the others.
 */
final class Guide {

	/**
	 * Takes where the connection stands.
	 *
	 * @param array<string, mixed> $status The core's status.
	 */
	public function __construct( private array $status ) {
	}

	/**
	 * Whether it stands before the settings: until there is a connection.
	 */
	public function comes_first(): bool {
		return in_array( $this->status['status'], array( 'not_configured', 'ready', 'pending' ), true );
	}

	/**
	 * Prints it, folded once it has been followed.
	 */
	public function render(): void {
		printf(
			'<section class="cfm-card cfm-guide"><details%s><summary><h2>%s</h2></summary>',
			$this->comes_first() ? ' open' : '',
			esc_html__( 'How to connect, step by step', 'connector-for-mautic' )
		);
		foreach ( Method::cases() as $method ) {
			printf( '<div data-methods="%s"><h3 class="cfm-when">%s</h3><ol>', esc_attr( $method->value ), esc_html( $method->label() ) );
			foreach ( $method->steps() as $step ) {
				printf( '<li>%s</li>', esc_html( $step ) );
			}
			echo '</ol></div>';
		}
		echo '</details></section>';
	}
}
