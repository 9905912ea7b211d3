<?php
/**
 * The problems that owners of Mautic servers have, each played by the stand-in, and by what it is recognised.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Doctor;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

/** @group http */
final class DoctorProblemsTest extends Plugin_Case {

	private const OTHER_URI = 'https://other.example.test/wp-admin/admin.php';

	private static Stand_In $mautic;

	/** A Mautic in a sub-folder. */
	private static Stand_In $below;

	public static function setUpBeforeClass(): void {
		self::$mautic = new Stand_In();
		self::$below  = new Stand_In( '/mautic' );
	}

	public static function tearDownAfterClass(): void {
		self::$mautic->stop();
		self::$below->stop();
	}

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		wp_set_current_user( 1 );
		// The site would reach itself, if it were served.
		remove_all_filters( 'pre_http_request' );
		add_filter( 'pre_http_request', static fn( $response, $arguments, $url ) => site_url( 'wp-cron.php' ) === $url ? array( 'response' => array( 'code' => 200 ), 'headers' => array(), 'body' => '' ) : $response, 10, 3 );
		self::$mautic->control( 'POST', 'reset' );
	}

	/**
	 * Number of the problem, how a site meets it, and what is found: a step's name with its code, or with `return`,
	 * `explain`, `call` in place of the name the code of the return, of what somebody pasted, of a call.
	 */
	public function problems(): array {
		$set   = static fn( array $settings ) => static fn() => self::$mautic->control( 'PATCH', 'settings', $settings );
		$front = static fn( string $front ) => $set( array( 'front' => $front ) );
		return array(
			'1 the header is taken away'                 => array( 'connect', $set( array( 'strips_authorization' => true ) ), 'header', 'api.header_stripped' ),
			'2 another redirect URI, at the token'       => array( 'configure', static fn( self $test ) => $test->returned( self::OTHER_URI ), 'return', 'token.redirect_uri_mismatch' ),
			'2 another redirect URI, after Accept'       => array( 'configure', static fn( self $test ) => $test->accepted( 1 ), 'explain', 'token.redirect_uri_mismatch' ),
			'2 another redirect URI, ever after'         => array( 'configure', static fn( self $test ) => $test->accepted( 2 ), 'explain', 'explain.error_500' ),
			'3 a refresh is refused'                     => array( 'connect', static fn() => self::$mautic->control( 'POST', 'clock', array( 'advance' => 15 * DAY_IN_SECONDS ) ), 'identity', 'token.invalid_grant' ),
			'4 a return that nobody waits for'           => array( 'configure', static fn() => Authorize_Return::handle( 'state=cfm1.' . str_repeat( 'a', 32 ) . '&code=code-1' )->error(), 'return', 'redirect.state_unknown' ),
			'4 a return that has come before'            => array( 'configure', static fn( self $test ) => $test->returned_twice(), 'return', 'redirect.state_used' ),
			'5 the API is off'                           => array( 'connect', $set( array( 'api_enabled' => false ) ), 'api', 'token.api_disabled' ),
			'5 Basic is off'                             => array( 'basic', $set( array( 'basic_enabled' => false ) ), 'identity', 'api.basic_disabled' ),
			'6 the credentials were deleted'             => array( 'connect', static fn() => self::$mautic->control( 'DELETE', 'clients/' . Stand_In::CLIENT_ID ), 'credentials', 'token.invalid_client' ),
			'7 no administrator made the credentials'    => array( 'client', static fn() => self::$mautic->control( 'PATCH', 'clients/' . Stand_In::CLIENT_ID, array( 'grants' => array( 'authorization_code', 'refresh_token' ) ) ), 'token', 'token.unauthorized_client' ),
			'8 the body is lost on the way'              => array( 'client', $front( 'loses_bodies' ), 'credentials', 'token.invalid_request' ),
			'8 it is sent on to the address of Mautic'   => array( 'client', static fn() => self::$mautic->control( 'POST', 'faults', array( 'path' => '/oauth/v2/token', 'kind' => 'respond', 'status' => 301, 'headers' => array( 'location' => self::$below->url . '/oauth/v2/token' ) ) ), 'redirect', 'token.redirected', static fn() => self::$below->url ),
			'9 a wrong path'                             => array( 'client', static fn( self $test ) => $test->configure( 'client', self::$mautic->url . '/crm' ), 'path', 'token.not_found', static fn() => self::$mautic->url ),
			'9 a sub-folder is missing'                  => array( 'client', static fn( self $test ) => $test->configure( 'client', substr( self::$below->url, 0, -7 ) ), 'mautic', 'token.not_mautic', static fn() => self::$below->url ),
			'9 only /index.php, with a redirect'         => array( 'client', $front( 'index_redirect' ), 'redirect', 'token.rewrite_off' ),
			'9 only /index.php, without one'             => array( 'client', $front( 'no_rewrite' ), 'mautic', 'token.rewrite_off' ),
			'10 a proxy that ends TLS'                   => array( 'client', $front( 'tls_proxy' ), 'redirect', 'token.redirect_loop' ),
			'10 a proxy, seen by a POST alone'           => array( 'client', $front( 'https_only' ), 'credentials', 'token.https_only' ),
			'11 a second login'                          => array( 'configure', static fn( self $test ) => $test->explained( $test->browse( array( array( 'GET', self::$mautic->url . '/oauth/v2/authorize?client_id=' . Stand_In::CLIENT_ID . '&response_type=code' ) ) ) ), 'explain', 'explain.login' ),
			'11 the dashboard'                           => array( 'configure', static fn( self $test ) => $test->explained( self::$mautic->url . '/s/dashboard' ), 'explain', 'explain.dashboard' ),
			'12 a firewall'                              => array( 'connect', $front( 'firewall' ), 'mautic', 'token.blocked' ),
			'12 a challenge of Cloudflare’s'             => array( 'connect', $front( 'cloudflare' ), 'mautic', 'token.blocked' ),
			'12 maintenance'                             => array( 'connect', $front( 'maintenance' ), 'mautic', 'token.server_error' ),
			'13 a certificate that is none'              => array( 'client', static fn( self $test ) => $test->configure( 'client', 'https://localhost:' . $test->self_signed()->port ), 'tls', 'transport.tls' ),
			'14 the second API refuses the token'        => array( 'connect', static fn() => connector_for_mautic_request( 'GET', 'v2/contacts' ), 'call', 'api.v2_refused' ),
			'15 a token in a body'                       => array( 'connect', static fn() => connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => array( 'email' => 'a@example.test', 'access_token' => 'mine' ), 'content_type' => 'application/x-www-form-urlencoded' ) ), 'call', 'api_call.form_invalid' ),
			'15 the header of a POST alone is lost'      => array( 'connect', static fn( self $test ) => $test->stripped_post(), 'call', 'api.header_stripped' ),
			'16 a permission is missing'                 => array( 'connect', static fn( self $test ) => $test->without_permission(), 'permission', 'api.forbidden' ),
			'17 too many calls'                          => array( 'connect', static fn( self $test ) => $test->limited(), 'permission', 'api.rate_limited' ),
			'clock ten minutes ahead'                    => array( 'connect', static fn() => self::$mautic->control( 'POST', 'clock', array( 'offset' => 600 ) ), 'clock', 'clock.skew' ),
			'WP_HTTP_BLOCK_EXTERNAL'                     => array( 'nothing', static fn( self $test ) => $test->blocked(), 'reachable', 'transport.blocked' ),
			'a name that nobody knows'                   => array( 'client', static fn( self $test ) => $test->configure( 'client', 'https://mautic.invalid' ), 'dns', 'transport.dns' ),
		);
	}

	/** @dataProvider problems */
	public function test_a_problem_is_recognised( string $before, Closure $meet, string $where, string $code, ?Closure $suggestion = null ): void {
		if ( 'connect' === $before ) {
			$this->assertTrue( $this->returned()['ok'] );
		} elseif ( 'nothing' !== $before ) {
			$this->configure( $before );
		}
		$met = $meet( $this );
		if ( in_array( $where, array( 'return', 'explain' ), true ) ) {
			$this->assertSame( $code, $met['code'] ?? null );
			return;
		}
		if ( 'call' === $where ) {
			$this->assertWPErrorCode( "connector_for_mautic.$code", $met );
			return;
		}
		$steps = $met['steps'] ?? Doctor::run()->steps;
		$found = array_filter( $steps, static fn( $step ) => in_array( $step['state'], array( 'failed', 'warned' ), true ) );
		$this->assertNotEmpty( $found, (string) wp_json_encode( $steps ) );
		$first = reset( $found );
		$this->assertSame( array( $where, $code ), array( $first['name'], $first['error']['code'] ), (string) wp_json_encode( $found ) );
		$this->assertSame( null === $suggestion ? null : $suggestion(), $first['error']['suggestion'] ?? null );
		$this->assertSame( array( 'cron', 'loopback', 'key' ), array_slice( array_column( $steps, 'name' ), -3 ) );
		$this->assertStringNotContainsString( Stand_In::CLIENT_SECRET, (string) wp_json_encode( $steps ) );
		$this->assertNotSame( Messages::of( array( 'code' => 'no.such_code' ) )['fix'], Messages::of( $first['error'] )['fix'] );
	}

	public function test_no_problem_has_no_row(): void {
		$rows     = array_keys( $this->problems() );
		$numbers  = array_unique( array_map( 'intval', $rows ) );
		$expected = range( 1, 17 );
		$this->assertSame( array(), array_diff( $expected, $numbers ) );
		$this->assertContains( 'WP_HTTP_BLOCK_EXTERNAL', $rows );
		// The stand-in says of each how it plays it.
		$readme = file_get_contents( dirname( __DIR__ ) . '/mautic-stand-in/README.md' );
		foreach ( $expected as $number ) {
			$this->assertStringContainsString( "\n| $number | ", $readme );
		}
	}

	public function test_a_connection_without_a_problem_has_none(): void {
		foreach ( array( 'connect', 'client', 'basic' ) as $before ) {
			delete_option( Storage::option_name() );
			'connect' === $before ? $this->returned() : $this->configure( $before );
			$result = Doctor::run();
			$this->assertTrue( $result->ok(), $before );
			$this->assertSame( array(), array_filter( $result->steps, static fn( $step ) => in_array( $step['state'], array( 'failed', 'warned' ), true ) ), $before );
			$this->assertSame( Doctor::STEPS, array_column( $result->steps, 'name' ), $before );
		}
	}

	public function test_a_role_without_a_permission_is_named(): void {
		$this->returned();
		$this->without_permission();
		$result = Doctor::run();
		$this->assertTrue( $result->ok(), 'nothing is broken by it' );
		$step  = array_column( $result->steps, null, 'name' )['permission'];
		$words = Messages::of( $step['error'], $result->answer['status'] );
		$this->assertSame( array( 'warned', 'contacts' ), array( $step['state'], $step['detail'] ) );
		$this->assertStringContainsString( 'The role “Reader”', $words['message'] );
		$this->assertStringContainsString( '“contacts”', $words['message'] );
	}

	/** Saves the settings of a method, for a server. */
	public function configure( string $method, ?string $url = null ): void {
		$values = array(
			'auth_method'   => array( 'client' => 'client_credentials', 'basic' => 'basic' )[ $method ] ?? 'authorization_code',
			'base_url'      => $url ?? self::$mautic->url,
			'client_id'     => Stand_In::CLIENT_ID,
			'client_secret' => Stand_In::CLIENT_SECRET,
			'username'      => 'admin',
			'password'      => Stand_In::PASSWORD,
		);
		self::$mautic->control( 'PATCH', 'settings', array( 'basic_enabled' => true ) );
		$result = Form_Handler::save_values( $values );
		$this->assertTrue( $result->ok(), (string) wp_json_encode( $result->answer ) );
	}

	/** Comes back from Mautic with a code that was given for a redirect URI. */
	private function returned( ?string $redirect_uri = null ): array {
		$query  = $this->redirected();
		$result = Authorize_Return::handle( "state={$query['state']}&code=" . $this->code( $redirect_uri ?? $query['redirect_uri'] ) );
		return ( $result->error() ?? array() ) + array( 'ok' => $result->ok() );
	}

	private function returned_twice(): ?array {
		$query = $this->redirected();
		$code  = $this->code( $query['redirect_uri'] );
		Authorize_Return::handle( "state={$query['state']}&code=$code" );
		return Authorize_Return::handle( "state={$query['state']}&code=$code" )->error();
	}

	/** @return array<string, string> The query of the address that Authorize leads to. */
	private function redirected(): array {
		$this->configure( 'code' );
		parse_str( (string) wp_parse_url( (string) Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $query );
		return $query;
	}

	/** A code of Mautic's. */
	private function code( string $redirect_uri ): string {
		return self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'redirect_uri' => $redirect_uri ) )['value'];
	}

	/** What is said of what Mautic shows after Accept, where another redirect URI is registered. */
	private function accepted( int $times ): array {
		self::$mautic->control( 'PATCH', 'clients/' . Stand_In::CLIENT_ID, array( 'redirect_uris' => array( self::OTHER_URI ) ) );
		$url  = (string) Runner::of_site()->run( Form_Handler::authorize_event() )->redirect;
		$form = array();
		parse_str( (string) wp_parse_url( $url, PHP_URL_QUERY ), $query );
		foreach ( array( 'client_id', 'response_type', 'redirect_uri', 'state' ) as $name ) {
			$form[ "fos_oauth_server_authorize_form[$name]" ] = $query[ $name ];
		}
		$login = array( 'POST', self::$mautic->url . '/oauth/v2/authorize_login_check', array( '_username' => 'admin', '_password' => Stand_In::PASSWORD ) );
		$visit = array( array( 'GET', $url ), $login, array( 'POST', self::$mautic->url . '/oauth/v2/authorize', $form + array( 'accepted' => '' ) ) );
		$shown = '';
		for ( $time = 0; $time < $times; ++$time ) {
			$shown = $this->browse( 0 === $time ? $visit : array( array( 'GET', $url ), $login ) );
		}
		return $this->explained( $shown );
	}

	/** What is said of what somebody pasted. */
	public function explained( string $text ): array {
		return Runner::of_site()->run( array( 'type' => 'explain', 'text' => $text, 'redirect_uri' => Authorize_Return::redirect_uri() ) )->answer['explained'];
	}

	/** Goes from page to page as a browser does, and returns what the last one says. */
	public function browse( array $visit ): string {
		$curl = curl_init();
		$body = '';
		foreach ( $visit as $page ) {
			curl_setopt_array( $curl, array( CURLOPT_URL => $page[1], CURLOPT_COOKIEFILE => '', CURLOPT_FOLLOWLOCATION => true, CURLOPT_RETURNTRANSFER => true, CURLOPT_HTTPGET => true ) );
			if ( 'POST' === $page[0] ) {
				curl_setopt( $curl, CURLOPT_POSTFIELDS, http_build_query( $page[2] ) );
			}
			$body = (string) curl_exec( $curl );
		}
		// A person copies what is to be read, and JSON as it is.
		return str_starts_with( $body, '{' ) ? $body : wp_strip_all_tags( $body );
	}

	/** A server of TLS that ends with the test. */
	public function self_signed(): Self_Signed_Server {
		return $this->servers[] = new Self_Signed_Server();
	}

	/** @var Self_Signed_Server[] */
	private array $servers = array();

	protected function tearDown(): void {
		array_map( static fn( $server ) => $server->stop(), $this->servers );
		parent::tearDown();
	}

	/** The answer to a POST whose header is lost on the way, though that of a GET arrives. */
	private function stripped_post() {
		self::$mautic->control( 'POST', 'faults', array( 'path' => '/api/', 'kind' => 'strip_authorization', 'times' => 9 ) );
		return connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => array( 'email' => 'ada@example.test' ) ) );
	}

	/** Takes the permission to read contacts from the account. */
	private function without_permission(): void {
		self::$mautic->control( 'POST', 'roles', array( 'id' => 2, 'name' => 'Reader', 'admin' => false, 'permissions' => array( 'api:access' => array( 'full' ) ) ) );
		self::$mautic->control( 'PATCH', 'users/admin', array( 'role' => 2 ) );
	}

	/** Lets Mautic take one call an hour more. */
	private function limited(): void {
		self::$mautic->control( 'DELETE', 'rate-limit' );
		self::$mautic->control( 'PATCH', 'settings', array( 'version' => '6.0.3', 'rate_limit' => 1 ) );
	}

	/** The steps in a WordPress that may ask nobody. The loopback addresses that it never forbids are not among these. */
	private function blocked(): array {
		$this->for_good( fn() => $this->configure( 'client', 'http://127.0.0.2:8081' ) );
		list( , $output ) = $this->wp_cli( array( 'mautic', 'test', '--format=json', "--exec=define( 'WP_HTTP_BLOCK_EXTERNAL', true );" ) );
		$this->for_good( static fn() => delete_option( Storage::option_name() ) );
		return json_decode( $output, true );
	}
}
