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
	 * The core's status.
	 *
	 * @var array<string, mixed>
	 */
	private array $status;

	/**
	 * Buttons by name, and whether each is enabled.
	 *
	 * @var array<string, bool>
	 */
	private array $actions;

	/**
	 * Takes what there is to show.
	 *
	 * @param array<string, mixed>      $view    The core's answer to `view`.
	 * @param array<string, mixed>|null $problem What is wrong: the core's `last_error`, with `since`.
	 * @param array<int, array>         $steps   What the doctor has just found.
	 */
	public function __construct( private array $view, private ?array $problem = null, private array $steps = array() ) {
		$this->status  = $view['status'];
		$this->actions = array_column( $view['actions'] ?? array(), 'enabled', 'name' );
		$this->method  = Method::of( $this->status );
	}

	/**
	 * Prints the card.
	 */
	public function render(): void {
		printf(
			'<section id="cfm-card" data-cfm-fresh class="cfm-card cfm-connection" aria-labelledby="cfm-connection"><h2 id="cfm-connection">%s</h2><dl class="cfm-facts">',
			esc_html__( 'Connection', 'connector-for-mautic' )
		);
		$this->render_fact(
			__( 'Connection status', 'connector-for-mautic' ),
			self::value( self::sign( $this->status['status'] ) . esc_html( Messages::status( $this->status ) ) ),
			'cfm-status cfm-status-' . $this->status['status']
		);
		$this->render_fact( __( 'Account e-mail', 'connector-for-mautic' ), $this->account() );
		$this->render_fact( __( 'Token renewal', 'connector-for-mautic' ), $this->renewal() );
		$this->render_fact( __( 'Reconnect by', 'connector-for-mautic' ), $this->reconnect_by() );
		$this->render_fact( __( 'Mautic server', 'connector-for-mautic' ), self::value( esc_html( $this->status['base_url'] ?? '' ), esc_html( $this->version() ) ) );
		$this->render_fact( __( 'Last good answer', 'connector-for-mautic' ), $this->last_success() );
		// What the script says when a time has come; else nobody who cannot see it would know.
		echo '</dl><p id="cfm-clock-said" class="screen-reader-text" aria-live="polite"></p>';
		if ( null === $this->problem && isset( $this->status['background_renew_at'] ) && Site_Messages::cron_is_off() ) {
			printf( '<p class="cfm-note">%s</p>', esc_html( Site_Messages::how_to_run_cron() ) );
		}
		$this->render_problem();
		if ( 'not_configured' === $this->status['status'] ) {
			printf( '<p>%s</p>', esc_html__( 'Follow the guide on this page: it leads from here to a working connection.', 'connector-for-mautic' ) );
		} elseif ( ! isset( $this->view['error'] ) ) {
			// Of a connection that cannot be read nobody knows how it fares.
			$this->render_timeline();
		}
		$this->render_actions();
		if ( 'needs_authorization' === $this->status['status'] ) {
			// Whoever has yet to connect sees it in the guide, which is folded now.
			Authorize_Preview::render( $this->view['authorize'] ?? null );
		}
		Doctor_Panel::render( $this->steps, $this->status );
		echo '</section>';
		Script_Modules::tell( 'clock', Moment::for_script() );
	}

	/**
	 * One fact.
	 *
	 * @param string $term  Its name.
	 * @param string $html  What value() or turning() made.
	 * @param string $style Class of the value.
	 */
	private function render_fact( string $term, string $html, string $style = '' ): void {
		// A newcomer need not see what there is nothing to know of yet.
		$is_hidden = 'not_configured' === $this->status['status'] && self::value( '' ) === $html;
		printf( '<div%s><dt>%s</dt><dd class="%s">%s</dd></div>', $is_hidden ? ' hidden' : '', esc_html( $term ), esc_attr( $style ), $html ); // phpcs:ignore WordPress.Security.EscapeOutput -- Escaped within.
	}

	/**
	 * A fact's value as HTML.
	 *
	 * @param string $value HTML of it, or an empty string.
	 * @param string $note  HTML of a second line.
	 */
	private static function value( string $value, string $note = '' ): string {
		return ( '' === $value
			? sprintf( '<span aria-hidden="true">–</span><span class="screen-reader-text">%s</span>', esc_html__( 'none yet', 'connector-for-mautic' ) )
			: '<span class="cfm-value">' . $value . '</span>'
		) . ( '' === $note ? '' : ' <span class="cfm-note">' . $note . '</span>' );
	}

	/**
	 * A value that is another one from some time on. The page's script puts the one in the other's place.
	 *
	 * @param int    $at     Unix seconds.
	 * @param string $before As value() made it.
	 * @param string $after  Likewise.
	 */
	private static function turning( int $at, string $before, string $after ): string {
		return time() < $at
			? sprintf( '<div data-until="%1$d">%2$s</div><div data-from="%1$d" hidden>%3$s</div>', $at, $before, $after )
			: $after;
	}

	/**
	 * A status as a sign, each of a shape of its own: a tick, a warning, a cross, a clock, an arrow, an empty ring.
	 *
	 * @param string $status The status.
	 */
	private static function sign( string $status ): string {
		$shapes = array(
			'connected'           => '<circle cx="10" cy="10" r="9"/><path d="m5.5 10.5 3 3 6-7"/>',
			'attention'           => '<path class="cfm-ground" d="M10 1.5 19.2 18H.8z"/><path d="M10 7.5v5m0 2.2v.6"/>',
			'needs_authorization' => '<rect x="1" y="1" width="18" height="18" rx="4"/><path d="m6 6 8 8m0-8-8 8"/>',
			'pending'             => '<circle cx="10" cy="10" r="9"/><path d="M10 5v5.5l3.5 2"/>',
			'ready'               => '<circle cx="10" cy="10" r="9"/><path d="m8 5.5 5 4.5-5 4.5"/>',
		);
		return '<svg class="cfm-sign" viewBox="0 0 20 20" aria-hidden="true" focusable="false">' . ( $shapes[ $status ] ?? '<circle class="cfm-hollow" cx="10" cy="10" r="8"/>' ) . '</svg>';
	}

	/**
	 * Who this site is in Mautic: e-mail address, and name and role. Mautic may have given no address, and
	 * a privacy request may have had it forgotten.
	 */
	private function account(): string {
		$name = $this->status['account_name'] ?? '';
		$role = $this->status['account_role'] ?? '';
		/* translators: %s: name of a role in Mautic */
		$who   = implode( ', ', array_filter( array( $name, '' === $role ? '' : sprintf( __( 'role %s', 'connector-for-mautic' ), $role ) ) ) );
		$email = $this->status['account_email'] ?? '';
		return self::value( esc_html( '' === $email && '' !== $who ? __( 'none', 'connector-for-mautic' ) : $email ), esc_html( $who ) );
	}

	/**
	 * When the token is renewed.
	 */
	private function renewal(): string {
		$at   = $this->status['renew_at'] ?? null;
		$none = $this->method->without_token();
		if ( '' !== $none ) {
			return self::value( esc_html__( 'not needed', 'connector-for-mautic' ), esc_html( $none ) );
		}
		if ( null === $at ) {
			return self::value( '' );
		}
		if ( 'needs_authorization' === $this->status['status'] ) {
			return self::value( esc_html__( 'Stopped until you authorize again', 'connector-for-mautic' ) );
		}
		if ( isset( $this->actions['site_moved'] ) ) {
			return self::value( esc_html__( 'Paused until you say whether this site has moved', 'connector-for-mautic' ) );
		}
		$latest = $this->status['background_renew_at'] ?? 0;
		return self::turning(
			$at,
			self::value(
				Moment::exact_html( $at ),
				$latest > $at
					/* translators: 1: such as "in 5 minutes", 2: such as "in 12 hours", 3: date and time */
					? sprintf( esc_html__( '%1$s with the first request; at the latest %2$s, on %3$s', 'connector-for-mautic' ), Moment::ticking_html( $at ), Moment::ticking_html( $latest ), Moment::exact_html( $latest ) )
					: Moment::ticking_html( $at )
			),
			self::value(
				esc_html__( 'With the next request', 'connector-for-mautic' ),
				$latest > time()
					/* translators: 1: such as "in 12 hours", 2: date and time */
					? sprintf( esc_html__( 'at the latest %1$s, on %2$s', 'connector-for-mautic' ), Moment::ticking_html( $latest ), Moment::exact_html( $latest ) )
					: ''
			)
		);
	}

	/**
	 * Until when the site must have reached Mautic.
	 */
	private function reconnect_by(): string {
		$at   = $this->status['reconnect_by'] ?? null;
		$none = $this->method->without_end();
		if ( '' !== $none ) {
			return self::value( esc_html__( 'not needed', 'connector-for-mautic' ), esc_html( $none ) );
		}
		if ( null === $at ) {
			return self::value( '' );
		}
		if ( 'needs_authorization' === $this->status['status'] ) {
			return self::value( esc_html__( 'Now', 'connector-for-mautic' ) );
		}
		return self::turning(
			$at,
			self::value(
				Moment::exact_html( $at ),
				/* translators: %s: such as "in 14 days" */
				sprintf( esc_html__( '%s; each renewal moves it on', 'connector-for-mautic' ), Moment::ticking_html( $at ) )
			),
			self::value(
				Moment::exact_html( $at ),
				/* translators: %s: such as "5 minutes ago" */
				sprintf( esc_html__( '%s: Mautic may refuse the next renewal. If it does, press Authorize.', 'connector-for-mautic' ), Moment::ticking_html( $at ) )
			)
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
	 * When Mautic was last known to serve this site.
	 */
	private function last_success(): string {
		$at = $this->status['last_success_at'] ?? null;
		return null === $at
			? self::value( '' )
			/* translators: %s: such as "5 minutes ago" */
			: self::value( Moment::exact_html( $at ), sprintf( esc_html__( '%s; noted at most once an hour', 'connector-for-mautic' ), Moment::ticking_html( $at ) ) );
	}

	/**
	 * The last 30 days.
	 */
	private function render_timeline(): void {
		$now = time();
		try {
			$events = History::since( History_Days::start( $now ), $now );
		} catch ( Database_Exception ) {
			printf( '<p class="cfm-note">%s</p>', esc_html__( 'The database does not give the history of the last 30 days now.', 'connector-for-mautic' ) );
			return;
		}
		$has_grant = in_array( $this->status['status'], array( 'connected', 'attention', 'needs_authorization' ), true );
		( new Timeline( new History_Days( $events, $now, $has_grant ), $this->method, $now ) )->render();
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
				'<div class="cfm-problem-box cfm-waiting"><p>%s</p><p><a href="#cfm-explain">%s</a></p></div>',
				esc_html__( 'You were sent to Mautic and have not come back yet. If Mautic showed an error, or somebody pressed Deny there, nothing comes back: paste what it showed under “Mautic showed something else?”, or press Authorize again.', 'connector-for-mautic' ),
				esc_html__( 'Mautic showed something else?', 'connector-for-mautic' )
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
		$labels    = Buttons::labels();
		$connected = in_array( $this->status['status'], array( 'connected', 'attention' ), true );
		// With settings that were just found not to work, it is these that are to be mended first.
		$inviting  = ! $connected && ! in_array( 'failed', array_column( $this->steps, 'state' ), true );
		// Buttons none of which can be pressed are no help.
		printf( '<div class="cfm-actions"%s>', array_filter( array_diff_key( $this->actions, array( 'reset' => true ) ) ) ? '' : ' hidden' );
		foreach ( array_intersect_key( $labels, $this->actions ) as $name => $label ) {
			$primary = $this->method->next() === $name && $inviting && $this->actions[ $name ];
			Buttons::render( $name, $label, $this->actions[ $name ], $primary ? 'button button-primary' : 'button' );
		}
		if ( isset( $this->actions['disconnect'] ) ) {
			Buttons::render_asking( 'disconnect', __( 'Disconnect', 'connector-for-mautic' ), $this->actions['disconnect'], 'button cfm-danger' );
		}
		echo '</div>';
	}
}
