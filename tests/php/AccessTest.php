<?php
/**
 * Who gets in through the administration: each form, the page, the return from Mautic.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

/** @group http */
final class AccessTest extends Access_Case {

	/** @var array<string, string> Callbacks by hook. */
	private static array $forms;

	public static function setUpBeforeClass(): void {
		parent::setUpBeforeClass();
		self::$forms = Ways_In::forms();
	}

	public function test_nothing_of_the_plugin_is_called_that_is_not_known(): void {
		$this->assertSame( array( array(), array() ), $this->for_good( static fn() => Ways_In::unknown( Ways_In::HOOKS ) ) );
		// Neither has WordPress other ways to call something.
		$ours = static fn( $names ) => array_values( array_filter( array_keys( $names ), static fn( $name ) => str_contains( $name, 'mautic' ) ) );
		$this->assertSame( array( array(), array() ), array( $ours( $GLOBALS['shortcode_tags'] ), $ours( WP_Block_Type_Registry::get_instance()->get_all_registered() ) ) );
	}

	public function test_there_are_forms_and_none_for_everybody(): void {
		$this->assertGreaterThanOrEqual( 10, count( self::$forms ) );
		$this->assertSame( array(), preg_grep( '/^admin_post_connector_for_mautic_\w+$/', array_keys( self::$forms ), PREG_GREP_INVERT ) );
	}

	/** @dataProvider people_without_a_right */
	public function test_a_form_is_refused_to( int $status, string $who, callable $nonce, string $method = 'POST', string $accept = 'text/html' ): void {
		list( $cookies, $own ) = $this->for_good( static fn() => self::log_in( $who ) );
		list( , $others )      = $this->for_good( static fn() => self::log_in( 'another administrator' ) );
		foreach ( array_keys( self::$forms ) as $hook ) {
			$action = substr( $hook, 11 );
			$query  = http_build_query( self::fields( $action ) + array( 'action' => $action, '_wpnonce' => $nonce( $action, $own, $others ) ) );
			$answer = 'GET' === $method
				? $this->ask( 'GET', "/wp-admin/admin-post.php?$query", array( $cookies, "Accept: $accept" ) )
				: $this->ask( $method, '/wp-admin/admin-post.php', array( $cookies, "Accept: $accept" ), $query );
			$this->assertSame( array( $status, false, true ), array( $answer['status'], isset( $answer['headers']['location'] ), str_starts_with( $answer['headers']['content-type'][0], 'text/html' ) ), "$action: {$answer['body']}" );
			$this->assert_no_secret( $answer, $action );
		}
		$this->assert_untouched( $who );
	}

	public function people_without_a_right(): array {
		$own    = static fn( $action, $own ) => $own( $action );
		$others = static fn( $action, $own, $others ) => $others( $action );
		$none   = static fn() => '';
		return array(
			'nobody without a nonce'                      => array( 400, '', $none ),
			'nobody with a nonce for nobody'              => array( 400, '', $own ),
			'nobody with an administrator’s nonce'        => array( 400, '', $others ),
			'a subscriber without a nonce'                => array( 403, 'subscriber', $none ),
			'a subscriber with a nonce of their own'      => array( 403, 'subscriber', $own ),
			'a subscriber with an administrator’s nonce'  => array( 403, 'subscriber', $others ),
			'an editor with a nonce of their own'         => array( 403, 'editor', $own ),
			'an administrator without a nonce'            => array( 403, 'administrator', $none ),
			'an administrator with an invented nonce'     => array( 403, 'administrator', static fn() => '0123456789' ),
			'an administrator with one of a day ago'      => array( 403, 'administrator', static fn( $action, $own ) => $own( $action, 2 ) ),
			'an administrator with one of another form'   => array( 403, 'administrator', static fn( $action, $own ) => $own( str_ends_with( $action, '_save' ) ? 'connector_for_mautic_reset' : 'connector_for_mautic_save' ) ),
			'an administrator with one of WordPress'      => array( 403, 'administrator', static fn( $action, $own ) => $own( 'wp_rest' ) ),
			'an administrator with another one’s nonce'   => array( 403, 'administrator', $others ),
			'an administrator’s link, without a nonce'    => array( 403, 'administrator', $none, 'GET' ),
			'an administrator’s link with a right nonce'  => array( 403, 'administrator', $own, 'GET' ),
			'the page’s script, with one of a day ago'    => array( 403, 'administrator', static fn( $action, $own ) => $own( $action, 2 ), 'POST', 'application/x-ndjson' ),
			'the page’s script, as a subscriber'          => array( 403, 'subscriber', $own, 'POST', 'application/x-ndjson' ),
		);
	}

