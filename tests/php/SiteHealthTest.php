<?php
/**
 * Site Health: the tests.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;

require_once ABSPATH . 'wp-admin/includes/class-wp-site-health.php';

final class SiteHealthTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		add_filter( 'pre_wp_mail', '__return_true' );
	}

	protected function tearDown(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		parent::tearDown();
	}

	public function test_a_site_that_is_not_set_up_is_told_so_and_asks_nobody(): void {
		$tests = WP_Site_Health::get_tests();
		$this->assertArrayNotHasKey( 'connector_for_mautic_test', $tests['async'], 'there is nothing to try' );
		$result = $this->state( $tests );
		$this->assertSame( 'recommended', $result['status'] );
		$this->assertSame( 'This site is not connected to Mautic yet', $result['label'] );
		$this->assertStringContainsString( 'Not configured', $result['description'] );
		$this->assertStringContainsString( esc_url( Settings_Page::url() ), $result['actions'] );
	}

	public function test_a_constant_that_cannot_be_used_is_named(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL=ftp://mautic.example.test' );
		try {
			$result = $this->state( WP_Site_Health::get_tests() );
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL' );
		}
		$this->assertStringContainsString( 'CONNECTOR_FOR_MAUTIC_BASE_URL: ', $result['description'] );
	}

	public function test_a_connection_that_works_is_good_without_a_request(): void {
		$this->connect();
		$result = $this->state( WP_Site_Health::get_tests() );
		$this->assertSame( 'good', $result['status'] );
		$this->assertStringContainsString( 'https://mautic.example.test', $result['description'] );
		$this->assertSame( array(), $this->requests );
	}

	public function test_results_have_the_shape_that_the_page_reads(): void {
		$this->connect();
		$this->answers = array( $this->identity() );
		$results       = array( $this->state( WP_Site_Health::get_tests() ), $this->over_rest()->get_data() );
		foreach ( $results as $result ) {
			$this->assertSame( array( 'label', 'status', 'badge', 'description', 'actions', 'test' ), array_keys( $result ) );
			$this->assertSame( array( 'label', 'color' ), array_keys( $result['badge'] ) );
			$this->assertMatchesRegularExpression( '/\A[a-z_]+\z/', $result['test'], 'an id in HTML' );
			$this->assertStringNotContainsString( 'ada@example.test', wp_json_encode( $result ) );
		}
		$this->assertNotSame( $results[0]['test'], $results[1]['test'] );
	}

	public function test_a_lost_connection_is_critical_and_says_since_when(): void {
		$this->connect();
		$this->answers = array( $this->refusal() );
		$this->assertFalse( Runner::of_site()->run( array( 'type' => 'refresh' ) )->ok() );
		$result = $this->state( WP_Site_Health::get_tests() );
		$this->assertSame( 'critical', $result['status'] );
		$this->assertStringContainsString( 'no longer accepts', $result['description'] );
		$this->assertStringContainsString( 'Since ', $result['description'] );
	}

	public function test_a_silent_cron_is_recommended_to_be_mended(): void {
		$this->connect();
		$this->set_document(
			static function ( $document ) {
				$document['grant']['issued_at']           = time() - 5 * DAY_IN_SECONDS;
				$document['grant']['expires_at']          = time() - 5 * DAY_IN_SECONDS + 3600;
				$document['grant']['renew_at']            = time() - 5 * DAY_IN_SECONDS + 3300;
				$document['grant']['background_renew_at'] = time() - 4 * DAY_IN_SECONDS;
				return $document;
			}
		);
		$result = $this->state( WP_Site_Health::get_tests() );
		$this->assertSame( 'recommended', $result['status'] );
		$this->assertStringContainsString( 'WP-Cron', $result['description'] );
	}

	/** @dataProvider keys */
	public function test_a_site_without_its_key_is_critical( string $key, string $words ): void {
		$this->connect();
		putenv( "CONNECTOR_FOR_MAUTIC_KEY=$key" );
		$tests = WP_Site_Health::get_tests();
		$this->assertArrayNotHasKey( 'connector_for_mautic_test', $tests['async'] );
		$result = $this->state( $tests );
		$this->assertSame( 'critical', $result['status'] );
		$this->assertSame( 'Connector for Mautic cannot work on this site', $result['label'] );
		$this->assertStringContainsString( $words, $result['description'] );
		$this->assertStringNotContainsString( $key, wp_json_encode( $result ) );
	}

	public function keys(): array {
		return array(
			'no key'      => array( 'too-short', 'There is no key to encrypt secrets with' ),
			'another key' => array( 'another key of the tests, long enough', 'have changed' ),
		);
	}

	public function test_a_core_that_does_not_run_is_critical(): void {
		foreach ( array( 'core.trap' => 'compiled core', 'core.jit' => 'opcache.jit=off', 'core.files' => 'do not belong together' ) as $code => $words ) {
			$failure = Connector_For_Mautic\Result::failure( $code, '' )->answer;
			$state   = new ReflectionMethod( Connector_For_Mautic\Site_Health::class, 'state' );
			$result  = $state->invoke( null, $failure );
			$this->assertSame( 'critical', $result['status'] );
			$this->assertStringContainsString( $words, $result['description'] );
		}
	}

	public function test_the_second_test_really_asks(): void {
		$this->connect();
		$test = WP_Site_Health::get_tests()['async']['connector_for_mautic_test'];
		$this->assertTrue( $test['has_rest'] );
		$this->assertSame( rest_url( 'connector-for-mautic-site-health/v1/tests/connection' ), $test['test'] );
		$this->answers = array( $this->identity() );
		$response      = $this->over_rest();
		$this->assertSame( 200, $response->get_status() );
		$this->assertSame( 'good', $response->get_data()['status'] );
		$this->assertSame( array( array( 'GET', '/api/users/self' ) ), array_map( static fn( $request ) => array_slice( $request, 0, 2 ), $this->requests ) );
	}

	/** @dataProvider disconnected */
	public function test_what_nobody_connected_is_not_tried( array $values, bool $disconnect ): void {
		$this->assertTrue( Form_Handler::save_values( $values + array( 'base_url' => 'https://mautic.example.test' ) )->ok() );
		if ( $disconnect ) {
			$this->answers = array( $this->token( 1 ), $this->identity() );
			if ( 'basic' === $values['auth_method'] ) {
				array_shift( $this->answers );
			}
			$this->assertTrue( Runner::of_site()->run( array( 'type' => 'test' ) )->ok() );
			$this->assertArrayHasKey( 'connector_for_mautic_test', WP_Site_Health::get_tests()['async'] );
			$this->assertTrue( Runner::of_site()->run( array( 'type' => 'disconnect' ) )->ok() );
			$this->requests = array();
		}
		add_filter( 'wp_doing_cron', '__return_true' );
		$this->assertArrayNotHasKey( 'connector_for_mautic_test', WP_Site_Health::get_tests()['async'] );
		$this->assertSame( 'recommended', $this->over_rest()->get_data()['status'] );
		$this->assertSame( array(), $this->requests );
		$this->assertSame( 'ready', connector_for_mautic_status()['status'] );
	}

	public function disconnected(): array {
		$client = array( 'auth_method' => 'client_credentials', 'client_id' => '1_abc', 'client_secret' => 's3cret' );
		$basic  = array( 'auth_method' => 'basic', 'username' => 'ada', 'password' => 'pass word' );
		return array(
			'client credentials, never tested'   => array( $client, false ),
			'client credentials, disconnected'   => array( $client, true ),
			'basic, never tested'                => array( $basic, false ),
			'basic, disconnected'                => array( $basic, true ),
			'authorization code, not authorized' => array( array( 'auth_method' => 'authorization_code' ) + $client, false ),
		);
	}

	public function test_trouble_is_told_with_what_the_other_side_said_and_without_its_html(): void {
		$this->connect();
		$this->answers = array_fill( 0, 3, new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect to <b>mautic</b>' ) );
		$result        = $this->over_rest()->get_data();
		$this->assertSame( 'recommended', $result['status'], 'it may pass' );
		$this->assertStringNotContainsString( '<b>', $result['description'] );
		$this->assertStringContainsString( 'get an error', $result['description'] );

		$this->answers = array_fill( 0, 3, $this->json( array( 'errors' => array( array( 'message' => 'API access has been disabled', 'code' => 403, 'type' => 'api_disabled' ) ) ), 403 ) );
		$result        = $this->over_rest()->get_data();
		$this->assertSame( 'critical', $result['status'], 'somebody must mend it' );
		$this->assertStringNotContainsString( 'access-1', wp_json_encode( $result ) );
	}

	public function test_who_may_not_see_the_connection_may_not_have_it_tested(): void {
		$this->connect();
		wp_set_current_user( 0 );
		$this->assertArrayNotHasKey( 'connector_for_mautic_test', WP_Site_Health::get_tests()['async'] );
		$this->assertSame( 401, $this->over_rest()->get_status() );

		wp_set_current_user( self::subscriber() );
		$this->assertSame( 403, $this->over_rest()->get_status() );

		wp_set_current_user( 1 );
		add_filter( 'connector_for_mautic_capability', static fn() => 'do_not_allow' );
		$this->assertSame( 403, $this->over_rest()->get_status() );
		$result = $this->state( WP_Site_Health::get_tests() );
		$this->assertSame( '', $result['actions'], 'no way to a page that is closed' );
		$this->assertSame( array(), $this->requests );
	}

	public function test_the_weekly_check_runs_both_without_a_user(): void {
		$this->connect();
		wp_set_current_user( 0 );
		add_filter( 'wp_doing_cron', '__return_true' );
		// Only ours: WordPress' own ask other servers.
		add_filter( 'site_status_tests', static fn( $tests ) => array_map( static fn( $kind ) => array_filter( $kind, static fn( $name ) => str_starts_with( $name, 'connector_for_mautic' ), ARRAY_FILTER_USE_KEY ), $tests ), 99 );
		$this->answers = array( $this->identity() );
		do_action( 'wp_site_health_scheduled_check' );
		$this->assertCount( 1, $this->requests );
		$this->assertSame(
			array(
				'good'        => 2,
				'recommended' => 0,
				'critical'    => 0,
			),
			json_decode( get_transient( 'health-check-site-status-result' ), true )
		);
	}

	private function state( array $tests ): array {
		return $tests['direct']['connector_for_mautic']['test']();
	}

	private function over_rest(): WP_REST_Response {
		return rest_do_request( new WP_REST_Request( 'GET', '/connector-for-mautic-site-health/v1/tests/connection' ) );
	}

	private function refusal(): array {
		return $this->json( array( 'errors' => array( array( 'message' => 'Invalid refresh token', 'code' => 400, 'type' => 'invalid_grant' ) ) ), 400 );
	}
}
