<?php
/**
 * The page "Mautic".
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Menu entry, and what stands on the page: an outcome, the connection, the settings.
 *
 * The page is whole without JavaScript; the script only adds checks while one types and a button
 * that copies.
 */
final class Settings_Page {

	public const SLUG = 'connector-for-mautic';

	/**
	 * The page's id among WordPress' screens.
	 */
	public const SCREEN = 'toplevel_page_' . self::SLUG;

	/**
	 * Style sheets in assets/, in their order: the first has what all parts of the page share.
	 */
	private const STYLES = array( 'settings', 'guide', 'form', 'log', 'timeline', 'doctor' );

	/**
	 * The stored connection as the core shows it.
	 *
	 * @var Result|null
	 */
	private static ?Result $view = null;

	/**
	 * Who may see and change the connection.
	 */
	public static function capability(): string {
		/**
		 * Filters the capability that the page, its forms and the return from Mautic ask for.
		 *
		 * @param string $capability Default `manage_options`.
		 */
		return (string) apply_filters( 'connector_for_mautic_capability', 'manage_options' );
	}

	/**
	 * The page's address.
	 */
	public static function url(): string {
		return admin_url( 'admin.php?page=' . self::SLUG );
	}

	/**
	 * Sends the browser to the page.
	 */
	public static function go(): never {
		// Not wp_safe_redirect(), which only knows the host of the site's home: WordPress itself may
		// be installed on another one.
		wp_redirect( self::url(), 303, 'Connector for Mautic' ); // phpcs:ignore WordPress.Security.SafeRedirect -- Our own address.
		exit;
	}

	/**
	 * Adds the menu entry.
	 */
	public static function add_to_menu(): void {
		$hook = add_menu_page(
			__( 'Mautic', 'connector-for-mautic' ),
			__( 'Mautic', 'connector-for-mautic' ),
			self::capability(),
			self::SLUG,
			array( self::class, 'render' ),
			'dashicons-email-alt'
		);
		add_action( 'load-' . $hook, array( self::class, 'load' ) );
	}

