<?php
/**
 * The REST API: who may, what is answered, and what an error says.
 *
 * @package Connector_For_Mautic
 */

final class RestTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		// A server of its own: routes are registered once in a process otherwise.
		$GLOBALS['wp_rest_server'] = null;
	}

	protected function tearDown(): void {
		$GLOBALS['wp_rest_server'] = null;
		parent::tearDown();
	}

	/** @dataProvider routes */
	public function test_each_route_takes_its_own_method_only( string $method, string $route ): void {
		$handlers = rest_get_server()->get_routes( 'connector-for-mautic/v1' )[ "/connector-for-mautic/v1/$route" ];
		$this->assertSame( array( array( $method => true ) ), array_column( $handlers, 'methods' ) );
		$other = 'GET' === $method ? 'POST' : 'GET';
		$this->assertSame( 404, $this->call( $other, $route )->get_status() );
	}

	/** @dataProvider routes */
	public function test_only_who_may_manage_the_connection_gets_an_answer( string $method, string $route ): void {
		$this->connect();
		$subscriber = wp_insert_user( array( 'user_login' => 'sub', 'user_pass' => 'x', 'role' => 'subscriber' ) );
		foreach ( array( array( 0, 401 ), array( $subscriber, 403 ) ) as list( $user, $status ) ) {
			wp_set_current_user( $user );
			$response = $this->call( $method, $route, array( 'method' => 'GET', 'path' => 'contacts' ) );
			$this->assertSame( array( $status, 'rest_forbidden' ), array( $response->get_status(), $response->get_data()['code'] ) );
			$this->assertSame( 'no-store', $response->get_headers()['Cache-Control'] );
		}
		$this->assertSame( array(), $this->requests );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );

		add_filter( 'connector_for_mautic_capability', static fn() => 'read' );
		wp_set_current_user( $subscriber );
		$this->answers = 'test' === $route ? array( ...$this->opening(), $this->identity(), $this->contacts() ) : array( $this->token( 2 ), $this->json( array( 'id' => 1 ) ) );
		$this->assertNotContains( $this->call( $method, $route )->get_status(), array( 401, 403 ), 'by the filtered capability' );
	}

	public function routes(): array {
		return array(
			'status'     => array( 'GET', 'status' ),
			'authorize'  => array( 'POST', 'authorize' ),
			'refresh'    => array( 'POST', 'refresh' ),
			'test'       => array( 'POST', 'test' ),
			'request'    => array( 'POST', 'request' ),
			'connection' => array( 'DELETE', 'connection' ),
		);
	}

	public function test_the_status_is_the_one_of_php_and_matches_its_schema(): void {
		$this->connect();
		$response = $this->call( 'GET', 'status' );
		$this->assertSame( 200, $response->get_status() );
		$this->assertSame( connector_for_mautic_status(), $response->get_data() );
		$this->assertMatches( 'status', $response->get_data() );
		$this->answers = array( new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' ) );
		connector_for_mautic_request( 'GET', 'contacts' );
		$this->assertMatches( 'status', $this->call( 'GET', 'status' )->get_data() );
	}

	public function test_authorize_gives_the_current_users_address(): void {
		$this->configure();
		$response = $this->call( 'POST', 'authorize' );
		$this->assertSame( 200, $response->get_status() );
		$this->assertMatches( 'authorize', $response->get_data() );
		$this->assertStringStartsWith( 'https://mautic.example.test/oauth/v2/authorize?client_id=1_abc&', $response->get_data()['url'] );
		$this->assertSame( 'pending', connector_for_mautic_status()['status'] );
	}

	public function test_refresh_answers_the_status(): void {
		$this->connect();
		$this->answers = array( $this->token( 2 ) );
		$refreshed     = $this->call( 'POST', 'refresh' );
		$this->assertSame( array( 200, 'connected' ), array( $refreshed->get_status(), $refreshed->get_data()['status'] ) );
		$this->assertSame( array( '/oauth/v2/token' ), array_column( $this->requests, 1 ) );
	}

	public function test_a_test_answers_the_status_with_its_steps(): void {
		$this->connect();
		$this->answers = array( ...$this->opening(), $this->identity(), $this->contacts() );
		$tested        = $this->call( 'POST', 'test' );
		$data          = $tested->get_data();
		$this->assertSame( array( 200, 'connected' ), array( $tested->get_status(), $data['status'] ) );
		$this->assertMatches( 'test', $data );
		$this->assertSame( Connector_For_Mautic\Doctor::STEPS, array_column( $data['steps'], 'name' ) );
		$this->assertSame( array( 'GET https://mautic.example.test/api/users/self 200' ), array_map( static fn( $request ) => implode( ' ', $request ), array_column( $data['steps'], 'requests', 'name' )['identity'] ) );
		$this->assertSame( 'contacts', array_column( $data['steps'], 'detail', 'name' )['permission'] );
	}

	public function test_a_test_that_fails_is_an_error_with_its_steps(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'errors' => array( array( 'message' => 'API disabled.', 'code' => 403, 'type' => 'api_disabled' ) ) ), 403 ) );
		$tested        = $this->call( 'POST', 'test' );
		$this->assertSame( array( 409, 'connector_for_mautic.token.api_disabled' ), array( $tested->get_status(), $tested->get_data()['code'] ) );
		$steps = array_column( $tested->get_data()['data']['steps'], null, 'name' );
		$this->assertSame( array( 'passed', 'failed', 'skipped' ), array( $steps['mautic']['state'], $steps['api']['state'], $steps['identity']['state'] ) );
		$this->assertSame( array( 'token.api_disabled', 403, 'API disabled.' ), array( $steps['api']['error']['code'], $steps['api']['error']['http_status'], $steps['api']['error']['detail'] ) );
		$this->assertStringContainsString( 'API enabled?', $steps['api']['error']['fix'] );
	}

	public function test_a_request_goes_to_mautic_and_its_answer_comes_back(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'total' => '0' ), 200, array( 'mautic-version' => '7.0.0', 'set-cookie' => 'session=1', 'x-powered-by' => 'PHP' ) ) );
		$response      = $this->call( 'POST', 'request', array( 'method' => 'GET', 'path' => 'contacts', 'query' => array( 'search' => 'a b', 'limit' => 1 ) ) );
		$this->assertSame( 200, $response->get_status() );
		$this->assertSame( '{"status":200,"headers":{"content-type":"application\/json","mautic-version":"7.0.0"},"body":{"total":"0"}}', wp_json_encode( $response->get_data() ) );
		$this->assertMatches( 'request', $response->get_data() );
		$this->assertSame( '/api/contacts?search=a%20b&limit=1', $this->requests[0][1] );
	}

	/** @dataProvider bodies */
	public function test_a_body_reaches_mautic_in_its_own_shape( string $raw, string $sent ): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'ok' => true ), 201 ) );
		$request       = new WP_REST_Request( 'POST', '/connector-for-mautic/v1/request' );
		$request->set_header( 'Content-Type', 'application/json' );
		$request->set_body( '{"method":"POST","path":"contacts/new","body":' . $raw . '}' );
		$response = rest_do_request( $request );
		$this->assertSame( array( 200, 201 ), array( $response->get_status(), $response->get_data()['status'] ?? $response->get_data() ) );
		$this->assertSame( $sent, $this->requests[0][2] );
	}

	public function bodies(): array {
		return array(
			'empty objects and lists' => array( '{"a":{},"b":[],"c":{"0":1}}', '{"a":{},"b":[],"c":{"0":1}}' ),
			'a list'                  => array( '[{"email":"é@example.test"}]', '[{"email":"é@example.test"}]' ),
			'a text'                  => array( '"{\"a\": 1}"', '{"a": 1}' ),
			'a text that looks like a number' => array( '"1"', '1' ),
		);
	}

	public function test_a_form_is_a_body_too(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'ok' => true ) ) );
		$request       = new WP_REST_Request( 'POST', '/connector-for-mautic/v1/request' );
		$request->set_body_params( array( 'method' => 'POST', 'path' => 'contacts/new', 'body' => array( 'email' => 'a@example.test' ) ) );
		$this->assertSame( 200, rest_do_request( $request )->get_status() );
		$this->assertSame( '{"email":"a@example.test"}', $this->requests[0][2] );
	}

	public function test_what_mautic_refuses_is_an_answer_and_not_an_error(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'errors' => array( array( 'code' => 404, 'message' => 'Item was not found.' ) ) ), 404 ) );
		$response      = $this->call( 'POST', 'request', array( 'method' => 'GET', 'path' => 'contacts/99' ) );
		$this->assertSame( array( 200, 404, 'Item was not found.' ), array( $response->get_status(), $response->get_data()['status'], $response->get_data()['body']['errors'][0]['message'] ) );
	}

	/** @dataProvider errors */
	public function test_an_errors_status_says_whose_move_is_next( int $status, string $code, array $params, ?callable $before = null ): void {
		$this->connect();
		$before && $before( $this );
		$response = $this->call( 'POST', 'request', $params + array( 'method' => 'GET', 'path' => 'contacts' ) );
		$data     = $response->get_data();
		$this->assertSame( array( $status, $code ), array( $response->get_status(), $data['code'] ) );
		$this->assertSame( $status, $data['data']['status'] );
		$this->assertNotSame( '', $data['message'] );
	}

	public function errors(): array {
		return array(
			'a method that is none' => array( 400, 'connector_for_mautic.api_call.method_unknown', array( 'method' => 'BREW' ) ),
			'out of the API'        => array( 400, 'connector_for_mautic.api_call.path_invalid', array( 'path' => '../s/config' ) ),
			'another server'        => array( 400, 'connector_for_mautic.api_call.path_invalid', array( 'path' => 'https://other.example.test/' ) ),
			'no path'               => array( 400, 'rest_invalid_param', array( 'path' => array( 'contacts' ) ) ),
			'a body of a number'    => array( 400, 'connector_for_mautic.api_call.arguments_invalid', array( 'method' => 'POST', 'body' => 5 ) ),
			'a body of true'        => array( 400, 'connector_for_mautic.api_call.arguments_invalid', array( 'method' => 'POST', 'body' => true ) ),
			'a body with GET'       => array( 400, 'connector_for_mautic.api_call.body_not_allowed', array( 'body' => new stdClass() ) ),
			'a query of a number'   => array( 400, 'rest_invalid_param', array( 'query' => 7 ) ),
			'the owners move'       => array( 409, 'connector_for_mautic.connection.needs_authorization', array(), static fn() => Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'disconnect' ) ) ),
			'nobodys move'          => array( 503, 'connector_for_mautic.transport.timeout', array(), static fn( $test ) => $test->answers = array( new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' ) ) ),
		);
	}

	public function test_an_error_says_when_to_come_back(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'errors' => array( array( 'code' => 429, 'message' => 'Too many.' ) ) ), 429, array( 'retry-after' => '120' ) ) );
		$response      = $this->call( 'POST', 'request', array( 'method' => 'GET', 'path' => 'contacts' ) );
		$this->assertSame( array( 503, 'connector_for_mautic.api.rate_limited' ), array( $response->get_status(), $response->get_data()['code'] ) );
		$this->assertEqualsWithDelta( 120, (int) $response->get_headers()['Retry-After'], 10 );
		$this->assertEqualsWithDelta( time() + 120, $response->get_data()['data']['retry_at'], 10 );
	}

	public function test_disconnecting_keeps_the_settings(): void {
		$this->connect();
		$response = $this->call( 'DELETE', 'connection' );
		$this->assertSame( array( 200, 'ready', 'https://mautic.example.test' ), array( $response->get_status(), $response->get_data()['status'], $response->get_data()['base_url'] ) );
		$this->assertStringContainsString( 's3cret', $this->document() );
	}

	public function test_nothing_secret_is_in_any_answer(): void {
		$this->connect();
		$echo          = fn( int $token ) => $this->json( array( 'errors' => array( array( 'code' => 403, 'message' => "No: Bearer access-$token" ) ) ), 403, array( 'mautic-version' => "access-$token" ) );
		$this->answers = array( $echo( 1 ), $this->token( 2 ), ...$this->opening(), ...array( $this->identity(), $echo( 2 ) ) );
		$said          = '';
		foreach ( array( array( 'GET', 'status' ), array( 'POST', 'request' ), array( 'POST', 'refresh' ), array( 'POST', 'test' ), array( 'OPTIONS', 'request' ), array( 'DELETE', 'connection' ) ) as list( $method, $route ) ) {
			$response = $this->call( $method, $route, array( 'method' => 'GET', 'path' => 'contacts' ) );
			$said    .= wp_json_encode( array( $response->get_data(), $response->get_headers() ) );
		}
		$this->assertDoesNotMatchRegularExpression( '/access-\d|refresh-\d|s3cret/', $said );
	}

	/** @dataProvider routes */
	public function test_options_shows_arguments_and_schema( string $method, string $route ): void {
		$data = $this->call( 'OPTIONS', $route )->get_data();
		$this->assertSame( array( $method ), $data['methods'] );
		$this->assertSame( 'object', $data['schema']['type'] );
		if ( 'request' === $route ) {
			$this->assertSame( array( 'method', 'path', 'query', 'body' ), array_keys( $data['endpoints'][0]['args'] ) );
		}
	}

	public function test_an_ordinary_page_does_not_load_it(): void {
		list( $status, $output ) = $this->php( '-r', 'define( "WP_USE_THEMES", false ); require $argv[1]; var_dump( array_filter( get_included_files(), static fn( $file ) => str_contains( $file, "class-rest.php" ) && str_contains( $file, "connector-for-mautic" ) ) );', '--', SITE . '/wp-load.php' );
		$this->assertSame( array( 0, "array(0) {\n}\n" ), array( $status, $output ) );
	}

	private function call( string $method, string $route, array $params = array() ): WP_REST_Response {
		$request = new WP_REST_Request( $method, '/connector-for-mautic/v1/' . $route );
		$request->set_header( 'Content-Type', 'application/json' );
		$request->set_body( wp_json_encode( (object) $params ) );
		$response = rest_do_request( $request );
		return rest_ensure_response( apply_filters( 'rest_post_dispatch', $response, rest_get_server(), $request ) );
	}

	private function assertMatches( string $route, array $data ): void {
		$schema = $this->call( 'OPTIONS', $route )->get_data()['schema'];
		$this->assertTrue( rest_validate_value_from_schema( json_decode( wp_json_encode( $data ), true ), array( 'additionalProperties' => false ) + $schema ) );
		$this->assertSame( array_keys( $schema['properties'] ), array_keys( $data ) );
	}
}
