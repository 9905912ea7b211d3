<?php
/**
 * Requests, to a real server.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Transport;

/** @group http */
final class TransportTest extends Plugin_Case {

	private static Local_Server $server;

	public static function setUpBeforeClass(): void {
		self::$server = new Local_Server();
	}

	public static function tearDownAfterClass(): void {
		self::$server->stop();
	}

	public function test_a_request_arrives_as_it_was_asked_for(): void {
		$sent = $this->send(
			array(
				'method'  => 'POST',
				'url'     => self::$server->url( '/echo?a=%20b' ),
				'headers' => array( array( 'Authorization', 'Bearer token' ), array( 'Content-Type', 'application/x-www-form-urlencoded' ) ),
				'body'    => 'x=1&y=%2B',
			)
		);
		$this->assertSame( 200, $sent['event']['status'] );
		$this->assertSame( 'token', $sent['event']['id'] );
		$arrived = json_decode( $sent['event']['body'], true );
		$this->assertSame( array( 'POST', 'a=%20b', 'x=1&y=%2B' ), array( $arrived['method'], $arrived['query'], $arrived['body'] ) );
		$this->assertSame( 'Bearer token', $arrived['headers']['Authorization'] );
		$this->assertSame( 'identity', $arrived['headers']['Accept-Encoding'] );
	}

	public function test_only_listed_headers_reach_the_core(): void {
		$headers = (array) $this->send( array( 'url' => self::$server->url( '/echo' ) ) )['event']['headers'];
		ksort( $headers );
		$this->assertSame(
			array(
				'content-type'   => 'application/json',
				'mautic-version' => '7.0.0',
			),
			$headers
		);
	}

	public function test_a_redirect_is_not_followed(): void {
		add_filter(
			'http_request_args',
			static fn( $arguments ) => array_merge( $arguments, array( 'redirection' => 5 ) ),
			PHP_INT_MAX - 1
		);
		$event = $this->send( array( 'url' => self::$server->url( '/redirect' ) ) )['event'];
		$this->assertSame( 302, $event['status'] );
		$this->assertSame( '/echo', $event['headers']->location );
	}

	public function test_a_body_at_the_limit_is_whole_and_one_byte_more_is_cut(): void {
		$event = $this->send(
			array(
				'url'       => self::$server->url( '/bytes?count=1000' ),
				'max_bytes' => 1000,
			)
		)['event'];
		$this->assertSame( array( 1000, false ), array( strlen( $event['body'] ), $event['truncated'] ) );
		$event = $this->send(
			array(
				'url'       => self::$server->url( '/bytes?count=1001' ),
				'max_bytes' => 1000,
			)
		)['event'];
		$this->assertSame( array( 1000, true ), array( strlen( $event['body'] ), $event['truncated'] ) );
	}

	public function test_fifty_megabytes_do_not_fill_the_memory(): void {
		$before = memory_get_usage();
		memory_reset_peak_usage();
		$event = $this->send( array( 'url' => self::$server->url( '/bytes?count=52428800' ) ) )['event'];
		$this->assertTrue( $event['truncated'] );
		$this->assertSame( 65536, strlen( $event['body'] ) );
		$this->assertLessThan( 4 * 1024 * 1024, memory_get_peak_usage() - $before );
	}

	public function test_a_small_body_is_not_inflated_into_a_huge_one(): void {
		$before = memory_get_usage();
		memory_reset_peak_usage();
		$event = $this->send( array( 'url' => self::$server->url( '/bomb' ) ) )['event'];
		$this->assertSame( "\x1f\x8b", substr( $event['body'], 0, 2 ), 'as it came over the wire' );
		$this->assertLessThan( 4 * 1024 * 1024, memory_get_peak_usage() - $before );
	}

	public function test_a_callers_bodies_stay_in_the_shell_unless_refused(): void {
		$request = array(
			'method' => 'PATCH',
			'url'    => self::$server->url( '/echo' ),
			'caller' => true,
		);
		$sent    = $this->send( $request, '{"name":"Ada"}' );
		$this->assertSame( '', $sent['event']['body'] );
		$this->assertSame( '{"name":"Ada"}', json_decode( $sent['response']['body'], true )['body'] );
		$this->assertSame( 'secret', $sent['response']['headers']['x-unlisted'] );

		$sent = $this->send( array( 'url' => self::$server->url( '/error' ) ) + $request, '{}' );
		$this->assertSame( '{"errors":[]}', $sent['event']['body'] );
		$this->assertSame( 422, $sent['response']['status'] );
	}

