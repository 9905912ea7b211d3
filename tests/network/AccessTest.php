<?php
/**
 * An administrator of one site of a network is nobody on another one.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;

final class AccessTest extends Network_Case {

	/** Hooks that only a network has: none takes anything from a request. */
	private const OF_A_NETWORK = array(
		'connector_for_mautic_network Network::run' => 'WP-Cron, which anybody may wake',
		'wp_update_site Network::site_changed'      => 'for who manages the network',
		'wp_uninitialize_site Network::site_deleted' => 'for who manages the network',
		'cron_schedules Closure::__invoke'          => 'a name',
	);

	/** @var array<string, string> Callbacks by hook. */
	private static array $forms;

	private int $theirs;

	private int $other;

	private int $user;

	public static function setUpBeforeClass(): void {
		self::$forms = Ways_In::forms();
	}

	protected function setUp(): void {
		parent::setUp();
		list( $this->theirs, $this->other ) = array( self::site( 'one' ), self::site( 'two' ) );
		$this->connect( $this->other, 'mautic-two.example' );
		$this->user = wp_insert_user( array( 'user_login' => 'of-one', 'user_pass' => 'x', 'user_email' => 'of-one@example.test' ) );
		add_user_to_blog( $this->theirs, $this->user, 'administrator' );
		add_filter( 'wp_die_handler', static fn() => static fn( $message, $title, $args ) => throw new RuntimeException( 'refused', $args['response'] ) );
	}

	protected function tearDown(): void {
		list( $_GET, $_SERVER['QUERY_STRING'], $GLOBALS['pagenow'] ) = array( array(), '', 'index.php' );
		parent::tearDown();
	}

	public function test_every_form_refuses_them_with_the_nonce_of_their_own_site(): void {
		$this->assertGreaterThanOrEqual( 10, count( self::$forms ) );
		foreach ( self::$forms as $hook => $callback ) {
			wp_set_current_user( $this->user );
			// A nonce is of a user and a session, and of no site.
			$this->on( $this->theirs, fn() => $this->post( substr( $hook, 32 ), array( 'client_id' => '1_theirs' ) ) );
			$this->assertSame( 403, $this->refusal( $callback ), $hook );
		}
		// Else nothing of it would be worth anything: at home they may.
		$this->post( 'reset' );
		$this->on( $this->theirs, fn() => $this->assertSame( array( Settings_Page::url(), 303 ), $this->redirect_of( array( Form_Handler::class, 'reset' ) ) ) );
	}

	public function test_every_route_and_ability_refuses_them(): void {
		wp_set_current_user( $this->user );
		foreach ( Ways_In::routes() as $way ) {
			list( $method, $route ) = explode( ' ', $way );
			$request                = new WP_REST_Request( $method, $route );
			$request->set_body_params( array( 'method' => 'GET', 'path' => 'contacts' ) );
			foreach ( array( $this->other => true, $this->theirs => false ) as $site => $refused ) {
				$status = $this->on( $site, static fn() => rest_do_request( $request )->get_status() );
				// Whether a site administrator may see Site Health at all is WordPress' to say: in a network, they may not.
				$refused = $refused || str_contains( $route, 'site-health' );
				$this->assertSame( $refused, 403 === $status, "$way: $status" );
				$refused && $this->assertSame( array(), $this->requests, $way );
				$this->requests = array();
			}
		}
		foreach ( Ways_In::abilities() as $name ) {
			$input = str_ends_with( $name, 'status' ) ? null : array( 'method' => 'GET', 'path' => 'contacts' );
			foreach ( array( $this->other => false, $this->theirs => true ) as $site => $may ) {
				$this->assertSame( $may, $this->on( $site, static fn() => wp_get_ability( $name )->check_permissions( $input ) ), $name );
			}
		}
	}

	public function test_the_return_and_the_page_refuse_them(): void {
		$url = $this->on( $this->other, static fn() => Runner::of_site()->run( Form_Handler::authorize_event() )->redirect );
		parse_str( (string) wp_parse_url( $url, PHP_URL_QUERY ), $sent );
		$_GET                    = array( 'state' => $sent['state'], 'code' => 'theirs' );
		$_SERVER['QUERY_STRING'] = http_build_query( $_GET );
		$GLOBALS['pagenow']      = 'admin.php';
		wp_set_current_user( $this->user );
		$this->requests = array();
		$this->assertSame( 403, $this->refusal( array( Authorize_Return::class, 'maybe_handle' ) ) );
		// On their own site the state is unknown.
		$this->on( $this->theirs, fn() => $this->assertSame( 'redirect.state_unknown', Authorize_Return::handle( $_SERVER['QUERY_STRING'] )->error()['code'] ) );
		$this->assertSame( array(), $this->requests );
		$this->assertFalse( $this->on( $this->other, static fn() => current_user_can( Settings_Page::capability() ) ) );
	}

	public function test_nothing_of_the_plugin_is_called_that_is_not_known(): void {
		$this->assertSame( array( array(), array() ), $this->for_good( static fn() => Ways_In::unknown( Ways_In::HOOKS + self::OF_A_NETWORK ) ) );
	}

	/** With what status a handler on the other site ends, which must leave that site and its Mautic as they are. */
	private function refusal( callable $handler ): int {
		return $this->on(
			$this->other,
			function () use ( $handler ): int {
				$before = $this->rows();
				try {
					$handler();
				} catch ( RuntimeException $refused ) {
					$this->assertSame( 'refused', $refused->getMessage() );
					$this->assertSame( $before, $this->rows() );
					$this->assertSame( array(), $this->requests );
					return $refused->getCode();
				}
				$this->fail( 'It was not refused.' );
			}
		);
	}

	/** @return array<string, string> Every row of the plugin's on the current site. */
	private function rows(): array {
		global $wpdb;
		return array_column( $wpdb->get_results( "SELECT option_name, option_value FROM $wpdb->options WHERE option_name LIKE '%connector\\_for\\_mautic%' ORDER BY option_name", ARRAY_A ), 'option_value', 'option_name' );
	}
}
