<?php
/**
 * `wp mautic`, in WP-CLI itself, with a stand-in for Mautic. `log` and `rotate-key` have tests of their own.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Storage;

/** @group wp-cli */
final class CommandTest extends Plugin_Case {

	private static Stand_In $mautic;

	public static function setUpBeforeClass(): void {
		self::$mautic = new Stand_In();
	}

	public static function tearDownAfterClass(): void {
		self::$mautic->stop();
	}

	protected function setUp(): void {
		parent::setUp();
		$this->for_good( fn() => delete_option( Storage::option_name() ) );
		self::$mautic->control( 'DELETE', 'requests' );
	}

	protected function tearDown(): void {
		$this->for_good( fn() => delete_option( Storage::option_name() ) );
		parent::tearDown();
	}

	public function test_status_has_what_php_has(): void {
		$printed = json_decode( $this->assertDone( 'status', '--format=json' ), true );
		$this->assertSame( array_keys( connector_for_mautic_status() ), array_keys( $printed ) );
		$this->assertMatchesRegularExpression( '/^status\s+not_configured$/m', $this->assertDone( 'status' ) );
		$this->assertStringStartsWith( "field,value\nstatus,not_configured\n", $this->assertDone( 'status', '--format=csv' ) );
	}

	public function test_client_credentials_from_settings_to_disconnect(): void {
		list( $status, $output, $errors ) = $this->wp( array( 'configure', '--auth-method=client_credentials', '--base-url=' . self::$mautic->url, '--client-id=' . Stand_In::CLIENT_ID, '--client-secret=-' ), Stand_In::CLIENT_SECRET . "\n" );
		$this->assertSame( array( 0, "Success: Settings saved.\n", '' ), array( $status, $output, $errors ) );
		$this->assertSame( 'ready', connector_for_mautic_status()['status'] );
		$this->assertStringContainsString( 'Success', $this->assertDone( 'test' ) );
		$this->assertSame( array( 'connected', 'client_credentials', 'Administrator' ), array_values( array_intersect_key( connector_for_mautic_status(), array_flip( array( 'status', 'auth_method', 'account_role' ) ) ) ) );
		$this->assertSame( 'connected', json_decode( $this->assertDone( 'refresh', '--format=json' ), true )['status'] );
		$this->assertStringContainsString( '"contacts":', $this->assertDone( 'request', 'GET', 'contacts', '--query=limit=1' ) );
		$this->assertSame( 'ready', json_decode( $this->assertDone( 'disconnect', '--format=json' ), true )['status'] );
		$this->assertFails( 1, 'connection.disconnected', 'request', 'GET', 'contacts' );
		$this->assertFails( 2, 'authorize.not_needed', '--user=1', 'authorize-url' );
	}

	public function test_basic_with_a_password_from_standard_input(): void {
		$this->wp( array( 'configure', '--auth-method=basic', '--base-url=' . self::$mautic->url, '--username=admin', '--password=-' ), Stand_In::PASSWORD . "\n" );
		$status = json_decode( $this->assertDone( 'test', '--format=json' ), true );
		$this->assertSame( array( 'connected', 'admin@example.test' ), array( $status['status'], $status['account_email'] ) );
		$this->assertFails( 2, 'refresh.not_needed', 'refresh' );
	}

	public function test_an_authorize_url_is_a_users(): void {
		$this->assertDone( 'configure', '--base-url=' . self::$mautic->url, '--client-id=1_abc', '--client-secret=x' );
		$url = trim( $this->assertDone( '--user=1', 'authorize-url' ) );
		$this->assertStringStartsWith( self::$mautic->url . '/oauth/v2/authorize?client_id=1_abc&', $url );
		$this->assertSame( array( 'url' ), array_keys( json_decode( $this->assertDone( '--user=1', 'authorize-url', '--format=json' ), true ) ) );
		$this->assertFails( 2, 'authorize.user_missing', 'authorize-url' );
		$this->assertFails( 1, 'connection.needs_authorization', 'request', 'GET', 'contacts' );
	}