	public function test_the_timeout_is_kept(): void {
		// It answers after four seconds: with any longer timeout there would be an answer.
		$event = $this->send(
			array(
				'url'     => self::$server->url( '/slow' ),
				'timeout' => 1,
			)
		)['event'];
		$this->assertStringContainsString( 'cURL error 28', $event['error_message'] );
	}

	public function test_a_closed_port_and_an_unknown_name_are_told_as_curl_tells_them(): void {
		$event = $this->send( array( 'url' => 'http://127.0.0.1:1/' ) )['event'];
		$this->assertSame( 'http_request_failed', $event['error_kind'] );
		$this->assertStringContainsString( 'cURL error 7', $event['error_message'] );
		$this->without_site_filters();
		$event = $this->send( array( 'url' => 'https://mautic.invalid/' ) )['event'];
		$this->assertSame( 'http_request_failed', $event['error_kind'] );
		$this->assertStringContainsString( 'cURL error 6', $event['error_message'] );
	}

	public function test_wordpress_own_switch_blocks(): void {
		add_filter( 'pre_http_request', static fn() => new WP_Error( 'http_request_not_executed', 'blocked' ) );
		$this->assertSame( 'http_request_not_executed', $this->send( array( 'url' => self::$server->url( '/echo' ) ) )['event']['error_kind'] );
	}

	public function test_certificates_are_verified_whatever_other_plugins_set(): void {
		$seen = array();
		add_filter( 'https_ssl_verify', '__return_false', PHP_INT_MAX - 1 );
		add_filter( 'https_local_ssl_verify', '__return_false' );
		add_filter( 'http_request_args', static fn( $arguments ) => array( 'sslverify' => false ) + $arguments, PHP_INT_MAX - 1 );
		add_action(
			'http_api_curl',
			static function ( $handle ) {
				curl_setopt( $handle, CURLOPT_SSL_VERIFYPEER, false );
				curl_setopt( $handle, CURLOPT_SSL_VERIFYHOST, 0 );
			},
			PHP_INT_MAX - 1
		);
		add_action(
			'http_api_debug',
			static function ( $response, $context, $transport, $arguments ) use ( &$seen ) {
				$seen = $arguments;
			},
			10,
			4
		);
		$tls   = new Self_Signed_Server();
		$event = $this->send( array( 'url' => "https://localhost:{$tls->port}/" ) )['event'];
		$tls->stop();
		$this->assertTrue( $seen['sslverify'] );
		$this->assertArrayNotHasKey( 'status', $event, 'a self-signed certificate was accepted' );
		$this->assertMatchesRegularExpression( '/cURL error (60|77|35)/', $event['error_message'] );
	}

	public function test_a_request_tells_how_long_it_took(): void {
		$event = $this->send( array( 'url' => self::$server->url( '/echo', 'localhost' ) ) )['event'];
		$this->assertIsInt( $event['milliseconds'] );
		$this->assertIsInt( $event['dns_milliseconds'] );
		$this->assertGreaterThanOrEqual( $event['dns_milliseconds'], $event['milliseconds'] );
		$this->assertArrayNotHasKey( 'tls_milliseconds', $event, 'there was no TLS' );
		$event = $this->send( array( 'url' => self::$server->url( '/echo' ) ) )['event'];
		$this->assertArrayNotHasKey( 'dns_milliseconds', $event, 'an address needs no look-up' );
		remove_all_filters( 'pre_http_request' );
		$event = $this->send( array( 'url' => 'https://mautic.invalid/' ) )['event'];
		$this->assertIsInt( $event['dns_milliseconds'], 'a look-up that failed took its time too' );
	}

	public function test_a_secure_request_tells_how_long_the_handshake_took(): void {
		$tls = new Self_Signed_Server();
		add_filter( 'http_request_args', static fn( $arguments ) => array( 'sslcertificates' => $tls->certificate ) + $arguments );
		$event = $this->send( array( 'url' => "https://localhost:{$tls->port}/" ) )['event'];
		$tls->stop();
		$this->assertSame( 200, $event['status'] ?? $event['error_message'] );
		$this->assertIsInt( $event['tls_milliseconds'] );
		$this->assertGreaterThanOrEqual( $event['tls_milliseconds'], $event['milliseconds'] );
	}

