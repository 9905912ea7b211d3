<?php
/**
 * Who is let in over HTTP: WordPress' own cookie with a nonce, and application passwords.
 *
 * @package Connector_For_Mautic
 */

/** @group http */
final class RestLoginTest extends Plugin_Case {

	private const STATUS = '/wp-json/connector-for-mautic/v1/status';

	private static Site_Server $site;

	private static int $subscriber;

	public static function setUpBeforeClass(): void {
		self::$site       = new Site_Server();
		self::$subscriber = wp_insert_user( array( 'user_login' => 'subscriber', 'user_pass' => 'x', 'role' => 'subscriber' ) );
	}

	public static function tearDownAfterClass(): void {
		self::$site->stop();
		wp_delete_user( self::$subscriber );
		WP_Application_Passwords::delete_all_application_passwords( 1 );
	}

	public function test_without_a_login_nothing_is_told(): void {
		$answer = $this->ask( 'GET', self::STATUS );
		$this->assertSame( array( 401, array( 'no-store' ) ), array( $answer['status'], $answer['headers']['cache-control'] ) );
		$this->assertStringNotContainsString( 'not_configured', $answer['body'] );
		foreach ( array( 'POST authorize', 'POST refresh', 'POST test', 'POST request', 'DELETE connection' ) as $route ) {
			list( $method, $name ) = explode( ' ', $route );
			$answer                = $this->ask( $method, "/wp-json/connector-for-mautic/v1/$name", array( 'Content-Type: application/json' ), '{"method":"GET","path":"contacts"}' );
			$this->assertSame( 401, $answer['status'], $route );
		}
	}

	public function test_a_cookie_alone_does_not_do_and_with_a_nonce_it_does(): void {
		list( $cookie, $nonce ) = $this->log_in( 1 );
		$this->assertSame( 401, $this->ask( 'GET', self::STATUS, array( $cookie ) )['status'] );
		$this->assertSame( 401, $this->ask( 'DELETE', '/wp-json/connector-for-mautic/v1/connection', array( $cookie ) )['status'] );
		$this->assertSame( 403, $this->ask( 'GET', self::STATUS, array( $cookie, 'X-WP-Nonce: 0123456789' ) )['status'] );
		$answer = $this->ask( 'GET', self::STATUS, array( $cookie, "X-WP-Nonce: $nonce" ) );
		$this->assertSame( 200, $answer['status'] );
		$this->assertStringContainsString( 'no-store', implode( $answer['headers']['cache-control'] ) );
		$this->assertSame( 'not_configured', json_decode( $answer['body'], true )['status'] );
	}

	public function test_a_subscriber_is_not_let_in(): void {
		list( $cookie, $nonce ) = $this->log_in( self::$subscriber );
		$this->assertSame( 403, $this->ask( 'GET', self::STATUS, array( $cookie, "X-WP-Nonce: $nonce" ) )['status'] );
	}

	public function test_an_application_password_does(): void {
		$password = $this->for_good( static fn() => WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'test' ) )[0] );
		$this->assertSame( 200, $this->ask( 'GET', self::STATUS, array( 'Authorization: Basic ' . base64_encode( "admin:$password" ) ) )['status'] );
		$this->assertSame( 401, $this->ask( 'GET', self::STATUS, array( 'Authorization: Basic ' . base64_encode( 'admin:wrong' ) ) )['status'] );
	}

	/** @return array{0: string, 1: string} The cookie's line, and a nonce. */
	private function log_in( int $user ): array {
		return $this->for_good(
			static function () use ( $user ) {
				$expires = time() + 600;
				$token   = WP_Session_Tokens::get_instance( $user )->create( $expires );
				$cookie  = wp_generate_auth_cookie( $user, $expires, 'logged_in', $token );
				// The nonce is the session's.
				$_COOKIE[ LOGGED_IN_COOKIE ] = $cookie;
				wp_set_current_user( $user );
				$nonce = wp_create_nonce( 'wp_rest' );
				unset( $_COOKIE[ LOGGED_IN_COOKIE ] );
				return array( 'Cookie: ' . LOGGED_IN_COOKIE . '=' . rawurlencode( $cookie ), $nonce );
			}
		);
	}

	private function ask( string $method, string $path, array $headers = array(), string $body = '' ): array {
		return $this->for_good( static fn() => self::$site->ask( $method, $path, $headers, $body ) );
	}
}