	public function test_a_request_sends_its_body_from_an_option_or_from_standard_input(): void {
		$this->configure_client();
		$made = json_decode( $this->assertDone( 'request', 'post', 'contacts/new', '--body={"email":"ada@example.test"}', '--format=json' ), true );
		$this->assertSame( array( 201, 'ada@example.test' ), array( $made['status'], $made['body']['contact']['fields']['all']['email'] ) );
		list( $status, $output ) = $this->wp( array( 'request', 'POST', 'contacts/new', '--body=-' ), '{"email":"é@example.test"}' );
		$this->assertSame( array( 0, 'é@example.test' ), array( $status, json_decode( $output, true )['contact']['fields']['all']['email'] ) );
	}

	public function test_what_mautic_refuses_fails_with_its_answer(): void {
		$this->configure_client();
		list( $status, $output, $errors ) = $this->wp( array( 'request', 'GET', 'contacts/999999' ) );
		$this->assertSame( 1, $status );
		$this->assertSame( 'Item was not found.', json_decode( $output, true )['errors'][0]['message'] );
		$this->assertStringContainsString( '404', $errors );
	}

	public function test_a_failure_has_its_code_on_standard_error_and_as_json_on_the_other(): void {
		$this->assertFails( 1, 'connection.not_configured', 'refresh' );
		$this->assertFails( 1, 'base_url.invalid', 'configure', '--base-url=http://' );
		$this->assertFails( 1, 'auth_method.unknown', 'configure', '--auth-method=password' );
		$this->assertFails( 1, 'connection.site_unchanged', 'site-moved' );
		$this->assertFails( 1, 'connection.site_unchanged', 'site-copied' );
		list( , $output ) = $this->wp( array( 'refresh', '--format=json' ) );
		$error            = json_decode( $output, true )['error'];
		$this->assertSame( array( 'connection.not_configured', 'user' ), array( $error['code'], $error['kind'] ) );
	}

	public function test_a_refused_client_is_told_and_its_secret_is_not(): void {
		$this->configure_client( 'wrong-secret-of-mine' );
		list( $status, $output, $errors ) = $this->wp( array( 'test' ) );
		$this->assertSame( 1, $status );
		$this->assertStringContainsString( 'token.invalid_client', $errors );
		$this->assertMatchesRegularExpression( '/^Passed +The API is switched on\b/m', $output );
		$this->assertMatchesRegularExpression( '/^Failed +Client ID and client secret are right\b.*\n +token\.invalid_client\n +Mautic does not know/m', $output );
		$this->assertStringContainsString( 'POST ' . self::$mautic->url . '/oauth/v2/token: HTTP status 400', $output );
		$this->assertMatchesRegularExpression( '/^Not checked +Mautic knows this site$/m', $output );
		$this->assertStringNotContainsString( 'wrong-secret-of-mine', $output . $errors );
		list( $status, $output ) = $this->wp( array( 'test', '--format=json' ) );
		$printed                 = json_decode( $output, true );
		$this->assertSame( array( 1, 'token.invalid_client', array( 'error', 'steps' ) ), array( $status, $printed['error']['code'], array_keys( $printed ) ) );
		$this->assertSame( 'failed', array_column( $printed['steps'], 'state', 'name' )['credentials'] );
	}

	public function test_a_test_prints_a_line_for_each_step_and_json_has_them(): void {
		$this->configure_client();
		$printed = json_decode( $this->assertDone( 'test', '--format=json' ), true );
		$this->assertSame( array( ...array_keys( connector_for_mautic_status() ), 'steps' ), array_keys( $printed ) );
		$this->assertSame( Connector_For_Mautic\Doctor::STEPS, array_column( $printed['steps'], 'name' ) );
		preg_match_all( '/^(?:Passed|Not needed|Good to know) +\S/m', $this->assertDone( 'test' ), $lines );
		$this->assertCount( count( $printed['steps'] ), $lines[0] );
	}