	public function test_the_date_comes_back_where_it_is_asked_for(): void {
		$event = $this->send( array( 'url' => self::$server->url( '/echo' ), 'response_headers' => array( 'date' ) ) )['event'];
		$this->assertEqualsWithDelta( time(), strtotime( $event['headers']->date ), 60 );
	}

	public function test_requests_of_others_are_left_alone(): void {
		$inner = null;
		add_filter(
			'http_request_args',
			function ( $arguments, $url ) use ( &$inner ) {
				if ( str_contains( $url, '/echo?ours' ) && null === $inner ) {
					$inner = 'under way';
					$inner = wp_remote_get( self::$server->url( '/redirect' ) );
				}
				return $arguments;
			},
			10,
			2
		);
		$this->send( array( 'url' => self::$server->url( '/echo?ours' ) ) );
		$this->assertSame( 200, wp_remote_retrieve_response_code( $inner ), 'its redirect was followed' );
	}

	public function test_nothing_of_it_stays_hooked(): void {
		global $wp_filter;
		$count = static fn() => count( $wp_filter['http_request_args']->callbacks[ PHP_INT_MAX ] ?? array() ) + count( $wp_filter['pre_http_request']->callbacks[ PHP_INT_MAX ] ?? array() );
		$before = $count();
		$this->send( array( 'url' => self::$server->url( '/echo' ) ) );
		$this->assertSame( $before, $count() );
	}

	public function test_a_private_address_is_refused_where_the_policy_says_so(): void {
		$event = $this->send( array( 'url' => self::$server->url( '/echo', 'localhost' ) ), null, false )['event'];
		$this->assertSame( 'address_refused', $event['error_kind'] );
	}

	public function test_metadata_is_refused_always(): void {
		$this->without_site_filters();
		foreach ( array( '169.254.169.254', '[fe80::1]', '[::ffff:169.254.169.254]', '0.0.0.0' ) as $host ) {
			$event = $this->send( array( 'url' => "http://$host/latest/meta-data/" ) )['event'];
			$this->assertSame( 'address_refused', $event['error_kind'], $host );
		}
	}

	public function test_the_address_that_was_checked_is_the_one_connected_to(): void {
		$transport = new Transport( true );
		$checked   = null;
		add_action(
			'http_api_curl',
			static function () use ( $transport, &$checked ) {
				// A name server that answers otherwise the second time, as far as cURL can tell.
				$checked = ( fn() => $this->pinned )->call( $transport );
				( fn() => $this->pinned = array( str_replace( '127.0.0.1', '127.0.0.99', $this->pinned[0] ) ) )->call( $transport );
			},
			1
		);
		$sent = $transport->send( $this->effect( array( 'url' => self::$server->url( '/echo', 'localhost' ) ) ), null );
		$this->assertSame( array( 'localhost:' . self::$server->port . ':127.0.0.1' ), $checked );
		$this->assertStringContainsString( 'cURL error 7', $sent['event']['error_message'], 'cURL looked the name up itself' );
	}

	/** @dataProvider refusals */
	public function test_what_was_sent_in_confidence_is_taken_out_of_what_refuses_it( int $status ): void {
		$token = 'to"k&en/1+=';
		$sent  = $this->send(
			array(
				'url'     => self::$server->url( "/repeat?status=$status&access_token=" . rawurlencode( $token ) ),
				'headers' => array( array( 'Authorization', "Bearer $token" ) ),
				'method'  => 'POST',
				'caller'  => true,
				'secrets' => array( $token, 'secret', '' ),
			),
			'client_secret=secret'
		);
		$this->assertSame( $status, $sent['event']['status'] );
		foreach ( array( $sent['event']['body'], $sent['event']['headers']->location, $sent['response']['body'], wp_json_encode( $sent['response']['headers'] ) ) as $text ) {
			$this->assertStringContainsString( '[redacted]', $text );
			$this->assertDoesNotMatchRegularExpression( '/to"k|to\\\\"k|to%22k|to\\\\u0022k|to&quot;k|=secret/', $text );
		}
	}

