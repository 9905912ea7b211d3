<?php
/**
 * From nothing to a connection.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints the steps of each method, each with what is known of it: done, next or to do. The style hides those of
 * the other methods; the script follows what is typed.
 */
final class Guide {

	/**
	 * Whose steps are followed.
	 *
	 * @var Method
	 */
	private Method $method;

	/**
	 * Where the connection stands.
	 *
	 * @var array<string, mixed>
	 */
	private array $status;

	/**
	 * What is proven, by the names of Guide_Steps.
	 *
	 * @var array<string, bool>
	 */
	private array $proven;

	/**
	 * Takes what is known.
	 *
	 * @param array<string, mixed> $view The core's answer, with `settings`, `status`, `guide` and `authorize`.
	 */
	public function __construct( private array $view ) {
		$this->status = $view['status'];
		$this->method = Method::of( $view['settings'] );
		$this->proven = ( $view['guide'] ?? array() ) + array( 'saved' => 'not_configured' !== $this->status['status'] );
	}

	/**
	 * Whether it stands before the settings: until there has been a connection.
	 */
	public function comes_first(): bool {
		return in_array( $this->status['status'], array( 'not_configured', 'ready', 'pending' ), true );
	}

	/**
	 * Prints it, folded once it has been followed.
	 */
	public function render(): void {
		Script_Modules::tell( 'guide', array( 'marks' => self::marks() ) );
		printf(
			'<section class="cfm-card cfm-guide" id="cfm-guide" data-cfm-fresh><details%s><summary><h2>%s</h2></summary>',
			$this->comes_first() ? ' open' : '',
			esc_html__( 'How to connect', 'connector-for-mautic' )
		);
		foreach ( Method::cases() as $method ) {
			printf( '<div data-methods="%s"><h3 class="cfm-when">%s</h3><ol class="cfm-guide-steps">', esc_attr( $method->value ), esc_html( $method->label() ) );
			$next = true;
			foreach ( Guide_Steps::of( $method ) as $step ) {
				$done = $this->is_done( $step['proof'], $method );
				$this->render_step( $step, $done ? 'done' : ( $next ? 'next' : 'todo' ) );
				$next = $next && $done;
			}
			echo '</ol></div>';
		}
		echo '</details></section>';
	}

	/**
	 * Whether a step is done. What is proven of credentials belongs to the method that is saved.
	 *
	 * @param string $proof  See Guide_Steps.
	 * @param Method $method Whose step it is.
	 */
	private function is_done( string $proof, Method $method ): bool {
		return ( $this->proven[ $proof ] ?? false ) && ( $method === $this->method || in_array( $proof, array( 'mautic', 'api' ), true ) );
	}

	/**
	 * How far a step is, in words.
	 *
	 * @return array<string, string>
	 */
	private static function marks(): array {
		return array(
			'done' => __( 'Done', 'connector-for-mautic' ),
			'next' => __( 'Next', 'connector-for-mautic' ),
			'todo' => __( 'To do', 'connector-for-mautic' ),
		);
	}

	/**
	 * One step, folded when it is done.
	 *
	 * @param array<string, mixed> $step See Guide_Steps.
	 * @param string               $mark How far it is.
	 */
	private function render_step( array $step, string $mark ): void {
		printf(
			'<li data-mark="%s" data-fields="%s"%s><details%s><summary><h3>%s <span class="cfm-guide-mark">%s</span></h3></summary>',
			esc_attr( $mark ),
			esc_attr( implode( ' ', $step['fields'] ?? array() ) ),
			'next' === $mark ? ' aria-current="step"' : '',
			'done' === $mark ? '' : ' open',
			esc_html( $step['title'] ),
			esc_html( self::marks()[ $mark ] )
		);
		foreach ( $step['text'] as $sentences ) {
			printf( '<p>%s</p>', esc_html( $sentences ) );
		}
		foreach ( $step['parts'] ?? array() as $part ) {
			if ( 'values' === $part ) {
				self::render_values();
			} else {
				Authorize_Preview::render( $this->view['authorize'] ?? null );
			}
		}
		$this->render_links( $step['links'] ?? array() );
		echo '</details></li>';
	}

	/**
	 * What is entered in Mautic for new credentials.
	 */
	private static function render_values(): void {
		// What the fields of Mautic's form are called in its own translation.
		$values = array(
			__( 'Authorization Protocol', 'connector-for-mautic' ) => 'OAuth 2',
			__( 'Name', 'connector-for-mautic' ) => wp_specialchars_decode( get_bloginfo( 'name' ), ENT_QUOTES ),
		);
		echo '<ul class="cfm-values">';
		foreach ( $values as $name => $value ) {
			printf( '<li><span>%s</span> <code>%s</code></li>', esc_html( $name ), esc_html( $value ) );
		}
		printf(
			'<li><span>%s</span> <div class="cfm-copy"><code>%s</code> <button type="button" class="button button-small" hidden>%s</button> <span role="status"></span></div></li></ul>',
			esc_html__( 'Redirect URI', 'connector-for-mautic' ),
			esc_html( Authorize_Return::redirect_uri() ),
			esc_html__( 'Copy redirect URI', 'connector-for-mautic' )
		);
	}

	/**
	 * Links to pages of Mautic. The script gives them the base URL that is being typed.
	 *
	 * @param array<string, string> $links Labels by path.
	 */
	private function render_links( array $links ): void {
		$base = $this->status['base_url'] ?? '';
		foreach ( $links as $path => $label ) {
			printf(
				'<p class="cfm-link"%s><a class="button button-small" data-path="%s"%s target="_blank" rel="noopener">%s <span class="dashicons dashicons-external" aria-hidden="true"></span><span class="screen-reader-text">%s</span></a></p>',
				'' === $base ? ' hidden' : '',
				esc_attr( $path ),
				'' === $base ? '' : sprintf( ' href="%s"', esc_url( $base . $path ) ),
				esc_html( $label ),
				/* translators: hidden text of a link */
				esc_html__( '(opens in a new tab)', 'connector-for-mautic' )
			);
		}
	}
}
