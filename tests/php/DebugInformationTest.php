<?php
/**
 * Site Health: the page of facts.
 *
 * @package Connector_For_Mautic
 */

require_once ABSPATH . 'wp-admin/includes/class-wp-debug-data.php';

final class DebugInformationTest extends Connected_Case {

	public function test_the_section_says_how_it_stands(): void {
		$this->connect();
		$fields = $this->fields();
		$this->assertSame( 'Connected', $fields['status']['value'] );
		$this->assertSame( 'connected', $fields['status']['debug'] );
		$this->assertSame( 'ada@example.test', $fields['account_email']['value'] );
		$this->assertSame( 'Administrator', $fields['account_role']['value'] );
		$this->assertSame( 'Yes', $fields['client_secret']['value'] );
		$this->assertSame( 'AUTH_KEY, AUTH_SALT', $fields['encryption_key']['value'] );
		$this->assertSame( PHP_VERSION, $fields['self_test']['value'] );
		$this->assertMatchesRegularExpression( '/\A\d{4}-\d\d-\d\dT/', $fields['reconnect_by']['debug'] );
		$this->assertMatchesRegularExpression( '/\A\d{4}-\d\d-\d\dT/', $fields['next_tick']['debug'] );
		$this->assertSame( array(), $this->requests );
	}

	public function test_what_is_copied_has_no_secret_no_address_and_no_person(): void {
		$this->connect();
		$sections = Connector_For_Mautic\Debug_Information::add_section( array() );
		$shown    = wp_json_encode( $sections );
		foreach ( array( 's3cret', 'access-1', 'refresh-1', 'code-1', AUTH_KEY, AUTH_SALT ) as $secret ) {
			$this->assertStringNotContainsString( $secret, $shown );
		}
		foreach ( array( 'debug', 'info' ) as $kind ) {
			$copied = WP_Debug_Data::format( $sections, $kind );
			$this->assertStringContainsString( 'debug' === $kind ? 'status: connected' : 'Connection status: Connected', $copied );
			foreach ( array( 'ada', 'Ada', 'mautic.example.test', wp_parse_url( get_option( 'siteurl' ), PHP_URL_HOST ) ) as $private ) {
				$this->assertStringNotContainsString( $private, $copied );
			}
			$this->assertStringNotContainsString( 'undefined', $copied );
		}
	}

	public function test_the_last_error_is_told_and_copied_as_its_code(): void {
		$this->connect();
		add_filter( 'pre_wp_mail', '__return_true' );
		$this->answers = array( $this->json( array( 'errors' => array( array( 'message' => 'Invalid refresh token', 'code' => 400, 'type' => 'invalid_grant' ) ) ), 400 ) );
		Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'refresh' ) );
		$fields = $this->fields();
		$this->assertStringContainsString( 'no longer accepts', $fields['last_error']['value'] );
		$this->assertMatchesRegularExpression( '/\Atoken\.invalid_grant, \d{4}-/', $fields['last_error']['debug'] );
		$this->assertSame( 'needs_authorization', $fields['status']['debug'] );
	}

	public function test_settings_from_outside_are_named_without_their_values(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_CLIENT_SECRET=s0me-secret' );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=a key of the tests, which is long enough' );
		try {
			$fields = $this->fields();
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_CLIENT_SECRET' );
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		}
		$this->assertSame( array( 'client_secret' => 'environment CONNECTOR_FOR_MAUTIC_CLIENT_SECRET' ), $fields['overridden']['value'] );
		$this->assertSame( 'environment CONNECTOR_FOR_MAUTIC_KEY', $fields['encryption_key']['value'] );
		$this->assertStringNotContainsString( 's0me-secret', wp_json_encode( $fields ) );
	}

	public function test_it_is_there_where_the_connection_cannot_be_read(): void {
		$this->connect();
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=too short' );
		try {
			$fields = $this->fields();
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		}
		$this->assertStringStartsWith( 'connection.key_missing', $fields['last_error']['debug'] );
		$this->assertSame( 'unknown', $fields['client_secret']['debug'] );
	}

	public function test_who_may_not_see_the_connection_does_not(): void {
		$this->connect();
		wp_set_current_user( self::subscriber() );
		$this->assertSame( array(), Connector_For_Mautic\Debug_Information::add_section( array() ) );
	}

	private function fields(): array {
		// Past WordPress' own sections, some of which ask other servers.
		$sections = apply_filters( 'debug_information', array() );
		foreach ( $sections['connector-for-mautic']['fields'] as $field ) {
			$this->assertNotSame( '', $field['value'] );
		}
		return $sections['connector-for-mautic']['fields'];
	}
}