	/**
	 * Adds a link to the page in the list of plugins.
	 *
	 * @param string[] $links The links there are.
	 * @return string[]
	 */
	public static function add_action_link( $links ) {
		if ( current_user_can( self::capability() ) ) {
			array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( self::url() ), esc_html__( 'Settings', 'connector-for-mautic' ) ) );
		}
		return $links;
	}

	/**
	 * Before the page begins: asks the core, and adds style and script to this page alone.
	 */
	public static function load(): void {
		nocache_headers();
		self::$view = Runner::of_site()->run(
			array(
				'type'         => 'view',
				'redirect_uri' => Authorize_Return::redirect_uri(),
			)
		);
		add_action( 'admin_enqueue_scripts', array( self::class, 'enqueue' ) );
	}

	/**
	 * Adds style and script.
	 */
	public static function enqueue(): void {
		foreach ( self::STYLES as $name ) {
			wp_enqueue_style( self::SLUG . '-' . $name, plugins_url( "assets/$name.css", CONNECTOR_FOR_MAUTIC_FILE ), array(), CONNECTOR_FOR_MAUTIC_VERSION );
		}
		Script_Modules::enqueue();
	}

	/**
	 * Prints the page.
	 */
	public static function render(): void {
		$view  = self::$view->answer;
		$flash = Flash::take();
		echo '<div class="wrap connector-for-mautic"><h1>' . esc_html__( 'Mautic', 'connector-for-mautic' ) . '</h1>';
		echo '<div id="cfm-outcome" data-cfm-fresh>';
		if ( $flash ) {
			self::render_outcome( $flash, $view );
		}
		echo '</div>';
		$outside = $view['problems'] ?? array();
		if ( $outside ) {
			Settings_Form::render_outside_problems( $outside );
		}
		$unreadable = isset( $view['error'] );
		if ( $unreadable ) {
			self::render_error( $view['error'], array(), Alert::due()['since'] ?? null );
		}

		$asked = isset( $_GET['confirm'] ) && is_string( $_GET['confirm'] ) ? sanitize_key( $_GET['confirm'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- Only asks a question.
		if ( isset( self::questions()[ $asked ] ) && self::enabled( $asked ) ) {
			self::render_question( $asked );
		} else {
			$problem = $unreadable ? null : self::problem( $view, $flash['error']['code'] ?? '' );
			if ( isset( $view['status'] ) ) {
				// What was found after saving is worth the room only if something is wrong.
				$steps = $flash['steps'] ?? array();
				$steps = 'save' === ( $flash['action'] ?? '' ) && ! isset( $flash['error'] ) ? array() : $steps;
				( new Connection_Card( $view, $problem, $steps ) )->render();
			}
			if ( isset( $view['settings'] ) && ! $unreadable ) {
				self::render_settings( $view, $flash, array_merge( $outside, $flash['problems'] ?? array() ) );
			}
			Log_Section::render();
			if ( isset( self::actions()['reset'] ) ) {
				self::render_reset();
			}
		}
		Script_Modules::render_data();
		echo '</div>';
	}

	/**
	 * Settings and help, side by side where there is room. Whoever has not connected yet reads the help first.
	 *
	 * @param array<string, mixed>      $view     The core's answer.
	 * @param array<string, mixed>|null $flash    From Flash.
	 * @param array<int, array>         $problems What is wrong with values, each with its `field`.
	 */
	private static function render_settings( array $view, ?array $flash, array $problems ): void {
		$form  = new Settings_Form( $view['settings'], $view['status'], $flash['values'] ?? array(), $problems, $flash['error']['code'] ?? '' );
		$guide = new Guide( $view );
		echo '<div class="cfm-columns">';
		if ( ! $guide->comes_first() ) {
			$form->render();
		}
		echo '<div class="cfm-help">';
		$guide->render();
		Explain_Box::render( $view['settings'], $view['status'], $flash['explained'] ?? null );
		echo '</div>';
		if ( $guide->comes_first() ) {
			$form->render();
		}
		echo '</div>';
	}

	/**
	 * What happened and what to do, as paragraphs.
	 *
	 * @param array<string, mixed> $error  An `error` of the core.
	 * @param array<string, mixed> $status The core's status.
	 */
	public static function render_words( array $error, array $status ): void {
		$words = Messages::of( $error, $status );
		printf( '<p><strong>%s</strong> %s</p>', esc_html( $words['message'] ), esc_html( $words['fix'] ) );
		$said = Messages::said( $error );
		if ( '' !== $said ) {
			printf( '<p class="cfm-said">%s</p>', esc_html( $said ) );
		}
	}

	/**
	 * The buttons that make sense now, by name; whether each is enabled.
	 *
	 * @return array<string, bool>
	 */
	private static function actions(): array {
		return array_column( self::$view->answer['actions'] ?? array(), 'enabled', 'name' );
	}

	/**
	 * Whether a button is there and enabled.
	 *
	 * @param string $name Its name.
	 */
	private static function enabled( string $name ): bool {
		return self::actions()[ $name ] ?? false;
	}

	/**
	 * What the card says is wrong, and since when.
	 *
	 * @param array<string, mixed> $view The core's answer.
	 * @param string               $said Code of the error that stands over the page: once is enough.
	 * @return array<string, mixed>|null The error with `since`, which is null if it does not go on.
	 */
	private static function problem( array $view, string $said ): ?array {
		$error = $view['status']['last_error'] ?? null;
		return null === $error || $error['code'] === $said
			? null
			: $error + array( 'since' => $view['alert']['since'] ?? Alert::due()['since'] ?? null );
	}

	/**
	 * What came of the last form, or of the return from Mautic. What was explained stands in its box.
	 *
	 * @param array<string, mixed> $flash From Flash.
	 * @param array<string, mixed> $view  The core's answer, as it is now.
	 */
	private static function render_outcome( array $flash, array $view ): void {
		$status = $view['status'] ?? array();
		if ( $flash['problems'] ) {
			Settings_Form::render_summary( $flash['problems'] );
		} elseif ( $flash['error'] && $flash['ok'] ) {
			self::render_saved_in_vain( $flash['error'], $flash['steps'], $status );
		} elseif ( $flash['error'] ) {
			self::render_error( $flash['error'], $status );
		} elseif ( $flash['ok'] && null === $flash['explained'] ) {
			printf( '<div class="notice notice-success inline" role="status"><p>%s</p></div>', esc_html( self::success( $flash['action'], $view ) ) );
		}
	}

	/**
	 * Settings are saved, and something keeps them from working.
	 *
	 * @param array<string, mixed> $error  What the doctor found.
	 * @param array<int, array>    $steps  How far the doctor came.
	 * @param array<string, mixed> $status The core's status, as it is now.
	 */
	private static function render_saved_in_vain( array $error, array $steps, array $status ): void {
		echo '<div class="notice notice-warning inline" role="alert" tabindex="-1" autofocus>';
		printf(
			'<p>%s</p>',
			in_array( 'failed', array_column( $steps, 'state' ), true )
				? esc_html__( 'Settings saved. They do not work yet:', 'connector-for-mautic' )
				: esc_html__( 'Settings saved. Whether they work could not be tried:', 'connector-for-mautic' )
		);
		// Nobody has tried to connect with them, so nothing is to be said of a connection.
		self::render_words( $error, array( 'status' => '' ) + $status );
		Doctor_Panel::render_suggestion( $error );
		echo '</div>';
	}

	/**
	 * An error over the page. `autofocus` brings it to whoever cannot see it.
	 *
	 * @param array<string, mixed> $error  An `error` of the core.
	 * @param array<string, mixed> $status The core's status.
	 * @param int|null             $since  Since when, if it goes on.
	 */
	private static function render_error( array $error, array $status, ?int $since = null ): void {
		echo '<div class="notice notice-error inline" role="alert" tabindex="-1" autofocus>';
		self::render_words( $error, $status );
		if ( null !== $since ) {
			printf( '<p class="cfm-note">%s</p>', esc_html( Moment::since( $since ) ) );
		}
		echo '</div>';
	}

	/**
	 * Says that something has worked.
	 *
	 * @param string               $action What was done.
	 * @param array<string, mixed> $view   The core's answer, as it is now.
	 */
	private static function success( string $action, array $view ): string {
		$status = $view['status'] ?? array();
		$method = Method::of( $status );
		switch ( $action ) {
			case 'save':
				$saved = implode( ' ', array_filter( array( __( 'Settings saved.', 'connector-for-mautic' ), self::proven( $view['guide'] ?? array() ) ) ) );
				return match ( $status['status'] ?? '' ) {
					/* translators: %s: label of a button */
					'ready'     => $saved . ' ' . sprintf( __( 'Now press %s.', 'connector-for-mautic' ), $method->button() ),
					'attention' => $saved . ' ' . __( 'Press Test connection to see whether they mend it.', 'connector-for-mautic' ),
					default     => $saved,
				};
			case 'return':
				return __( 'This site is connected to Mautic.', 'connector-for-mautic' );
			case 'refresh':
				return __( 'The token was renewed.', 'connector-for-mautic' );
			case 'test':
				return __( 'The connection works: Mautic has answered.', 'connector-for-mautic' );
			case 'site_moved':
				return __( 'The connection goes on at this address. The redirect URI below is a new one: enter it in Mautic too, before you authorize again some day.', 'connector-for-mautic' );
			case 'site_copied':
				return __( 'This copy has forgotten the connection, and the original keeps it. To connect the copy as well, give it credentials of its own in Mautic, with the redirect URI below, and press Authorize.', 'connector-for-mautic' );
			case 'disconnect':
				return $method->disconnected();
			case 'reset':
				return __( 'Settings and connection were deleted.', 'connector-for-mautic' );
			default:
				return __( 'Done.', 'connector-for-mautic' );
		}
	}

	/**
	 * What is known to be right with the settings.
	 *
	 * @param array<string, bool> $guide The core's.
	 */
	private static function proven( array $guide ): string {
		if ( empty( $guide['mautic'] ) || empty( $guide['api'] ) ) {
			return '';
		}
		return empty( $guide['credentials'] )
			? __( 'Mautic answers at this address, and its API is on.', 'connector-for-mautic' )
			: __( 'Mautic answers at this address, its API is on, and it accepts the credentials.', 'connector-for-mautic' );
	}

	/**
	 * What is asked before something is lost.
	 *
	 * @return array<string, array{0: string, 1: string, 2: string}> By form: question, consequence, button.
	 */
	private static function questions(): array {
		return array(
			'disconnect'  => array(
				__( 'Disconnect this site from Mautic?', 'connector-for-mautic' ),
				Method::of( self::$view->answer['status'] ?? array() )->question(),
				__( 'Disconnect', 'connector-for-mautic' ),
			),
			'site_copied' => array(
				__( 'Is this a copy of the site that was connected?', 'connector-for-mautic' ),
				__( 'The copy forgets the tokens and the account, and keeps the settings. The original stays connected. If there is no other site any more, this is not a copy: go back and say that the site has moved.', 'connector-for-mautic' ),
				__( 'This is a copy', 'connector-for-mautic' ),
			),
			'reset'       => array(
				__( 'Delete settings and connection?', 'connector-for-mautic' ),
				__( 'The site forgets all settings, with client secret and password, its tokens and the account. To connect again, everything must be entered anew. The log and the history of 30 days stay.', 'connector-for-mautic' ),
				__( 'Reset', 'connector-for-mautic' ),
			),
		);
	}

	/**
	 * Asks before something is lost.
	 *
	 * @param string $name A form's name.
	 */
	private static function render_question( string $name ): void {
		list( $question, $consequence, $button ) = self::questions()[ $name ];
		printf(
			'<section class="cfm-card cfm-question"><h2>%s</h2><p>%s</p><div class="cfm-actions">',
			esc_html( $question ),
			esc_html( $consequence )
		);
		Buttons::render( $name, $button, true, 'button button-primary cfm-danger' );
		printf( '<a class="button" href="%s">%s</a></div></section>', esc_url( self::url() ), esc_html__( 'Cancel', 'connector-for-mautic' ) );
	}

	/**
	 * The way to begin anew.
	 */
	private static function render_reset(): void {
		printf(
			'<section class="cfm-card" aria-labelledby="cfm-reset"><h2 id="cfm-reset">%s</h2><p>%s</p><div class="cfm-actions">',
			esc_html__( 'Start over', 'connector-for-mautic' ),
			esc_html__( 'Deletes the settings and the connection from this site. Mautic itself is not changed.', 'connector-for-mautic' )
		);
		Buttons::render_asking( 'reset', __( 'Reset', 'connector-for-mautic' ), self::enabled( 'reset' ), 'button cfm-danger' );
		echo '</div></section>';
	}
}
