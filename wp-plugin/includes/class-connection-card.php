<?php
/**
 * The connection, at a glance.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Prints where the connection stands, what is wrong, and the buttons that mend it.
 */
final class Connection_Card {

	/**
	 * Whose words are used.
	 *
	 * @var Method
	 */
	private Method $method;

	/**
	 * Takes the status and the buttons.
	 *
	 * @param array<string, mixed>      $status  The core's status.
	 * @param array<string, bool>       $actions Buttons by name, and whether each is enabled.
	 * @param array<string, mixed>|null $problem What is wrong: the core's `last_error`, with `since`.
	 */
	public function __construct( private array $status, private array $actions, private ?array $problem = null ) {
		$this->method = Method::of( $status );
	}

	/**
	 * Prints the card.
	 */
	public function render(): void {
		printf(
			'<section class="cfm-card cfm-connection" aria-labelledby="cfm-connection"><h2 id="cfm-connection">%s</h2><dl class="cfm-facts">',
			esc_html__( 'Connection', 'connector-for-mautic' )
		);
		$this->render_fact( __( 'Connection status', 'connector-for-mautic' ), Messages::status( $this->status ), '', 'cfm-status cfm-status-' . $this->status['status'] );
		$this->render_fact( __( 'Account e-mail', 'connector-for-mautic' ), ...$this->account() );
		$this->render_fact( __( 'Token renewal', 'connector-for-mautic' ), ...$this->renewal() );
		$this->render_fact( __( 'Reconnect by', 'connector-for-mautic' ), ...$this->reconnect_by() );
		$this->render_fact( __( 'Mautic server', 'connector-for-mautic' ), $this->status['base_url'] ?? '', $this->version() );
		echo '</dl>';
		if ( null === $this->problem && isset( $this->status['background_renew_at'] ) && Site_Messages::cron_is_off() ) {
			printf( '<p class="cfm-note">%s</p>', esc_html( Site_Messages::how_to_run_cron() ) );
		}
		$this->render_problem();
		$this->render_actions();
		echo '</section>';
	}

	/**
	 * One fact.
	 *
	 * @param string $term  Its name.
	 * @param string $value Its value, or an empty string.
	 * @param string $note  A second line.
	 * @param string $style Class of the value.
	 */
	private function render_fact( string $term, string $value, string $note = '', string $style = '' ): void {
		printf( '<div><dt>%s</dt><dd class="%s">', esc_html( $term ), esc_attr( $style ) );
		if ( '' === $value ) {
			printf( '<span aria-hidden="true">–</span><span class="screen-reader-text">%s</span>', esc_html__( 'none yet', 'connector-for-mautic' ) );
		} else {
			printf( '<span class="cfm-value">%s</span>', esc_html( $value ) );
		}
		if ( '' !== $note ) {
			printf( ' <span class="cfm-note">%s</span>', esc_html( $note ) );
		}
		echo '</dd></div>';
	}

	/**
	 * Who this site is in Mautic: e-mail address, and name and role. Mautic may have given no address, and
	 * a privacy request may have had it forgotten.
	 *
	 * @return array{0: string, 1: string}
	 */
	private function account(): array {
		$who   = implode( ', ', array_filter( array( $this->status['account_name'] ?? '', $this->status['account_role'] ?? '' ) ) );
		$email = $this->status['account_email'] ?? '';
		return array( '' === $email && '' !== $who ? __( 'none', 'connector-for-mautic' ) : $email, $who );
	}

	/**
	 * When the token is renewed.
	 *
	 * @return array{0: string, 1: string}
	 */
	private function renewal(): array {
		$at   = $this->status['renew_at'] ?? null;
		$none = $this->method->without_token();
		if ( '' !== $none ) {
			return array( __( 'not needed', 'connector-for-mautic' ), $none );
		}
		if ( null === $at ) {
			return array( '', '' );
		}
		if ( 'needs_authorization' === $this->status['status'] ) {
			return array( __( 'Stopped until you authorize again', 'connector-for-mautic' ), '' );
		}
		if ( isset( $this->actions['site_moved'] ) ) {
			return array( __( 'Paused until you say whether this site has moved', 'connector-for-mautic' ), '' );
		}
		$latest = $this->status['background_renew_at'] ?? 0;
		if ( $at <= time() ) {
			return array(
				__( 'With the next request', 'connector-for-mautic' ),
				/* translators: %s: date and time */
				$latest > time() ? sprintf( __( 'at the latest on %s', 'connector-for-mautic' ), Moment::exact( $latest ) ) : '',
			);
		}
		return array(
			Moment::exact( $at ),
			$latest > $at
				/* translators: 1: such as "in 5 minutes", 2: date and time */
				? sprintf( __( '%1$s with the first request; at the latest on %2$s', 'connector-for-mautic' ), Moment::distance( $at ), Moment::exact( $latest ) )
				: Moment::distance( $at ),
		);
	}

