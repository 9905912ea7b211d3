<?php
/**
 * Wrong calls and hostile surroundings: a clear error, no request anywhere else, and a connection that
 * works afterwards as before. Through PHP and through REST, with real servers; see CommandTest for WP-CLI.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Form_Handler;

/** @group http */
final class BadInputTest extends Plugin_Case {

	/** Plays Mautic. */
	private static Local_Server $mautic;

	/** Nobody has anything to say to it. */
	private static Local_Server $other;

	public static function setUpBeforeClass(): void {
		self::$mautic = new Local_Server();
		self::$other  = new Local_Server();
	}

	public static function tearDownAfterClass(): void {
		self::$mautic->stop();
		self::$other->stop();
	}

	protected function setUp(): void {
		parent::setUp();
		wp_set_current_user( 1 );
		$this->save( self::$mautic->url( '' ) );
	}

	/** @dataProvider wrong_calls */
	public function test_a_wrong_call_is_named_and_nothing_is_sent( string $code, string $method, string $path, array $args = array() ): void {
		$before = self::$mautic->requests();
		$error  = connector_for_mautic_request( $method, $path, $args );
		$this->assertWPErrorCode( "connector_for_mautic.$code", $error );
		$this->assertSame( 'misuse', $error->get_error_data()['kind'] );
		$this->assertStringEndsWith( 'Nothing was sent.', explode( ' The answer was', $error->get_error_message() )[0] );
		$this->assertSame( $before, self::$mautic->requests() );
		$this->assertUnharmed();
	}

	/** @dataProvider wrong_calls */
	public function test_so_it_is_over_rest( string $code, string $method, string $path, array $args = array() ): void {
		$before  = self::$mautic->requests();
		$request = new WP_REST_Request( 'POST', '/connector-for-mautic/v1/request' );
		$request->set_body_params( compact( 'method', 'path' ) + array_intersect_key( $args, array( 'query' => 0, 'body' => 0 ) ) );
		$response = rest_do_request( $request );
		if ( array_diff_key( $args, array( 'query' => 0, 'body' => 0 ) ) ) {
			$this->assertSame( 200, $response->get_status(), 'REST has no such argument' );
			return;
		}
		$this->assertSame( array( 400, "connector_for_mautic.$code" ), array( $response->get_status(), $response->get_data()['code'] ) );
		$this->assertSame( $before, self::$mautic->requests() );
		$this->assertUnharmed();
	}