	/** The same with everything right: else nothing above would be worth anything. */
	public function test_who_may_gets_in_with_a_nonce_of_their_own(): void {
		foreach ( array_keys( self::$forms ) as $hook ) {
			foreach ( array( 'administrator' => 0, 'another administrator' => 1 ) as $who => $ticks_ago ) {
				list( $cookies, $nonce ) = $this->for_good( static fn() => self::log_in( $who ) );
				$action                  = substr( $hook, 11 );
				$answer                  = $this->ask( 'POST', '/wp-admin/admin-post.php', array( $cookies ), http_build_query( self::fields( $action ) + array( 'action' => $action, '_wpnonce' => $nonce( $action, $ticks_ago ) ) ) );
				if ( 'connector_for_mautic_download_log' === $action ) {
					$this->assertSame( array( 200, 'text/plain;charset=utf-8' ), array( $answer['status'], str_replace( ' ', '', $answer['headers']['content-type'][0] ) ), $answer['body'] );
					$this->assertStringContainsString( 'Log, newest first', $answer['body'] );
				} else {
					$this->assertSame( 303, $answer['status'], "$action: {$answer['body']}" );
					$leads_to = 'connector_for_mautic_authorize' === $action ? self::$mautic->url . '/oauth/v2/authorize?' : Settings_Page::url();
					$this->assertStringStartsWith( $leads_to, $answer['headers']['location'][0] );
					$this->assertNotSame( array(), array_diff_assoc( $this->for_good( static fn() => self::rows() ), self::$connected ), "$action has left nothing" );
				}
				$this->assert_no_secret( $answer, $action );
				$this->connect_again();
			}
		}
	}

	/** @dataProvider people_who_may_not */
	public function test_the_page_is_refused_to( int $status, string $who ): void {
		list( $cookies ) = $this->for_good( static fn() => self::log_in( $who ) );
		foreach ( array( '', '&confirm=reset', '&confirm=disconnect' ) as $more ) {
			$answer = $this->ask( 'GET', '/wp-admin/admin.php?page=connector-for-mautic' . $more, array( $cookies ) );
			$this->assertSame( $status, $answer['status'], $more );
			$this->assert_no_secret( $answer, $more );
			$this->assertStringNotContainsString( 'cfm-', $answer['body'] );
			$this->assertStringNotContainsString( self::$mautic->url, $answer['body'] );
			$this->assertSame( 302 === $status, str_contains( $answer['headers']['location'][0] ?? '', 'wp-login.php' ) );
		}
		$this->assert_untouched( $who );
	}

	public function people_who_may_not(): array {
		return array(
			'nobody'       => array( 302, '' ),
			'a subscriber' => array( 403, 'subscriber' ),
			'an editor'    => array( 403, 'editor' ),
		);
	}

