<?php
/**
 * The doctor's steps as lines, to the page's script.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Doctor;
use Connector_For_Mautic\Doctor_Stream;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Storage;

/** @group http */
final class DoctorStreamTest extends Connected_Case {

	public function test_a_line_a_step_and_one_for_the_end(): void {
		$this->connect();
		$this->answers = array( ...$this->opening(), $this->identity(), $this->json( array( 'errors' => array( array( 'code' => 403, 'message' => '<b>No</b>' ) ) ), 403, array( 'mautic-version' => '7.0.0' ) ) );
		$lines         = array();
		Doctor_Stream::write(
			static function ( string $line ) use ( &$lines ): void {
				$lines[] = $line;
			}
		);
		foreach ( $lines as $line ) {
			$this->assertSame( 1, substr_count( $line, "\n" ) );
			$this->assertStringEndsWith( "\n", $line );
		}
		$lines = array_map( static fn( $line ) => json_decode( $line, true, 512, JSON_THROW_ON_ERROR ), $lines );
		$end   = array_pop( $lines );
		$this->assertSame( array( 'summary' => 'No check has failed; 1 has found something that is good to know.' ), $end );
		$this->assertCount( count( Doctor::STEPS ), $lines );
		$this->assertSame( 'The connection is secure (TLS)', $lines[0]['next'] );
		$this->assertSame( '', end( $lines )['next'] );

		// The page that comes next has the same, made by the same hand.
		$page = $this->page();
		foreach ( array_diff_key( $lines, array( 11 => 0 ) ) as $line ) {
			$this->assertStringContainsString( $line['html'], $page );
		}
		$this->assertStringContainsString( 'may not read “contacts”', $this->dom( $lines[11]['html'] )->evaluate( 'string(//li)' ) );
		$this->assertStringNotContainsString( '<b>No', $page );
		$this->assertNull( Flash::take() );
		$this->assertSame( 0.0, $this->dom( $this->page() )->evaluate( 'count(//*[@id = "cfm-doctor"][not(@hidden)])' ), 'and the one after that has not' );
	}

	public function test_a_test_that_cannot_go_on_says_why(): void {
		$this->configure();
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=another key of the tests, long enough' );
		try {
			$result = Doctor::run();
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		}
		$this->assertFalse( $result->ok() );
		$this->assertSame( array( 'end', 'cron', 'loopback', 'key' ), array_column( $result->steps, 'name' ) );
		$this->assertSame( array( 'end' => 'connection.key_changed', 'key' => 'connection.key_changed' ), array_map( static fn( $step ) => $step['error']['code'], array_filter( array_column( $result->steps, null, 'name' ), static fn( $step ) => isset( $step['error'] ) ) ) );
	}

	/** @dataProvider servers */
	public function test_a_server_sends_the_lines_whatever_php_does_with_its_output( string ...$options ): void {
		$mautic = new Stand_In();
		$site   = new Site_Server( ...$options );
		try {
			list( $cookies, $nonce ) = $this->for_good( fn() => $this->log_in( $mautic ) );
			$answer                  = $this->for_good( static fn() => $site->ask( 'POST', '/wp-admin/admin-post.php', array( "Cookie: $cookies", 'Accept: application/x-ndjson', 'Accept-Encoding: gzip' ), http_build_query( array( 'action' => 'connector_for_mautic_test', '_wpnonce' => $nonce ) ) ) );
			$refused                 = $site->ask( 'POST', '/wp-admin/admin-post.php', array( "Cookie: $cookies", 'Accept: application/x-ndjson' ), http_build_query( array( 'action' => 'connector_for_mautic_test', '_wpnonce' => 'none' ) ) );
		} finally {
			$site->stop();
			$mautic->stop();
			$this->for_good(
				static function (): void {
					delete_option( Storage::option_name() );
					Flash::forget( 1 );
				}
			);
		}
		$body  = isset( $answer['headers']['content-encoding'] ) ? (string) gzdecode( $answer['body'] ) : $answer['body'];
		$lines = array_map( static fn( $line ) => json_decode( $line, true ), explode( "\n", trim( $body ) ) );
		$this->assertSame( array( 200, array( 'application/x-ndjson; charset=UTF-8' ), array( 'no' ) ), array( $answer['status'], $answer['headers']['content-type'], $answer['headers']['x-accel-buffering'] ) );
		$this->assertSame( in_array( 'zlib.output_compression=On', $options, true ), isset( $answer['headers']['content-encoding'] ) );
		$this->assertStringContainsString( 'no-store', implode( $answer['headers']['cache-control'] ) );
		$this->assertCount( count( Doctor::STEPS ) + 1, $lines, $body );
		$this->assertArrayHasKey( 'summary', end( $lines ) );
		$this->assertSame( 403, $refused['status'] );
	}

	public function servers(): array {
		return array(
			'as it is'         => array(),
			'with a buffer'    => array( '-d', 'output_buffering=4096' ),
			'with compression' => array( '-d', 'zlib.output_compression=On' ),
		);
	}

	/** @return array{0: string, 1: string} The cookies of the administrator, and the form's nonce. */
	private function log_in( Stand_In $mautic ): array {
		Form_Handler::save_values( array( 'auth_method' => 'client_credentials', 'base_url' => $mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET ) );
		$expires = time() + 600;
		$token   = WP_Session_Tokens::get_instance( 1 )->create( $expires );
		$cookies = array(
			AUTH_COOKIE      => wp_generate_auth_cookie( 1, $expires, 'auth', $token ),
			LOGGED_IN_COOKIE => wp_generate_auth_cookie( 1, $expires, 'logged_in', $token ),
		);
		// The nonce is the session's.
		$_COOKIE[ LOGGED_IN_COOKIE ] = $cookies[ LOGGED_IN_COOKIE ];
		wp_set_current_user( 1 );
		$nonce = wp_create_nonce( 'connector_for_mautic_test' );
		unset( $_COOKIE[ LOGGED_IN_COOKIE ] );
		return array( http_build_query( $cookies, '', '; ' ), $nonce );
	}
}
