<?php
/**
 * What other plugins use, from a connection on.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class ApiTest extends Connected_Case {

	public function test_nothing_is_sent_before_the_site_is_set_up_and_connected(): void {
		$this->assertSame( 'connector_for_mautic.connection.not_configured', connector_for_mautic_request( 'GET', 'contacts' )->get_error_code() );
		$this->configure();
		$this->assertSame( 'connector_for_mautic.connection.needs_authorization', connector_for_mautic_request( 'GET', 'contacts' )->get_error_code() );
		$this->assertSame( array(), $this->requests );
	}

	public function test_connecting_exchanges_the_code_asks_who_we_are_tells_others_and_sets_the_clock(): void {
		$told = array();
		add_action(
			'connector_for_mautic_connected',
			static function ( $status ) use ( &$told ) {
				$told[] = $status['account_email'];
			}
		);
		wp_clear_scheduled_hook( Cron::HOOK );
		$this->connect();
		$this->assertSame( array( 'POST', '/oauth/v2/token' ), array_slice( $this->to_connect[0], 0, 2 ) );
		parse_str( $this->to_connect[0][2], $form );
		$this->assertSame( array( '1_abc', 'code-1', admin_url( 'admin.php' ) ), array( $form['client_id'], $form['code'], $form['redirect_uri'] ) );
		$this->assertSame( '/api/users/self', $this->to_connect[1][1] );
		$this->assertSame( array( 'ada@example.test' ), $told );
		$status = connector_for_mautic_status();
		$this->assertSame( array( 'connected', 'ada@example.test', '7.0.0' ), array( $status['status'], $status['account_email'], $status['mautic_version'] ) );
		$this->assertSame( $status['background_renew_at'], wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_odd_arguments_are_read_as_what_they_mean(): void {
		$this->connect();
		$this->answers = array( $this->json( array() ), $this->json( array() ) );
		$this->assertSame( 200, connector_for_mautic_request( 'GET', 'contacts', array( 'query' => (object) array( 'limit' => 1 ), 'timeout' => 1e30 ) )['status'] );
		$this->assertSame( '/api/contacts?limit=1', $this->requests[0][1] );
		$this->assertSame( 200, connector_for_mautic_request( 'GET', 'contacts', array( 'timeout' => 'soon' ) )['status'] );
	}

	/**
	 * @testWith [400, ""]
	 *           [404, ""]
	 *           [500, "connector_for_mautic.api.server_error"]
	 */
	public function test_a_long_refusal_stops_nothing_and_is_the_callers( int $status, string $code ): void {
		$this->connect();
		$said          = str_repeat( "a\x01", 1 << 20 );
		$this->answers = array( $this->json( array( 'errors' => array( array( 'message' => $said ) ) ), $status ) );
		$response      = connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => array( 'email' => $said ) ) );
		if ( '' === $code ) {
			$this->assertSame( array( $status, $said ), array( $response['status'], $response['body']['errors'][0]['message'] ) );
		} else {
			$this->assertSame( $code, $response->get_error_code() );
		}
	}

	/**
	 * @testWith [{"query": "LONG"}]
	 *           [{"body": "x", "content_type": "LONG"}]
	 */
	public function test_what_is_longer_than_anything_is_told_as_that( array $args ): void {
		$this->connect();
		$args  = array_map( static fn( $value ) => str_replace( 'LONG', str_repeat( 'x', 1 << 20 ), $value ), $args );
		$error = connector_for_mautic_request( isset( $args['body'] ) ? 'POST' : 'GET', 'contacts', $args );
		$this->assertSame( 'connector_for_mautic.message.too_large', $error->get_error_code() );
		$this->assertSame( array(), $this->requests );
	}

	public function test_a_form_may_have_many_fields(): void {
		$this->connect();
		$this->answers = array( $this->json( array() ) );
		$response      = connector_for_mautic_request( 'POST', 'contacts/new', array( 'content_type' => 'application/x-www-form-urlencoded', 'body' => str_repeat( 'a&', 1 << 20 ) ) );
		$this->assertSame( 200, $response['status'] );
	}

	public function test_a_request_carries_token_query_and_json_and_brings_the_answer(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'total' => '0' ), 200, array( 'x-custom' => 'kept' ) ), $this->json( array( 'contact' => array( 'id' => 1 ) ), 201 ) );
		$response      = connector_for_mautic_request( 'get', 'contacts', array( 'query' => array( 'search' => 'a b&c', 'where' => array( array( 'col' => 'id' ) ) ) ) );
		$this->assertSame( array( 200, array( 'total' => '0' ), 'kept' ), array( $response['status'], $response['body'], $response['headers']['x-custom'] ) );
		$response = connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => array( 'email' => 'é@example.test' ) ) );
		$this->assertSame( 201, $response['status'] );

		list( $get, $post ) = $this->requests;
		$this->assertSame( array( 'GET', '/api/contacts?search=a%20b%26c&where%5B0%5D%5Bcol%5D=id' ), array_slice( $get, 0, 2 ) );
		$this->assertSame( 'Bearer access-1', $get[3]['Authorization'] );
		$this->assertSame( 'application/json', $post[3]['Content-Type'] );
		$this->assertSame( array( 'email' => 'é@example.test' ), json_decode( $post[2], true ) );
	}

	public function test_what_mautic_refuses_in_the_request_is_the_callers(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'errors' => array( array( 'code' => 400, 'message' => 'email: x is invalid.' ) ) ), 400 ), $this->json( array( 'errors' => array( array( 'code' => 404, 'message' => 'Item was not found.' ) ) ), 404 ) );
		$response      = connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => array( 'email' => 'x' ) ) );
		$this->assertSame( array( 400, 'email: x is invalid.' ), array( $response['status'], $response['body']['errors'][0]['message'] ) );
		$this->assertSame( 404, connector_for_mautic_request( 'GET', 'contacts/99' )['status'] );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
	}

	public function test_a_refused_token_is_renewed_and_the_request_repeated_with_its_body(): void {
		$this->connect();
		$refused       = $this->json( array( 'errors' => array( array( 'message' => 'The access token provided has expired.', 'code' => 401, 'type' => 'invalid_grant' ) ) ), 401 );
		$this->answers = array( $refused, $this->token( 2 ), $this->json( array( 'ok' => true ) ) );
		$response      = connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => '{"a":1}' ) );
		$this->assertSame( array( 200, array( 'ok' => true ) ), array( $response['status'], $response['body'] ) );
		$this->assertSame( array( '/api/contacts/new', '/oauth/v2/token', '/api/contacts/new' ), array_column( $this->requests, 1 ) );
		parse_str( $this->requests[1][2], $form );
		$this->assertSame( 'refresh-1', $form['refresh_token'] );
		$this->assertSame( array( 'Bearer access-2', '{"a":1}' ), array( $this->requests[2][3]['Authorization'], $this->requests[2][2] ) );
	}

	public function test_a_network_failure_loses_nothing(): void {
		$this->connect();
		$stored        = json_decode( $this->document(), true )['grant'];
		$this->answers = array( new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' ) );
		$error         = connector_for_mautic_request( 'GET', 'contacts' );
		$this->assertSame( 'connector_for_mautic.transport.timeout', $error->get_error_code() );
		$this->assertSame( 'transient', $error->get_error_data()['kind'] );
		$this->assertSame( $stored, json_decode( $this->document(), true )['grant'] );
	}

	public function test_the_arguments_can_be_filtered(): void {
		$this->connect();
		add_filter(
			'connector_for_mautic_request_args',
			function ( $args, $method, $path ) {
				$this->assertSame( array( 'GET', 'contacts' ), array( $method, $path ) );
				return array( 'query' => 'limit=1' ) + $args;
			},
			10,
			3
		);
		$this->answers = array( $this->json( array() ) );
		connector_for_mautic_request( 'GET', 'contacts' );
		$this->assertSame( '/api/contacts?limit=1', $this->requests[0][1] );
	}

	/** @dataProvider misuses */
	public function test_misuse_is_named_and_nothing_is_sent( string $code, string $method, string $path, array $args = array() ): void {
		$this->connect();
		$this->assertSame( "connector_for_mautic.$code", connector_for_mautic_request( $method, $path, $args )->get_error_code() );
		$this->assertSame( array(), $this->requests );
	}

	public function misuses(): array {
		return array(
			'a method that is none' => array( 'api_call.method_unknown', 'TRACE', 'contacts' ),
			'out of the API'        => array( 'api_call.path_invalid', 'GET', '../s/config' ),
			'another server'        => array( 'api_call.path_invalid', 'GET', '//evil.test/' ),
			'a header in the type'  => array( 'api_call.content_type_invalid', 'POST', 'contacts/new', array( 'body' => 'x', 'content_type' => "text/plain\r\nX: y" ) ),
			'a body that is no JSON' => array( 'api_call.body_invalid', 'POST', 'contacts/new', array( 'body' => array( NAN ) ) ),
		);
	}

	public function test_disconnecting_tells_others_and_forgets_the_tokens(): void {
		$this->connect();
		$told = 0;
		add_action(
			'connector_for_mautic_disconnected',
			static function () use ( &$told ) {
				++$told;
			}
		);
		Runner::of_site()->run( array( 'type' => 'disconnect' ) );
		$this->assertSame( 1, $told );
		$this->assertStringNotContainsString( 'access-1', $this->document() );
		$this->assertStringNotContainsString( 'refresh-1', $this->document() );
		$this->assertStringContainsString( 's3cret', $this->document() );
	}

	public function test_tokens_and_secrets_stand_nowhere_in_the_database(): void {
		global $wpdb;
		$this->connect();
		foreach ( array( 'access-1', 'refresh-1', 's3cret', 'code-1' ) as $secret ) {
			foreach ( array( "SELECT option_value FROM $wpdb->options", "SELECT meta_value FROM $wpdb->usermeta" ) as $query ) {
				$this->assertSame( array(), array_filter( $wpdb->get_col( $query ), static fn( $value ) => str_contains( (string) $value, $secret ) ) );
			}
		}
	}
}