	public function test_the_page_changes_nothing_and_tells_no_secret_to_who_may_see_it(): void {
		list( $cookies ) = $this->for_good( static fn() => self::log_in( 'administrator' ) );
		foreach ( array( '', '&confirm=reset', '&confirm=disconnect', '&confirm=site_copied', '&action=connector_for_mautic_reset' ) as $more ) {
			$answer = $this->ask( 'GET', '/wp-admin/admin.php?page=connector-for-mautic' . $more, array( $cookies ) );
			$this->assertSame( 200, $answer['status'], $more );
			$this->assert_no_secret( $answer, $more );
			$this->assertStringContainsString( 'class="wrap connector-for-mautic"', $answer['body'] );
			$this->assertStringContainsString( 'no-store', $answer['headers']['cache-control'][0] );
		}
		$this->assert_untouched( 'the page' );
	}

	public function test_the_return_is_refused_to_who_did_not_press_authorize(): void {
		list( $cookies, $nonce ) = $this->for_good( static fn() => self::log_in( 'administrator' ) );
		$pressed                 = $this->ask( 'POST', '/wp-admin/admin-post.php', array( $cookies ), http_build_query( array( 'action' => 'connector_for_mautic_authorize', '_wpnonce' => $nonce( 'connector_for_mautic_authorize' ) ) ) );
		parse_str( (string) wp_parse_url( $pressed['headers']['location'][0], PHP_URL_QUERY ), $sent );
		$code  = self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'redirect_uri' => $sent['redirect_uri'] ) )['value'];
		$query = http_build_query( array( 'state' => $sent['state'], 'code' => $code ) );
		$asked = fn( string $who, string $query, string $method = 'GET' ) => $this->ask( $method, "/wp-admin/admin.php?$query", array( $this->for_good( static fn() => self::log_in( $who ) )[0] ) );
		$row   = $this->row( Storage::option_name() );
		self::$mautic->control( 'DELETE', 'requests' );

		$attempts = array(
			'nobody'                => array( 302, '', $query ),
			'a subscriber'          => array( 403, 'subscriber', $query ),
			'an editor'             => array( 403, 'editor', $query ),
			'another administrator' => array( 303, 'another administrator', $query ),
			'an unknown state'      => array( 303, 'administrator', http_build_query( array( 'state' => 'cfm1.' . str_repeat( 'A', 43 ), 'code' => $code ) ) ),
			'a posted one'          => array( 200, 'administrator', $query, 'POST' ),
		);
		foreach ( $attempts as $what => $attempt ) {
			$answer = $asked( ...array_slice( $attempt, 1 ) );
			$this->assertSame( $attempt[0], $answer['status'], "$what: {$answer['body']}" );
			$this->assertSame( $row, $this->row( Storage::option_name() ), $what );
			$this->assertSame( array(), self::$mautic->requests(), $what );
			$this->assertSame( 302 === $attempt[0], str_contains( $answer['headers']['location'][0] ?? '', 'wp-login.php' ), $what );
			$this->assert_no_secret( $answer, $what );
		}
		$answer = $asked( 'administrator', $query );
		$this->assertSame( array( 303, Settings_Page::url() ), array( $answer['status'], $answer['headers']['location'][0] ) );
		$this->assertContains( 'POST /oauth/v2/token', self::$mautic->requests() );
		$this->assertNotSame( $row, $this->row( Storage::option_name() ) );
		$again = self::$mautic->requests();
		$asked( 'administrator', $query );
		$this->assertSame( $again, self::$mautic->requests(), 'once is all' );
	}

	public function test_the_clock_does_nothing_for_whoever_wakes_it(): void {
		$answer = $this->ask( 'GET', '/wp-cron.php?doing_wp_cron' );
		$this->assertSame( array( 200, '' ), array( $answer['status'], $answer['body'] ) );
		$this->assert_untouched( 'wp-cron.php' );
	}

	/** What a form is posted with. */
	private static function fields( string $action ): array {
		return match ( $action ) {
			'connector_for_mautic_save'    => array( 'client_id' => '1_another' ),
			'connector_for_mautic_explain' => array( 'text' => 'Access denied' ),
			default                        => array(),
		};
	}
}
