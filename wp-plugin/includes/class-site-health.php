<?php
/**
 * Tests of WordPress' Site Health.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Adds two tests: one says where the connection stands, which needs no request; the other really asks
 * Mautic, after the page is there or from WP-Cron, as WordPress does with tests that take time.
 */
final class Site_Health {

	/**
	 * Named as WordPress names its own, and apart from the plugin's REST API: nobody else is to call it.
	 */
	private const NAMESPACE = 'connector-for-mautic-site-health/v1';

	private const ROUTE = '/tests/connection';

	/**
	 * Adds the tests. WordPress asks for them on its page and in its weekly check only.
	 *
	 * @param array<string, array<string, array<string, mixed>>> $tests The tests there are.
	 * @return array<string, array<string, array<string, mixed>>>
	 */
	public static function add_tests( $tests ) {
		$view                                    = Runner::of_site()->run( array( 'type' => 'view' ) )->answer;
		$tests['direct']['connector_for_mautic'] = array(
			'label' => __( 'Connection to Mautic', 'connector-for-mautic' ),
			'test'  => static fn() => self::state( $view ),
		);
		if ( self::is_in_use( $view ) && ( wp_doing_cron() || self::may_test() ) ) {
			$tests['async']['connector_for_mautic_test'] = array(
				'label'             => __( 'Answer of Mautic', 'connector-for-mautic' ),
				'test'              => rest_url( self::NAMESPACE . self::ROUTE ),
				'has_rest'          => true,
				'async_direct_test' => array( self::class, 'attempt' ),
			);
		}
		return $tests;
	}

	/**
	 * Adds the route by which the page runs the second test, as WordPress' own routes of that kind are:
	 * read with GET, whose nonce WordPress checks before anybody is anybody.
	 */
	public static function register_route(): void {
		register_rest_route(
			self::NAMESPACE,
			self::ROUTE,
			array(
				'methods'             => 'GET',
				'callback'            => array( self::class, 'attempt' ),
				'permission_callback' => array( self::class, 'may_test' ),
			)
		);
	}

	/**
	 * Whether the current user may have Mautic asked from the page.
	 */
	public static function may_test(): bool {
		return current_user_can( 'view_site_health_checks' ) && current_user_can( Settings_Page::capability() );
	}

	/**
	 * Whether there is a connection to try. A test also begins one, or begins it again after a disconnect:
	 * that is for a person to press.
	 *
	 * @param array<string, mixed> $view The core's answer to `view`.
	 */
	private static function is_in_use( array $view ): bool {
		return ! isset( $view['error'] ) && in_array( $view['status']['status'] ?? '', array( 'connected', 'attention' ), true );
	}

	/**
	 * Where the connection stands.
	 *
	 * @param array<string, mixed> $view The core's answer to `view`, or the shell's error in its place.
	 * @return array<string, mixed> A result as Site Health shows it.
	 */
	private static function state( array $view ): array {
		$status = Status::from_answer( $view );
		$errors = self::error_words( $view['error'] ?? $view['status']['last_error'] ?? null, $status, Alert::due()['since'] ?? null );
		if ( isset( $view['error'] ) ) {
			return self::result( 'critical', __( 'Connector for Mautic cannot work on this site', 'connector-for-mautic' ), $errors );
		}
		switch ( $status['status'] ) {
			case 'connected':
				return self::result( 'good', __( 'This site is connected to Mautic', 'connector-for-mautic' ), array( ...self::facts( $status ), ...$errors ) );
			case 'needs_authorization':
				return self::result( 'critical', __( 'This site has lost its connection to Mautic', 'connector-for-mautic' ), array( ...$errors, self::consequence() ) );
			case 'attention':
				return self::result( 'recommended', __( 'The connection to Mautic needs attention', 'connector-for-mautic' ), array( ...$errors, self::consequence() ) );
			default:
				return self::result(
					'recommended',
					__( 'This site is not connected to Mautic yet', 'connector-for-mautic' ),
					array(
						/* translators: %s: such as "Not configured" or "Ready to authorize" */
						sprintf( __( 'Connector for Mautic is active. Its connection status is: %s.', 'connector-for-mautic' ), Messages::status( $status ) ),
						...$errors,
						...self::outside_problems( $view['problems'] ?? array() ),
						__( 'Plugins that use the connection get an error until the site is connected. If no plugin needs it, deactivate Connector for Mautic.', 'connector-for-mautic' ),
					)
				);
		}
	}