	public function wrong_calls(): array {
		$post  = array( 'POST', 'echo' );
		$calls = array(
			'a body over the limit'     => array( 'api_call.body_too_large', ...$post, ...array( array( 'body' => str_repeat( 'x', ( 16 << 20 ) + 1 ) ) ) ),
			'JSON over the limit'       => array( 'api_call.body_too_large', ...$post, ...array( array( 'body' => array( str_repeat( 'x', 16 << 20 ) ) ) ) ),
			'a text that is not UTF-8'  => array( 'api_call.body_not_utf8', ...$post, ...array( array( 'body' => "{\"name\":\"Andr\xe9\"}" ) ) ),
			'data that is not UTF-8'    => array( 'api_call.body_not_utf8', ...$post, ...array( array( 'body' => array( 'name' => "Andr\xe9" ) ) ) ),
			'a header in the query'     => array( 'api_call.query_invalid', 'GET', 'echo', array( 'query' => "limit=1 HTTP/1.1\r\nX-Header: 1" ) ),
			'a fragment in the query'   => array( 'api_call.query_invalid', 'GET', 'echo', array( 'query' => 'a=1#b' ) ),
			'a body with GET'           => array( 'api_call.body_not_allowed', 'GET', 'echo', array( 'body' => array( 'access_token' => 'x' ) ) ),
			'an empty body with HEAD'   => array( 'api_call.body_not_allowed', 'head', 'echo', array( 'body' => '' ) ),
			'a token in the query'      => array( 'api_call.query_invalid', 'GET', 'echo', array( 'query' => array( 'access_token' => 'x' ) ) ),
			'a token in a form'         => array( 'api_call.form_invalid', ...$post, ...array( array( 'content_type' => 'application/x-www-form-urlencoded', 'body' => array( 'a' => 1, 'access.token' => 'x' ) ) ) ),
			'a token in a form as text' => array( 'api_call.form_invalid', ...$post, ...array( array( 'content_type' => 'Application/X-WWW-Form-urlencoded ; charset=utf-8', 'body' => 'a=1&access%5ftoken=x' ) ) ),
			'a header in the content type' => array( 'api_call.content_type_invalid', ...$post, ...array( array( 'body' => 'x', 'content_type' => "text/plain\r\nX-Header: 1" ) ) ),
		);
		foreach ( array( '', 'TRACE', 'CONNECT', 'OPTIONS', 'BREW', "GET\r\nX-Header: 1", 'GET /api/echo HTTP/1.1', "GET\0", 'ＧＥＴ' ) as $method ) {
			$calls[ 'method ' . wp_json_encode( $method ) ] = array( 'api_call.method_unknown', $method, 'echo' );
		}
		$paths = array( '', '/', '..', '../echo', '/../echo', 'echo/../../echo', 'echo/..', './echo', 'echo//echo', '%2e%2e/echo', '%252e%252e/echo', '.%2E/echo', 'echo/%2e%2E', '..%2fecho', '..%5cecho', '..\\echo', "..\0/echo", "echo\r\nX-Header: 1", 'echo echo', 'echo?limit=1', 'echo#a', '//127.0.0.1/echo', 'http://127.0.0.1/echo', 'file:///etc/passwd', '@127.0.0.1/echo', 'user:password@127.0.0.1', "Andr\xe9", 'é', str_repeat( 'a', 9000 ) );
		foreach ( $paths as $path ) {
			$calls[ 'path ' . substr( rawurlencode( $path ), 0, 40 ) ] = array( 'api_call.path_invalid', 'GET', $path );
		}
		return $calls;
	}

	/** @dataProvider nonsense */
	public function test_a_filter_that_answers_nonsense_is_named( $nonsense ): void {
		$before = self::$mautic->requests();
		add_filter( 'connector_for_mautic_request_args', static fn() => $nonsense );
		$error = connector_for_mautic_request( 'GET', 'echo' );
		$this->assertWPErrorCode( 'connector_for_mautic.api_call.arguments_invalid', $error );
		$this->assertSame( 'connector_for_mautic_request_args', $error->get_error_data()['detail'] );
		$this->assertSame( $before, self::$mautic->requests() );
		remove_all_filters( 'connector_for_mautic_request_args' );
		$this->assertUnharmed();
	}

	public function nonsense(): array {
		return array( array( null ), array( new stdClass() ), array( 'limit=1' ), array( false ), array( new WP_Error( 'no' ) ) );
	}

	/** @dataProvider odd_arguments */
	public function test_odd_arguments_become_no_header( array $args ): void {
		add_filter( 'connector_for_mautic_request_args', static fn() => $args );
		$response = connector_for_mautic_request( 'GET', 'echo' );
		$this->assertSame( 200, $response['status'] );
		$this->assertArrayNotHasKey( 'X-Header', $response['body']['headers'] );
		remove_all_filters( 'connector_for_mautic_request_args' );
		$this->assertUnharmed();
	}

	public function odd_arguments(): array {
		return array(
			'a timeout with a header'   => array( array( 'timeout' => "10\r\nX-Header: 1" ) ),
			'a timeout of a list'       => array( array( 'timeout' => array( 1 ) ) ),
			'a negative one'            => array( array( 'timeout' => -1 ) ),
			'headers, which it has not' => array( array( 'headers' => array( 'X-Header' => '1' ), 'method' => 'POST', 'redirection' => 5 ) ),
			'a query with a line end'   => array( array( 'query' => array( "a\r\nX-Header" => "1\r\nX-Header: 1" ) ) ),
			'a query of nothing'        => array( array( 'query' => null ) ),
		);
	}

