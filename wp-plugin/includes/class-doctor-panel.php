<?php
/**
 * The doctor's panel.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Shows the steps of "Test connection": all of them after the form, or one after the other while the script
 * reads them. Both have the same markup, which is made here.
 */
final class Doctor_Panel {

	/**
	 * The marks beside the words.
	 */
	private const SIGNS = array(
		'passed'  => '✓',
		'failed'  => '✕',
		'warned'  => '!',
		'skipped' => '–',
	);

	/**
	 * Whether a step has failed: those after it were not checked.
	 *
	 * @var bool
	 */
	private bool $has_failed = false;

	/**
	 * Code of the last error, which is not told twice in a row.
	 *
	 * @var string
	 */
	private string $told = '';

	/**
	 * Takes what the sentences depend on.
	 *
	 * @param array<string, mixed> $status The core's status.
	 */
	public function __construct( private array $status ) {
	}

	/**
	 * Prints the panel; without steps it is hidden until the script has some.
	 *
	 * @param array<int, array<string, mixed>> $steps  From Result::$steps.
	 * @param array<string, mixed>             $status The core's status.
	 */
	public static function render( array $steps, array $status ): void {
		Script_Modules::tell( 'doctor', self::data() );
		$panel = new self( $status );
		printf(
			'<section id="cfm-doctor" class="cfm-doctor" aria-labelledby="cfm-doctor-title"%s><h3 id="cfm-doctor-title" tabindex="-1">%s</h3><p class="cfm-doctor-said">%s</p><ol class="cfm-checks">',
			$steps ? '' : ' hidden',
			esc_html__( 'Test of the connection', 'connector-for-mautic' ),
			esc_html( $steps ? Doctor_Messages::summary( $steps ) : '' )
		);
		foreach ( $steps as $step ) {
			$panel->render_step( $step );
		}
		echo '</ol></section>';
	}

	/**
	 * What the script says meanwhile.
	 *
	 * @return array<string, string>
	 */
	private static function data(): array {
		return array(
			'begun'    => __( 'The test is running.', 'connector-for-mautic' ),
			/* translators: %s: what is checked, such as "The server answers" */
			'checking' => __( 'Being checked now: %s', 'connector-for-mautic' ),
			/* translators: %s: number of checks */
			'progress' => __( 'Checks that are done: %s.', 'connector-for-mautic' ),
			'over'     => __( 'The test is over.', 'connector-for-mautic' ),
			'broken'   => __( 'The test broke off: the connection to this site’s server was lost, or the server stopped before the end. Nothing was changed by it. Press Test connection again; if it breaks off at the same place, the last check above is a hint for whoever looks after this server.', 'connector-for-mautic' ),
		);
	}

	/**
	 * Prints one step.
	 *
	 * @param array<string, mixed> $step From Result::$steps.
	 */
	public function render_step( array $step ): void {
		$state = isset( self::SIGNS[ $step['state'] ] ) ? $step['state'] : 'skipped';
		printf(
			'<li class="cfm-step cfm-step-%s"><span class="cfm-mark" aria-hidden="true">%s</span><div><p class="cfm-step-head"><span class="cfm-step-title">%s</span> <span class="cfm-step-state">%s</span> <span class="cfm-step-time">%s</span></p>',
			esc_attr( $state ),
			esc_html( self::SIGNS[ $state ] ),
			esc_html( Doctor_Messages::title( $step ) ),
			esc_html( Doctor_Messages::state( $state, $this->has_failed ) ),
			esc_html( isset( $step['milliseconds'] ) ? Doctor_Messages::duration( $step['milliseconds'] ) : '' )
		);
		$error = $step['error'] ?? null;
		if ( null !== $error && $error['code'] !== $this->told ) {
			$this->render_finding( $step, $error );
		}
		$this->told       = $error['code'] ?? '';
		$this->has_failed = $this->has_failed || 'failed' === $state;
		echo '</div></li>';
	}

	/**
	 * Cause, remedy and evidence. What was only skipped has none.
	 *
	 * @param array<string, mixed> $step  The step.
	 * @param array<string, mixed> $error Its error.
	 */
	private function render_finding( array $step, array $error ): void {
		$words = Messages::of( $error, $this->status );
		printf( '<p class="cfm-cause">%s</p><p>%s</p>', esc_html( $words['message'] ), esc_html( $words['fix'] ) );
		if ( 'skipped' === $step['state'] ) {
			return;
		}
		self::render_suggestion( $error );
		$lines = array_filter( array( ...Doctor_Messages::evidence( $step ), Messages::said( $error ) ) );
		if ( $lines ) {
			printf( '<ul class="cfm-evidence" aria-label="%s">', esc_attr__( 'What was seen', 'connector-for-mautic' ) );
			foreach ( $lines as $line ) {
				printf( '<li>%s</li>', esc_html( $line ) );
			}
			echo '</ul>';
		}
	}

	/**
	 * The button that takes a suggested address over, where an error has one.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 */
	public static function render_suggestion( array $error ): void {
		$url = $error['suggestion'] ?? '';
		if ( '' === $url ) {
			return;
		}
		printf( '<p>%s</p>', esc_html( Explain_Messages::suggestion( $error ) ) );
		if ( null !== Overrides::source( 'base_url' ) ) {
			printf( '<p class="cfm-note">%s</p>', esc_html( Overrides::origin( 'base_url' ) ) );
			return;
		}
		printf( '<form class="cfm-suggestion" method="post" action="%s">', esc_url( admin_url( 'admin-post.php' ) ) );
		Buttons::render_hidden( 'save' );
		printf(
			'<input type="hidden" name="base_url" value="%s"><button type="submit" class="button">%s</button>%s</form>',
			esc_attr( $url ),
			esc_html__( 'Use this address', 'connector-for-mautic' ),
			self::asks_for_secret( $url ) ? sprintf( ' <span class="cfm-note">%s</span>', esc_html__( 'It is another server: the page then asks for the client secret or the password again, which goes only to the server that it was entered for.', 'connector-for-mautic' ) ) : ''
		);
	}

	/**
	 * Whether a secret must be entered again for an address, by the core's word.
	 *
	 * @param string $url A base URL.
	 */
	private static function asks_for_secret( string $url ): bool {
		$checked = Runner::of_site()->run(
			array(
				'type'   => 'settings_checked',
				'values' => array( 'base_url' => $url ),
			)
		);
		return array() !== array_intersect( Overrides::SECRETS, array_column( $checked->problems(), 'field' ) );
	}
}