	/**
	 * Asks Mautic who we are, if there still is a connection.
	 *
	 * @return array<string, mixed> A result as Site Health shows it.
	 */
	public static function attempt(): array {
		$view = Runner::of_site()->run( array( 'type' => 'view' ) )->answer;
		if ( ! self::is_in_use( $view ) ) {
			return array( 'test' => 'connector_for_mautic_test' ) + self::state( $view );
		}
		$result = Runner::of_site()->run( array( 'type' => 'test' ) );
		if ( $result->ok() ) {
			return self::result(
				'good',
				__( 'Mautic answers this site', 'connector-for-mautic' ),
				array( __( 'The site has just asked Mautic with its stored connection, and Mautic has recognised it.', 'connector-for-mautic' ) ),
				'_test'
			);
		}
		$error = $result->error() ?? array( 'code' => 'core.trap' );
		return self::result(
			'transient' === ( $error['kind'] ?? '' ) ? 'recommended' : 'critical',
			__( 'Mautic does not answer this site as it should', 'connector-for-mautic' ),
			array( ...self::error_words( $error, $result->answer['status'] ?? array() ), self::consequence() ),
			'_test'
		);
	}

	/**
	 * What happened, what to do, what the other side said, and since when.
	 *
	 * @param array<string, mixed>|null $error  An `error` of the core.
	 * @param array<string, mixed>      $status The status object.
	 * @param int|null                  $since  Since when, if it goes on.
	 * @return string[] Paragraphs.
	 */
	private static function error_words( ?array $error, array $status, ?int $since = null ): array {
		if ( null === $error ) {
			return array();
		}
		return array_filter( array( implode( ' ', Messages::of( $error, $status ) ), Messages::said( $error ), null === $since ? '' : Moment::since( $since ) ) );
	}

	/**
	 * What is wrong with settings from outside the database, each with its name there.
	 *
	 * @param array<int, array<string, mixed>> $problems From the core.
	 * @return string[] Paragraphs.
	 */
	private static function outside_problems( array $problems ): array {
		return array_map( static fn( $problem ) => ( Overrides::source( $problem['field'] ?? '' )['name'] ?? $problem['field'] ?? '' ) . ': ' . Messages::text( $problem ), $problems );
	}

	/**
	 * What there is to know of a connection that works.
	 *
	 * @param array<string, mixed> $status The status object.
	 * @return string[] Paragraphs.
	 */
	private static function facts( array $status ): array {
		$words = array(
			/* translators: %s: address of a Mautic server */
			sprintf( __( 'The Mautic server is %s.', 'connector-for-mautic' ), $status['base_url'] ),
		);
		if ( null !== $status['last_success_at'] ) {
			/* translators: %s: date and time */
			$words[] = sprintf( __( 'A good answer of it was last noted on %s; while all is well, one an hour is.', 'connector-for-mautic' ), Moment::exact( $status['last_success_at'] ) );
		}
		if ( null !== $status['background_renew_at'] && Site_Messages::cron_is_off() ) {
			$words[] = Site_Messages::how_to_run_cron();
		}
		return $words;
	}

	/**
	 * What trouble means to the rest of the site.
	 */
	private static function consequence(): string {
		return __( 'Until this is mended, plugins that use the connection may get an error in place of Mautic’s answer.', 'connector-for-mautic' );
	}

	/**
	 * A result in WordPress' shape.
	 *
	 * @param string   $status     `good`, `recommended` or `critical`.
	 * @param string   $label      What was found.
	 * @param string[] $paragraphs Plain text.
	 * @param string   $suffix     Tells the second test from the first.
	 * @return array<string, mixed>
	 */
	private static function result( string $status, string $label, array $paragraphs, string $suffix = '' ): array {
		return array(
			'label'       => $label,
			'status'      => $status,
			'badge'       => array(
				'label' => __( 'Mautic', 'connector-for-mautic' ),
				'color' => 'blue',
			),
			'description' => implode( '', array_map( static fn( $text ) => '<p>' . esc_html( $text ) . '</p>', $paragraphs ) ),
			'actions'     => ! current_user_can( Settings_Page::capability() ) ? '' : sprintf(
				'<p><a href="%s">%s</a></p>',
				esc_url( Settings_Page::url() ),
				esc_html__( 'Open the page “Mautic”', 'connector-for-mautic' )
			),
			'test'        => 'connector_for_mautic' . $suffix,
		);
	}
}