	public function test_a_query_may_begin_with_its_question_mark(): void {
		$this->assertSame( 'a=1', connector_for_mautic_request( 'GET', 'echo', array( 'query' => '?a=1' ) )['body']['query'] );
	}

	/** @dataProvider redirects */
	public function test_a_redirect_to_another_host_is_not_followed( int $status ): void {
		foreach ( array( 'http_request_args' => static fn( $arguments ) => array( 'redirection' => 5 ) + $arguments, 'http_request_redirection_count' => static fn() => 5 ) as $hook => $filter ) {
			add_filter( $hook, $filter, PHP_INT_MAX );
		}
		add_action( 'http_api_curl', static fn( $handle ) => curl_setopt( $handle, CURLOPT_FOLLOWLOCATION, true ), PHP_INT_MAX - 1 );
		foreach ( array( 'GET', 'POST' ) as $method ) {
			$error = connector_for_mautic_request( $method, 'redirect', array( 'query' => array( 'status' => $status, 'to' => self::$other->url( '/api/echo', 'localhost' ) ), 'body' => 'POST' === $method ? array( 'a' => 1 ) : null ) );
			$this->assertWPErrorCode( 'connector_for_mautic.api.redirected', $error );
		}
		$this->assertSame( array(), self::$other->requests() );
		$this->assertUnharmed();
	}

	public function redirects(): array {
		return array( array( 301 ), array( 302 ), array( 303 ), array( 307 ), array( 308 ) );
	}

	public function test_a_certificate_that_nobody_vouches_for_ends_it_whatever_a_plugin_switches_off(): void {
		add_filter( 'https_ssl_verify', '__return_false', PHP_INT_MAX );
		add_filter( 'http_request_args', static fn( $arguments ) => array( 'sslverify' => false, 'sslcertificates' => '', 'redirection' => 5 ) + $arguments, PHP_INT_MAX );
		add_action(
			'http_api_curl',
			static function ( $handle ) {
				curl_setopt_array( $handle, array( CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0, CURLOPT_FOLLOWLOCATION => true ) );
			},
			PHP_INT_MAX
		);
		$tls = new Self_Signed_Server();
		$this->save( "https://localhost:{$tls->port}" );
		$errors = array( connector_for_mautic_request( 'GET', 'echo' ), connector_for_mautic_request( 'POST', 'echo', array( 'body' => array( 'a' => 1 ) ) ) );
		$got    = $tls->requests();
		$tls->stop();
		foreach ( $errors as $error ) {
			$this->assertWPErrorCode( 'connector_for_mautic.transport.tls', $error );
			$this->assertSame( 'transient', $error->get_error_data()['kind'] );
		}
		$this->assertSame( 0, $got );
		$this->assertSame( array(), self::$other->requests() );
		remove_all_actions( 'http_api_curl' );
		$this->save( self::$mautic->url( '' ) );
		$this->assertUnharmed();
	}

	/** The connection works, and nobody else was asked anything. */
	private function assertUnharmed(): void {
		$response = connector_for_mautic_request( 'GET', 'echo', array( 'query' => 'a=1' ) );
		$this->assertIsArray( $response, is_wp_error( $response ) ? $response->get_error_message() : '' );
		$this->assertSame( array( 200, 'a=1' ), array( $response['status'], $response['body']['query'] ) );
		$this->assertSame( 'Basic ' . base64_encode( 'ada:pass word' ), $response['body']['headers']['Authorization'] );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->assertSame( array(), self::$other->requests() );
	}

	private function save( string $base_url ): void {
		$result = Form_Handler::save_values( array( 'auth_method' => 'basic', 'base_url' => $base_url, 'username' => 'ada', 'password' => 'pass word' ) );
		$this->assertTrue( $result->ok(), wp_json_encode( $result->answer ) );
	}
}