	public function test_wrong_use_has_a_status_of_its_own_and_sends_nothing(): void {
		$this->configure_client();
		$wrong = array(
			array( '--notify-lost takes “yes” or “no”', 'configure', '--notify-lost=perhaps' ),
			array( 'Nothing was given', 'configure' ),
			array( 'Standard input can give one secret only', 'configure', '--client-secret=-', '--password=-' ),
			array( '--client-secret is empty', 'configure', '--client-secret=-' ),
			array( '--password is empty', 'configure', '--password=' ),
			array( 'Give a method and a path', 'request', 'GET' ),
			array( 'api_call.method_unknown', 'request', 'BREW', 'contacts' ),
			array( 'api_call.path_invalid', 'request', 'GET', '../s/config' ),
			array( 'api_call.path_invalid', 'request', 'GET', 'https://other.example.test/' ),
			array( 'api_call.query_invalid', 'request', 'GET', 'contacts', "--query=a\r\nX-Header: 1" ),
			array( 'api_call.body_not_allowed', 'request', 'GET', 'contacts', '--body={"a":1}' ),
			array( '--format takes', 'refresh', '--format=xml' ),
			array( '--format takes', 'rotate-key', '--format=xml' ),
			array( 'Add --yes', 'reset' ),
		);
		foreach ( $wrong as $use ) {
			$this->assertFails( 2, ...$use );
		}
		$this->assertSame( array(), self::$mautic->requests() );
		$this->assertSame( 'ready', connector_for_mautic_status()['status'] );
	}

	public function test_a_reset_that_is_meant_deletes_everything(): void {
		$this->configure_client();
		$this->assertStringContainsString( 'Success', $this->assertDone( 'reset', '--yes' ) );
		$this->assertSame( 'not_configured', connector_for_mautic_status()['status'] );
	}

	public function test_a_body_that_is_not_utf8_is_refused(): void {
		$this->configure_client();
		list( $status, , $errors ) = $this->wp( array( 'request', 'POST', 'contacts/new', '--body=-' ), "{\"firstname\":\"Andr\xe9\"}" );
		$this->assertSame( 2, $status );
		$this->assertStringContainsString( 'api_call.body_not_utf8', $errors );
	}

	public function test_switches_are_words(): void {
		$this->configure_client();
		$this->assertDone( 'configure', '--notify-lost=no', '--notify-recovered=yes', '--token-in-query=yes', '--refresh-token-lifetime-days=30' );
		$settings = Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'view' ) )->answer['settings'];
		$this->assertSame( array( false, true, true, 30 ), array( $settings['notify_lost'], $settings['notify_recovered'], $settings['token_in_query'], $settings['refresh_token_lifetime_days'] ) );
	}

	public function test_what_comes_from_outside_cannot_be_saved(): void {
		$this->configure_client();
		putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL=' . self::$mautic->url );
		try {
			$this->assertFails( 2, 'CONNECTOR_FOR_MAUTIC_BASE_URL', 'configure', '--base-url=https://other.example.test', '--client-id=1_other' );
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL' );
		}
		$this->assertStringNotContainsString( '1_other', (string) ( new Storage( Connector_For_Mautic\Cipher::of_site() ) )->read() );
	}

	public function test_help_tells_how_the_systems_cron_renews(): void {
		list( $status, $output ) = $this->wp_cli( array( 'help', 'mautic', 'refresh' ) );
		$this->assertSame( 0, $status, $output );
		$this->assertStringContainsString( 'mautic refresh', $output );
		$this->assertStringContainsString( 'DISABLE_WP_CRON', $output );
	}

	private function configure_client( string $secret = Stand_In::CLIENT_SECRET ): void {
		$values = array( 'auth_method' => 'client_credentials', 'base_url' => self::$mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => $secret );
		$this->assertTrue( $this->for_good( fn() => Form_Handler::save_values( $values ) )->ok() );
	}

	/** Runs a command that has to work, and returns what it printed. */
	private function assertDone( string ...$arguments ): string {
		list( $status, $output, $errors ) = $this->wp( $arguments );
		$this->assertSame( array( 0, '' ), array( $status, $errors ) );
		return $output;
	}

	/** Runs a command that has to fail, with something on standard error and nothing on the other. */
	private function assertFails( int $expected, string $says, string ...$arguments ): void {
		list( $status, $output, $errors ) = $this->wp( $arguments );
		$this->assertSame( array( $expected, '' ), array( $status, $output ), $errors );
		$this->assertStringContainsString( $says, $errors );
	}

	/** @return array{0: int, 1: string, 2: string} Exit status and both outputs. */
	private function wp( array $arguments, string $input = '' ): array {
		return $this->wp_cli( array( 'mautic', ...$arguments ), $input );
	}
}
