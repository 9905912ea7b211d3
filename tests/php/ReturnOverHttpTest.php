<?php
/**
 * The way back from Mautic as a browser comes it: over HTTP, to several processes, with what an attacker may put
 * into it.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

/** @group http */
final class ReturnOverHttpTest extends Plugin_Case {

	private const RETURN_PATH = '/wp-admin/admin.php';

	private static Site_Server $site;

	private static Stand_In $mautic;

	/** A second server, which is the attacker's. */
	private static Stand_In $other;

	/** The line of an administrator's cookies. */
	private static string $cookies;

	private static int $subscriber;

	public static function setUpBeforeClass(): void {
		putenv( 'PHP_CLI_SERVER_WORKERS=4' );
		self::$site = new Site_Server();
		putenv( 'PHP_CLI_SERVER_WORKERS' );
		self::$mautic     = new Stand_In();
		self::$other      = new Stand_In();
		self::$cookies    = self::log_in( 1 );
		self::$subscriber = wp_insert_user( array( 'user_login' => 'subscriber', 'user_pass' => 'x', 'role' => 'subscriber' ) );
	}

	public static function tearDownAfterClass(): void {
		self::$site->stop();
		self::$mautic->stop();
		self::$other->stop();
		wp_delete_user( self::$subscriber );
		WP_Session_Tokens::get_instance( 1 )->destroy_all();
	}

	protected function setUp(): void {
		parent::setUp();
		self::$mautic->control( 'POST', 'reset' );
		self::$other->control( 'DELETE', 'requests' );
		$this->forget();
	}

	protected function tearDown(): void {
		$this->forget();
		parent::tearDown();
	}

	/** @dataProvider pages */
	public function test_no_other_site_frames_it_and_no_cache_keeps_it( string $path, int $status ): void {
		$answer = $this->ask( $path );
		$this->assertSame( $status, $answer['status'] );
		$this->assertSame( array( 'SAMEORIGIN' ), $answer['headers']['x-frame-options'] );
		$caching = implode( ', ', $answer['headers']['cache-control'] );
		foreach ( array( 'no-store', 'private', 'no-cache', 'max-age=0' ) as $directive ) {
			$this->assertStringContainsString( $directive, $caching );
		}
		$this->assertSame( array( 200 === $status ? 'strict-origin-when-cross-origin' : 'no-referrer' ), $answer['headers']['referrer-policy'] );
		$this->assertStringNotContainsString( 'the-code', implode( ' ', $answer['headers']['location'] ?? array() ) . $answer['body'] );
	}

	public function pages(): array {
		$return = self::RETURN_PATH . '?code=the-code-1&state=cfm1.' . str_repeat( 'A', 32 );
		return array(
			'the page'             => array( self::RETURN_PATH . '?page=connector-for-mautic', 200 ),
			'the return'           => array( $return, 303 ),
			'the return, refused'  => array( $return . '&code=the-code-2', 303 ),
			'the return, an error' => array( self::RETURN_PATH . '?error=access_denied&state=cfm1.' . str_repeat( 'A', 32 ), 303 ),
		);
	}

	public function test_who_may_not_gets_neither_a_frame_nor_a_copy(): void {
		$cookies = $this->for_good( static fn() => self::log_in( self::$subscriber ) );
		$answer  = $this->ask( self::RETURN_PATH . '?code=the-code-1&state=cfm1.' . str_repeat( 'A', 32 ), $cookies );
		$this->assertSame( 403, $answer['status'] );
		$this->assertSame( array( 'SAMEORIGIN' ), $answer['headers']['x-frame-options'] );
		$this->assertSame( array( 'no-referrer' ), $answer['headers']['referrer-policy'] );
		$this->assertStringContainsString( 'no-store', implode( $answer['headers']['cache-control'] ) );
	}

	public function test_two_identical_returns_at_once_exchange_the_code_once(): void {
		$state = $this->authorize();
		$this->code( 'code-1' );
		self::$mautic->control( 'DELETE', 'requests' );
		// The first is still out when the second comes.
		self::$mautic->control( 'POST', 'faults', array( 'path' => '/oauth/v2/token', 'kind' => 'delay', 'milliseconds' => 1500 ) );
		$statuses = $this->ask_at_once( array_fill( 0, 3, self::RETURN_PATH . "?state=$state&code=code-1" ) );
		$this->assertSame( array( 303, 303, 303 ), $statuses );
		$this->assertCount( 1, $this->token_requests() );
		$document = $this->stored();
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->assertNotEmpty( $document->grant->refresh_token );
	}

	public function test_settings_of_another_server_in_between_send_the_code_nowhere(): void {
		$state = $this->authorize();
		$this->code( 'code-1' );
		self::$mautic->control( 'DELETE', 'requests' );
		$this->save( self::$other );
		$this->ask( self::RETURN_PATH . "?state=$state&code=code-1" );
		$this->assertSame( array(), self::$other->requests() );
		$this->assertSame( array(), $this->token_requests() );
		$this->assertSame( 'redirect.state_unknown', $this->outcome() );
		$this->assertFalse( isset( $this->stored()->grant ) );
	}

