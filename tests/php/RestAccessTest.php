<?php
/**
 * Who gets in over REST: each route, each ability; and what the functions for other plugins ask for.
 *
 * @package Connector_For_Mautic
 */

/** @group http */
final class RestAccessTest extends Access_Case {

	/** What each route is sent to work. */
	private const ROUTES = array(
		'GET /connector-for-mautic/v1/status'        => '',
		'POST /connector-for-mautic/v1/authorize'    => '',
		'POST /connector-for-mautic/v1/refresh'      => '',
		'POST /connector-for-mautic/v1/test'         => '',
		'POST /connector-for-mautic/v1/request'      => '{"method":"GET","path":"contacts"}',
		'DELETE /connector-for-mautic/v1/connection' => '',
		'GET /connector-for-mautic-site-health/v1/tests/connection' => '',
	);

	/** What each ability is given. */
	private const ABILITIES = array(
		'connector-for-mautic/status'  => null,
		'connector-for-mautic/request' => array( 'method' => 'GET', 'path' => 'contacts' ),
	);

	public function test_every_route_has_a_row(): void {
		$this->assertEqualsCanonicalizing( array_keys( self::ROUTES ), Ways_In::routes() );
	}

	/** @dataProvider people_without_a_right */
	public function test_a_route_is_refused_to( int $status, string $who, ?callable $nonce ): void {
		list( $cookies, $own ) = $this->for_good( static fn() => self::log_in( $who ) );
		list( , $others )      = $this->for_good( static fn() => self::log_in( 'another administrator' ) );
		foreach ( self::ROUTES as $way => $body ) {
			list( $method, $route ) = explode( ' ', $way );
			$headers                = array( $cookies, 'Content-Type: application/json', ...( $nonce ? array( 'X-WP-Nonce: ' . $nonce( $own, $others ) ) : array() ) );
			$answer                 = $this->ask( $method, "/wp-json$route", $headers, $body );
			$this->assertSame( $status, $answer['status'], "$way: {$answer['body']}" );
			$this->assert_no_secret( $answer, $way );
			$this->assertStringNotContainsString( self::$mautic->url, $answer['body'] );
			// A link that claims to be another method, with the nonce where a link can have one.
			$query  = http_build_query( array( '_method' => $method ) + (array) json_decode( $body, true ) + ( $nonce ? array( '_wpnonce' => $nonce( $own, $others ) ) : array() ) );
			$answer = $this->ask( 'GET', "/wp-json$route?$query", array( $cookies ) );
			$this->assertSame( $status, $answer['status'], "a link for $way: {$answer['body']}" );
		}
		$this->assert_untouched( $who );
	}

	public function people_without_a_right(): array {
		$own    = static fn( $own ) => $own( 'wp_rest' );
		$others = static fn( $own, $others ) => $others( 'wp_rest' );
		return array(
			'nobody'                                     => array( 401, '', null ),
			'nobody with a nonce for nobody'             => array( 401, '', $own ),
			'nobody with an administrator’s nonce'       => array( 403, '', $others ),
			'a subscriber without a nonce'               => array( 401, 'subscriber', null ),
			'a subscriber with a nonce of their own'     => array( 403, 'subscriber', $own ),
			'an editor with a nonce of their own'        => array( 403, 'editor', $own ),
			'an administrator without a nonce'           => array( 401, 'administrator', null ),
			'an administrator with an invented nonce'    => array( 403, 'administrator', static fn() => '0123456789' ),
			'an administrator with one of a day ago'     => array( 403, 'administrator', static fn( $own ) => $own( 'wp_rest', 2 ) ),
			'an administrator with one of a form'        => array( 403, 'administrator', static fn( $own ) => $own( 'connector_for_mautic_save' ) ),
			'an administrator with another one’s nonce'  => array( 403, 'administrator', $others ),
		);
	}