	/**
	 * Until when the site must have reached Mautic.
	 *
	 * @return array{0: string, 1: string}
	 */
	private function reconnect_by(): array {
		$at   = $this->status['reconnect_by'] ?? null;
		$none = $this->method->without_end();
		if ( '' !== $none ) {
			return array( __( 'not needed', 'connector-for-mautic' ), $none );
		}
		if ( null === $at ) {
			return array( '', '' );
		}
		if ( 'needs_authorization' === $this->status['status'] ) {
			return array( __( 'Now', 'connector-for-mautic' ), '' );
		}
		return array(
			Moment::exact( $at ),
			/* translators: %s: such as "in 14 days" */
			sprintf( __( '%s; each renewal moves it on', 'connector-for-mautic' ), Moment::distance( $at ) ),
		);
	}

	/**
	 * The server's version.
	 */
	private function version(): string {
		$version = $this->status['mautic_version'] ?? '';
		/* translators: %s: version of Mautic */
		return '' === $version ? '' : sprintf( __( 'Mautic %s', 'connector-for-mautic' ), $version );
	}

	/**
	 * What is wrong, since when, and what to do.
	 */
	private function render_problem(): void {
		$asked = isset( $this->actions['site_moved'] );
		if ( null !== $this->problem || $asked ) {
			echo '<div class="cfm-problem-box">';
			if ( null !== $this->problem ) {
				Settings_Page::render_words( $this->problem, $this->status );
				printf( '<p class="cfm-note">%s</p>', esc_html( self::when( $this->problem ) ) );
			}
			if ( $asked ) {
				Site_Question::render();
			}
			echo '</div>';
		} elseif ( 'pending' === $this->status['status'] ) {
			printf(
				'<div class="cfm-problem-box cfm-waiting"><p>%s</p></div>',
				esc_html__( 'You were sent to Mautic and have not come back yet. If Mautic showed an error, or somebody pressed Deny there, nothing comes back: press Authorize again.', 'connector-for-mautic' )
			);
		}
	}

	/**
	 * Since when something is wrong, and when it was last seen to be.
	 *
	 * @param array<string, mixed> $problem See the constructor.
	 */
	private static function when( array $problem ): string {
		$at    = array( Moment::exact( $problem['at'] ), Moment::distance( $problem['at'] ) );
		$since = $problem['since'];
		if ( null === $since ) {
			/* translators: 1: date and time, 2: such as "5 minutes ago" */
			return sprintf( __( 'Seen %1$s, %2$s.', 'connector-for-mautic' ), ...$at );
		}
		return $problem['at'] - $since < MINUTE_IN_SECONDS
			? Moment::since( $since )
			/* translators: 1: date and time, 2: such as "5 minutes ago" */
			: Moment::since( $since ) . ' ' . sprintf( __( 'Last seen %1$s, %2$s.', 'connector-for-mautic' ), ...$at );
	}

	/**
	 * The buttons.
	 */
	private function render_actions(): void {
		$labels    = Settings_Page::labels();
		$connected = in_array( $this->status['status'], array( 'connected', 'attention' ), true );
		echo '<div class="cfm-actions">';
		foreach ( array_intersect_key( $labels, $this->actions ) as $name => $label ) {
			$primary = $this->method->next() === $name && ! $connected && $this->actions[ $name ];
			Settings_Page::render_button( $name, $label, $this->actions[ $name ], $primary ? 'button button-primary' : 'button' );
		}
		if ( isset( $this->actions['disconnect'] ) ) {
			Settings_Page::render_asking_button( 'disconnect', __( 'Disconnect', 'connector-for-mautic' ), $this->actions['disconnect'], 'button cfm-danger' );
		}
		echo '</div>';
	}
}