	public function test_a_code_of_another_server_goes_to_the_one_that_was_asked(): void {
		// The owner set out for the one; the attacker has the other hand out a code for this site, and brings it in.
		$state = $this->authorize();
		self::$mautic->control( 'DELETE', 'requests' );
		self::$other->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'value' => 'of-the-other', 'redirect_uri' => admin_url( 'admin.php' ) ) );
		$this->ask( self::RETURN_PATH . "?state=$state&code=of-the-other&iss=" . rawurlencode( self::$other->url ) );
		$this->assertSame( array(), self::$other->requests() );
		$this->assertSame( array( 400 ), $this->token_requests() );
		$this->assertSame( 'token.code_invalid', $this->outcome() );
	}

	/** @dataProvider tokens_in_the_return */
	public function test_a_token_in_the_return_is_no_token( string $query, bool $with_code ): void {
		$state = $this->authorize();
		if ( $with_code ) {
			$this->code( 'code-1' );
			$query .= '&code=code-1';
		}
		$this->ask( self::RETURN_PATH . "?state=$state&$query" );
		$document = $this->stored();
		$this->assertStringNotContainsString( 'of-the-attacker', wp_json_encode( $document ) );
		if ( $with_code ) {
			$this->assertNotEmpty( $document->grant->access_token );
		} else {
			$this->assertSame( 'redirect.code_missing', $this->outcome() );
			$this->assertFalse( isset( $document->grant ) );
		}
	}

	public function tokens_in_the_return(): array {
		$tokens = 'access_token=of-the-attacker&refresh_token=of-the-attacker&token_type=bearer&expires_in=3600&id_token=e30.of-the-attacker.e30';
		return array(
			'instead of a code' => array( $tokens, false ),
			'beside a code'     => array( $tokens, true ),
		);
	}

	/** Saves a server's credentials. */
	private function save( Stand_In $server ): void {
		$this->for_good(
			static function () use ( $server ) {
				wp_set_current_user( 1 );
				self::assertTrue( Form_Handler::save_values( array( 'base_url' => $server->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET ) )->ok() );
			}
		);
	}

	/** Saves and presses Authorize; returns the state. */
	private function authorize(): string {
		$this->save( self::$mautic );
		return $this->for_good(
			static function () {
				parse_str( wp_parse_url( Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $query );
				return $query['state'];
			}
		);
	}

	/** Has Mautic give out a code, as Accept does. */
	private function code( string $value ): void {
		self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'value' => $value, 'redirect_uri' => admin_url( 'admin.php' ) ) );
	}

	/** @return int[] The status of each exchange that was sent. */
	private function token_requests(): array {
		$requests = array_filter( self::$mautic->control( 'GET', 'requests' ), static fn( $request ) => '/oauth/v2/token' === $request['path'] );
		return array_values( array_column( $requests, 'status' ) );
	}

	/** The code of the error that the page will show. */
	private function outcome(): ?string {
		return $this->for_good(
			static function () {
				wp_set_current_user( 1 );
				return Flash::take()['error']['code'] ?? null;
			}
		);
	}

	private function stored(): object {
		return $this->for_good( static fn() => json_decode( ( new Storage( Cipher::of_site() ) )->read() ) );
	}

	private function ask( string $path, ?string $cookies = null ): array {
		return $this->for_good( static fn() => self::$site->ask( 'GET', $path, array( $cookies ?? self::$cookies ) ) );
	}

	/**
	 * Asks for several addresses at the same time.
	 *
	 * @param string[] $paths Where.
	 * @return int[] Statuses.
	 */
	private function ask_at_once( array $paths ): array {
		return $this->for_good(
			static function () use ( $paths ) {
				$all   = curl_multi_init();
				$asked = array();
				foreach ( $paths as $path ) {
					$asked[] = $one = curl_init( self::$site->url . $path );
					curl_setopt_array( $one, array( CURLOPT_HTTPHEADER => array( self::$cookies ), CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60 ) );
					curl_multi_add_handle( $all, $one );
				}
				do {
					curl_multi_exec( $all, $running );
					curl_multi_select( $all, 0.1 );
				} while ( $running );
				return array_map( static fn( $one ) => curl_getinfo( $one, CURLINFO_RESPONSE_CODE ), $asked );
			}
		);
	}

	/** What a browser sends of somebody who is logged in. */
	private static function log_in( int $user ): string {
		$expires = time() + 600;
		$token   = WP_Session_Tokens::get_instance( $user )->create( $expires );
		$cookies = array();
		foreach ( array( AUTH_COOKIE => 'auth', LOGGED_IN_COOKIE => 'logged_in' ) as $name => $scheme ) {
			$cookies[] = $name . '=' . rawurlencode( wp_generate_auth_cookie( $user, $expires, $scheme, $token ) );
		}
		return 'Cookie: ' . implode( '; ', $cookies );
	}

	/** As if nothing had ever been stored. */
	private function forget(): void {
		$this->for_good(
			static function () {
				delete_option( Storage::option_name() );
				Flash::forget( 1 );
			}
		);
	}
}
