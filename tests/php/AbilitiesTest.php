<?php
/**
 * Abilities.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Schema;

/** @group later-wordpress */
final class AbilitiesTest extends Connected_Case {

	public function test_both_are_registered_with_what_they_do(): void {
		$this->assertSame( 'Mautic', wp_get_ability_category( 'connector-for-mautic' )->get_label() );
		$expected = array(
			'status'  => array( 'readonly' => true, 'destructive' => false, 'idempotent' => true ),
			'request' => array( 'readonly' => false, 'destructive' => true, 'idempotent' => false ),
		);
		foreach ( $expected as $name => $annotations ) {
			$ability = wp_get_ability( "connector-for-mautic/$name" );
			$this->assertSame( 'connector-for-mautic', $ability->get_category() );
			$this->assertSame( $annotations, $ability->get_meta_item( 'annotations' ) );
			$this->assertTrue( $ability->get_meta_item( 'show_in_rest' ) );
			$this->assertFalse( $ability->get_meta_item( 'public' ) );
			$this->assertNotSame( array(), $ability->get_output_schema() );
		}
	}

	public function test_the_status_is_the_one_of_the_function_and_fits_its_schema(): void {
		$ability = wp_get_ability( 'connector-for-mautic/status' );
		$this->assertSame( 'not_configured', $ability->execute()['status'] );
		$this->connect();
		$this->assertSame( connector_for_mautic_status(), $ability->execute() );
		$this->assertSame( array_keys( connector_for_mautic_status() ), array_keys( Schema::status()['properties'] ) );

		add_filter( 'pre_wp_mail', '__return_true' );
		$this->answers = array( $this->json( array( 'errors' => array( array( 'message' => 'Invalid refresh token', 'code' => 400, 'type' => 'invalid_grant' ) ) ), 400 ) );
		Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'refresh' ) );
		$status = $ability->execute();
		$this->assertSame( 'token.invalid_grant', $status['last_error']['code'] );
		$this->assertSame( array_keys( $status['last_error'] ), array_keys( Schema::status()['properties']['last_error']['properties'] ) );
	}

	public function test_a_request_reaches_mautic_and_its_answer_comes_back(): void {
		$this->connect();
		$this->answers = array( $this->json( array( 'contact' => array( 'id' => 42 ) ), 201, array( 'set-cookie' => 'session=1' ) ) );
		$output        = wp_get_ability( 'connector-for-mautic/request' )->execute(
			array(
				'method' => 'POST',
				'path'   => 'contacts/new',
				'query'  => array( 'includeCustomObjects' => 'true' ),
				'body'   => array( 'email' => 'bob@example.test' ),
			)
		);
		$this->assertSame( array( 'status' => 201, 'headers' => array( 'content-type' => 'application/json' ), 'body' => array( 'contact' => array( 'id' => 42 ) ) ), $output );
		$this->assertSame( array( 'POST', '/api/contacts/new?includeCustomObjects=true', '{"email":"bob@example.test"}' ), array_slice( $this->requests[0], 0, 3 ) );
	}

	/** @dataProvider bodies */
	public function test_any_answer_of_mautic_fits_the_schema( string $body, mixed $decoded ): void {
		$this->connect();
		$this->answers = array( array( 'body' => $body ) + $this->json( array() ) );
		$output        = wp_get_ability( 'connector-for-mautic/request' )->execute( array( 'method' => 'GET', 'path' => 'contacts' ) );
		$this->assertSame( array( 200, $decoded ), array( $output['status'], $output['body'] ) );
	}

	public function bodies(): array {
		return array(
			'a list'           => array( '[1,2]', array( 1, 2 ) ),
			'an empty list'    => array( '[]', array() ),
			'an object'        => array( '{"a":{"b":null}}', array( 'a' => array( 'b' => null ) ) ),
			'true'             => array( 'true', true ),
			'a number'         => array( '1.5', 1.5 ),
			'a text'           => array( '"text"', 'text' ),
		);
	}

	public function test_input_that_does_not_fit_is_refused_before_anything_is_sent(): void {
		$this->connect();
		$ability = wp_get_ability( 'connector-for-mautic/request' );
		foreach ( array( null, array(), array( 'path' => 'contacts' ), array( 'method' => 'GET', 'path' => 5 ), array( 'method' => 'POST', 'path' => 'contacts/new', 'files' => array( 'file' => '/etc/hostname' ) ) ) as $input ) {
			$this->assertSame( 'ability_invalid_input', $ability->execute( $input )->get_error_code() );
		}
		$this->assertSame( array(), $this->requests );
	}

	public function test_errors_have_our_codes(): void {
		$ability = wp_get_ability( 'connector-for-mautic/request' );
		$this->assertSame( 'connector_for_mautic.connection.not_configured', $ability->execute( array( 'method' => 'GET', 'path' => 'contacts' ) )->get_error_code() );
		$this->connect();
		$this->assertSame( 'connector_for_mautic.api_call.path_invalid', $ability->execute( array( 'method' => 'GET', 'path' => '../oauth/v2/token' ) )->get_error_code() );
		$this->assertSame( 'connector_for_mautic.api_call.method_unknown', $ability->execute( array( 'method' => 'TRACE', 'path' => 'contacts' ) )->get_error_code() );
		$this->assertSame( array(), $this->requests );
	}

	public function test_over_rest_they_answer_as_wordpress_runs_them(): void {
		$this->connect();
		$response = $this->rest( 'GET', 'status' );
		$this->assertSame( 200, $response->get_status() );
		$this->assertSame( 'connected', $response->get_data()['status'] );
		$this->assertSame( 405, $this->rest( 'POST', 'status' )->get_status() );

		$this->answers = array( $this->json( array( 'total' => '0', 'contacts' => array() ) ) );
		$response      = $this->rest( 'POST', 'request', array( 'method' => 'GET', 'path' => 'contacts', 'query' => array( 'limit' => '1' ) ) );
		$this->assertSame( array( 200, 200, '0' ), array( $response->get_status(), $response->get_data()['status'], $response->get_data()['body']['total'] ) );
		$this->assertSame( '/api/contacts?limit=1', $this->requests[0][1] );
		$this->assertSame( 405, $this->rest( 'GET', 'request' )->get_status() );

		$response = $this->rest( 'POST', 'request', array( 'method' => 'GET', 'path' => 'https://elsewhere.example.test/' ) );
		$this->assertSame( 400, $response->get_status() );
		$this->assertSame( 'connector_for_mautic.api_call.path_invalid', $response->get_data()['code'] );
		$this->assertStringNotContainsString( 'access-1', wp_json_encode( $response->get_data() ) );
	}

	public function test_only_who_may_use_the_page_may_use_them(): void {
		$this->connect();
		foreach ( array( 0 => 401, self::subscriber() => 403 ) as $user => $status ) {
			wp_set_current_user( $user );
			$this->assertSame( 'ability_invalid_permissions', wp_get_ability( 'connector-for-mautic/status' )->execute()->get_error_code() );
			$this->assertSame( 'ability_invalid_permissions', wp_get_ability( 'connector-for-mautic/request' )->execute( array( 'method' => 'GET', 'path' => 'contacts' ) )->get_error_code() );
			$this->assertSame( $status, $this->rest( 'GET', 'status' )->get_status() );
			$this->assertSame( $status, $this->rest( 'POST', 'request', array( 'method' => 'GET', 'path' => 'contacts' ) )->get_status() );
		}
		$this->assertSame( array(), $this->requests );
	}

	private function rest( string $method, string $name, ?array $input = null ): WP_REST_Response {
		$request = new WP_REST_Request( $method, "/wp-abilities/v1/abilities/connector-for-mautic/$name/run" );
		if ( null !== $input ) {
			$request->set_header( 'content-type', 'application/json' );
			$request->set_body( wp_json_encode( array( 'input' => $input ) ) );
		}
		return rest_do_request( $request );
	}
}