	public function test_a_subscribers_application_password_opens_nothing(): void {
		$user     = new WP_User( self::$users['subscriber'] );
		$password = $this->for_good( static fn() => WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'test' ) )[0] );
		foreach ( self::ROUTES as $way => $body ) {
			list( $method, $route ) = explode( ' ', $way );
			$answer                 = $this->ask( $method, "/wp-json$route", array( 'Authorization: Basic ' . base64_encode( "$user->user_login:$password" ), 'Content-Type: application/json' ), $body );
			$this->assertSame( 403, $answer['status'], "$way: {$answer['body']}" );
		}
		$this->assert_untouched( 'an application password' );
	}

	public function test_another_method_is_no_way_in(): void {
		list( $cookies, $nonce ) = $this->for_good( static fn() => self::log_in( 'administrator' ) );
		$ways                    = array_keys( self::ROUTES );
		foreach ( array_unique( array_map( static fn( $way ) => explode( ' ', $way )[1], $ways ) ) as $route ) {
			foreach ( array( 'GET', 'POST', 'PUT', 'PATCH', 'DELETE' ) as $method ) {
				if ( ! in_array( "$method $route", $ways, true ) ) {
					$this->assertSame( 404, $this->ask( $method, "/wp-json$route", array( $cookies, 'X-WP-Nonce: ' . $nonce( 'wp_rest' ) ) )['status'], "$method $route" );
				}
			}
			// What it is for and takes, which stands in the documentation too, is all that one learns of it.
			$this->assert_no_secret( $this->ask( 'OPTIONS', "/wp-json$route" ), $route );
		}
		$this->assert_untouched( 'another method' );
	}

	/** The same with everything right. */
	public function test_who_may_gets_in_with_a_nonce_of_their_own(): void {
		list( $cookies, $nonce ) = $this->for_good( static fn() => self::log_in( 'another administrator' ) );
		foreach ( self::ROUTES as $way => $body ) {
			list( $method, $route ) = explode( ' ', $way );
			$answer                 = $this->ask( $method, "/wp-json$route", array( $cookies, 'X-WP-Nonce: ' . $nonce( 'wp_rest', 1 ), 'Content-Type: application/json' ), $body );
			$this->assertSame( 200, $answer['status'], "$way: {$answer['body']}" );
			$this->assert_no_secret( $answer, $way );
			$asked = (bool) preg_match( '~/(refresh|test|request|tests/connection)$~', $route );
			$this->assertSame( $asked, array() !== self::$mautic->requests(), $way );
			$this->connect_again();
		}
	}

	/** @group later-wordpress */
	public function test_every_ability_has_a_row_and_asks_for_the_capability(): void {
		$this->assertEqualsCanonicalizing( array_keys( self::ABILITIES ), Ways_In::abilities() );
		foreach ( self::ABILITIES as $name => $input ) {
			foreach ( array( '' => false, 'subscriber' => false, 'editor' => false, 'administrator' => true ) as $who => $may ) {
				wp_set_current_user( self::$users[ $who ] ?? 0 );
				$this->assertSame( $may, wp_get_ability( $name )->check_permissions( $input ), "$name: $who" );
				if ( ! $may ) {
					$this->assertWPErrorCode( 'ability_invalid_permissions', wp_get_ability( $name )->execute( $input ) );
				}
			}
		}
		$this->assert_untouched( 'abilities' );
	}

	/** @group later-wordpress */
	public function test_an_ability_is_refused_over_http_too(): void {
		list( $cookies, $nonce ) = $this->for_good( static fn() => self::log_in( 'administrator' ) );
		list( $theirs, $own )    = $this->for_good( static fn() => self::log_in( 'subscriber' ) );
		$people                  = array(
			'nobody'           => array( 401, array() ),
			'a cookie alone'   => array( 401, array( $cookies ) ),
			'one of a day ago' => array( 403, array( $cookies, 'X-WP-Nonce: ' . $nonce( 'wp_rest', 2 ) ) ),
			'a subscriber'     => array( 403, array( $theirs, 'X-WP-Nonce: ' . $own( 'wp_rest' ) ) ),
			'who may'          => array( 200, array( $cookies, 'X-WP-Nonce: ' . $nonce( 'wp_rest' ) ) ),
		);
		foreach ( $people as $who => list( $status, $headers ) ) {
			if ( 200 === $status ) {
				$this->assert_untouched( 'abilities' );
			}
			foreach ( self::ABILITIES as $name => $input ) {
				$method = null === $input ? 'GET' : 'POST';
				$answer = $this->ask( $method, "/wp-json/wp-abilities/v1/abilities/$name/run", array( 'Content-Type: application/json', ...$headers ), null === $input ? '' : wp_json_encode( compact( 'input' ) ) );
				$this->assertSame( $status, $answer['status'], "$name, $who: {$answer['body']}" );
				$this->assert_no_secret( $answer, $name );
			}
		}
	}

	/**
	 * The functions ask nobody who they are: they are for PHP of this site, which has the key anyway. So nothing
	 * that a request can name may lead to them, and that is in AccessTest; here, that there are no others.
	 */
	public function test_functions_are_for_plugins_whoever_visits(): void {
		$this->assertEqualsCanonicalizing(
			// The first two decide whether the plugin may be loaded at all.
			array( 'connector_for_mautic_obstacle', 'connector_for_mautic_refuse', 'connector_for_mautic_request', 'connector_for_mautic_records', 'connector_for_mautic_status' ),
			Ways_In::functions()
		);
		$this->assertSame( 0, get_current_user_id() );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->assertSame( 200, connector_for_mautic_request( 'GET', 'contacts' )['status'] );
		$this->assertSame( array(), iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
	}
}