	public function refusals(): array {
		return array( 'a redirect' => array( 302 ), 'a refusal' => array( 403 ), 'a failure' => array( 500 ) );
	}

	public function test_data_keeps_every_byte(): void {
		$sent = $this->send(
			array(
				'url'     => self::$server->url( '/echo?access_token=token' ),
				'secrets' => array( 'token', 'json' ),
			)
		);
		$this->assertStringContainsString( 'access_token=token', $sent['event']['body'] );
		$this->assertSame( 'application/json', $sent['event']['headers']->{'content-type'} );
	}

	/** @dataProvider pages */
	public function test_a_page_with_a_good_status_is_no_data( string $type, string $before ): void {
		$sent = $this->send(
			array(
				'url'     => self::$server->url( '/page?access_token=token&' . http_build_query( compact( 'type', 'before' ) ) ),
				'secrets' => array( 'token' ),
			)
		);
		$this->assertSame( 200, $sent['event']['status'] );
		$this->assertStringContainsString( '[redacted]', $sent['event']['body'] );
		$this->assertStringNotContainsString( '=token', $sent['event']['body'] . wp_json_encode( $sent['response'] ) );
	}

	public function pages(): array {
		return array(
			'HTML'                       => array( 'text/html', '' ),
			'HTML that calls itself JSON' => array( 'application/json', ' ' ),
			'HTML that looks like JSON'  => array( 'text/html; charset=utf-8', '{' ),
			'text'                       => array( 'text/plain', 'You asked for ' ),
		);
	}

	public function test_a_header_of_data_repeats_nothing(): void {
		$sent = $this->send(
			array(
				'url'     => self::$server->url( '/link?access_token=token' ),
				'caller'  => true,
				'secrets' => array( 'token' ),
			)
		);
		$this->assertSame( array( '{}', '</link?access_[redacted]=[redacted]>; rel="self"' ), array( $sent['response']['body'], $sent['response']['headers']['link'] ) );
	}

	public function test_of_a_secret_that_the_limit_cuts_no_piece_is_left(): void {
		foreach ( range( 0, 12 ) as $more ) {
			$event = $this->send(
				array(
					'url'       => self::$server->url( '/page?type=text/html&access_token=0123456789' ),
					'secrets'   => array( '0123456789' ),
					'max_bytes' => 49 + $more,
				)
			)['event'];
			$this->assertTrue( $event['truncated'] );
			$this->assertStringNotContainsString( '=0', $event['body'] );
		}
	}

	public function test_a_transports_message_is_told_without_secrets(): void {
		$this->without_site_filters();
		add_filter( 'pre_http_request', static fn( $response, $arguments, $url ) => new WP_Error( 'http_request_failed', "cURL error 7: no way to $url" ), 10, 3 );
		$event = $this->send(
			array(
				'url'     => 'https://mautic.example.test/api/contacts?access_token=token-1',
				'secrets' => array( 'token-1' ),
			)
		)['event'];
		$this->assertSame( 'cURL error 7: no way to https://mautic.example.test/api/contacts?access_token=[redacted]', $event['error_message'] );
	}

	public function test_a_secret_that_is_part_of_another_leaves_nothing_of_it(): void {
		$redaction = new Connector_For_Mautic\Redaction( array( 'red', 'redder', "\xff" ) );
		$this->assertSame( '[redacted], [redacted], [redacted]!', $redaction->of( "red, redder, \xff!" ) );
	}

	/** Takes away what a test site filters, so that the plugin's own check is seen. */
	private function without_site_filters(): void {
		remove_all_filters( 'pre_http_request' );
	}

	private function send( array $effect, ?string $caller_body = null, bool $allow_private = true ): array {
		return ( new Transport( $allow_private ) )->send( $this->effect( $effect ), $caller_body );
	}

	private function effect( array $effect ): array {
		return $effect + array(
			'id'               => 'token',
			'method'           => 'GET',
			'headers'          => array(),
			'body'             => null,
			'caller'           => false,
			'timeout'          => 10,
			'max_bytes'        => 65536,
			'response_headers' => array( 'content-type', 'location', 'mautic-version' ),
		);
	}
}
