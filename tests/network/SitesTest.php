<?php
/**
 * Each site of a network has a connection of its own.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Alert;
use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Mailer;
use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

final class SitesTest extends Network_Case {

	private int $one;

	private int $two;

	protected function setUp(): void {
		parent::setUp();
		list( $this->one, $this->two ) = array( self::site( 'one' ), self::site( 'two' ) );
	}

	protected function tearDown(): void {
		foreach ( array( 'BASE_URL', 'CLIENT_SECRET', 'PASSWORD', 'ALLOW_PRIVATE_HOSTS' ) as $name ) {
			putenv( "CONNECTOR_FOR_MAUTIC_$name" );
		}
		parent::tearDown();
	}

	public function test_two_sites_are_connected_to_two_mautics_at_once(): void {
		$this->connect( $this->one, 'mautic-one.example' );
		$this->connect( $this->two, 'mautic-two.example' );
		foreach ( array( $this->one => 'mautic-one.example', $this->two => 'mautic-two.example' ) as $site => $host ) {
			$this->requests = array();
			$this->assertSame( 200, $this->call( $site )['status'] );
			list( $request ) = $this->requests;
			$this->assertSame( $host, $request['host'] );
			$this->assertStringStartsWith( "Bearer access-$host-", $request['token'] );
			$status = $this->on( $site, static fn() => connector_for_mautic_status() );
			$this->assertSame( array( 'connected', "https://$host", "ada@$host" ), array( $status['status'], $status['base_url'], $status['account_email'] ) );
		}
		$this->on( $this->one, static fn() => Runner::of_site()->run( array( 'type' => 'disconnect' ) ) );
		$this->assertSame( 'connector_for_mautic.connection.needs_authorization', $this->call( $this->one )->get_error_code() );
		$this->assertSame( 200, $this->call( $this->two )['status'] );
		$this->assertSame( 'not_configured', $this->on( self::site( 'three' ), static fn() => connector_for_mautic_status() )['status'] );
	}

	public function test_each_site_is_told_of_its_own_trouble(): void {
		$this->connect( $this->one, 'mautic-one.example' );
		$this->connect( $this->two, 'mautic-two.example' );
		$refuse = static fn( $response, $arguments, $url ) => str_contains( $url, 'mautic-one.example/oauth/' )
			? array( 'response' => array( 'code' => 400 ), 'headers' => array( 'content-type' => 'application/json' ), 'body' => '{"error":"invalid_grant","error_description":"gone"}' )
			: $response;
		add_filter( 'pre_http_request', $refuse, 20, 3 );
		$mails = array();
		add_filter( 'pre_wp_mail', static function ( $sent, $mail ) use ( &$mails ) { $mails[] = $mail; return true; }, 10, 2 );
		foreach ( array( $this->one, $this->two ) as $site ) {
			$this->let_it_be_time( $site );
		}
		$this->let_it_be_due( $this->one, $this->two );
		$this->run_cron();
		$this->assertNotNull( $this->on( $this->one, static fn() => Alert::due() ) );
		$this->assertNull( $this->on( $this->two, static fn() => Alert::due() ) );
		$this->assertNull( Alert::due() );
		$this->assertContains( 'connection_lost', $this->log_of( $this->one ) );
		$this->assertSame( array( 'refreshed', 'connected' ), array_slice( $this->log_of( $this->two ), 0, 2 ) );
		$this->assertSame( array(), $this->log_of( 1 ) );
		$this->assertCount( 1, $mails );
		$this->assertStringContainsString( $this->on( $this->one, static fn() => Settings_Page::url() ), $mails[0]['message'] );
		$this->assertStringContainsString( 'mautic-one.example', $mails[0]['message'] );
	}

	public function test_a_row_of_another_site_is_refused_and_left_as_it_is(): void {
		$this->connect( $this->one, 'mautic-one.example' );
		$row = $this->on( $this->one, fn() => $this->row( Storage::option_name() ) );
		$this->on( $this->two, static fn() => add_option( Storage::option_name(), $row, '', false ) );
		$this->assertSame( 'connector_for_mautic.connection.other_site', $this->call( $this->two )->get_error_code() );
		$this->let_it_be_due( $this->two );
		$this->run_cron();
		$this->assertSame( array(), $this->requests );
		$this->assertSame( $row, $this->on( $this->two, fn() => $this->row( Storage::option_name() ) ) );
		$this->assertSame( 200, $this->call( $this->one )['status'] );
	}

	public function test_the_lock_of_one_site_is_none_of_another(): void {
		$mine = new Lock();
		$this->assertTrue( $this->on( $this->one, static fn() => $mine->acquire( 'test', 60 ) ) );
		$this->assertTrue( $this->on( $this->two, static fn() => ( new Lock() )->acquire( 'test', 60 ) ) );
		$this->assertTrue( $this->on( $this->one, static fn() => $mine->holds_any() ) );
		$this->assertFalse( $this->on( $this->two, static fn() => $mine->holds_any() ) );
		// Released from wherever: its own row, and only that.
		$mine->release_all();
		$this->assertNull( $this->on( $this->one, fn() => $this->row( Lock::OPTION_PREFIX . 'test' ) ) );
		$this->assertNotNull( $this->on( $this->two, fn() => $this->row( Lock::OPTION_PREFIX . 'test' ) ) );
	}

	public function test_a_listener_of_one_site_may_wait_for_the_lock_of_another(): void {
		$this->connect( $this->one, 'mautic-one.example' );
		$this->connect( $this->two, 'mautic-two.example' );
		$this->let_it_be_time( $this->one );
		$this->let_it_be_time( $this->two );
		// While one renews, holding its lock, a plugin calls two, whose lock another process holds for a moment.
		$other = new Lock();
		$asked = 0;
		add_filter(
			'query',
			function ( $query ) use ( $other, &$asked ) {
				if ( 1 === preg_match( "/^INSERT IGNORE INTO wp_{$this->two}_options .*'connector_for_mautic_lock_(\w+)'/", $query, $lock ) ) {
					++$asked;
					1 === $asked ? $other->acquire( $lock[1], 60 ) : ( 3 === $asked ? $other->release_all() : null );
				}
				return $query;
			}
		);
		$inner = null;
		add_filter(
			'http_request_args',
			function ( $arguments, $url ) use ( &$inner ) {
				if ( null === $inner && str_contains( $url, 'mautic-one.example/oauth/' ) ) {
					$inner = $this->call( $this->two );
				}
				return $arguments;
			},
			10,
			2
		);
		$this->assertSame( 200, $this->call( $this->one )['status'] );
		$this->assertSame( 200, is_wp_error( $inner ) ? $inner->get_error_code() : $inner['status'] );
		$this->assertGreaterThan( 1, $asked );
		$this->assertSame( array( 'mautic-two.example', 'mautic-one.example' ), $this->renewed() );
	}

	public function test_a_listener_of_one_site_that_schedules_another_leaves_both_right(): void {
		$this->connect( $this->one, 'mautic-one.example' );
		$this->connect( $this->two, 'mautic-two.example' );
		$this->let_it_be_time( $this->one );
		$this->let_it_be_due( $this->one );
		$sooner = $this->due()[ $this->two ] - 7200;
		// In the middle of its tick.
		add_filter(
			'http_request_args',
			function ( $arguments ) use ( $sooner ) {
				$this->on( $this->two, static fn() => Cron::schedule( $sooner ) );
				return $arguments;
			}
		);
		$this->run_cron();
		$expected = $this->on( $this->one, static fn() => connector_for_mautic_status() )['background_renew_at'];
		$this->assertSame( array( $this->one => $expected, $this->two => $sooner ), $this->due() );
	}

	public function test_the_redirect_uri_is_the_sites_own_in_folders_and_on_hosts(): void {
		$this->assertSame( 'http://127.0.0.1/one/wp-admin/admin.php', $this->on( $this->one, static fn() => Authorize_Return::redirect_uri() ) );
		$this->on(
			$this->two,
			function (): void {
				update_option( 'siteurl', 'http://two.network.test' );
				$this->assertSame( 'http://two.network.test/wp-admin/admin.php', Authorize_Return::redirect_uri() );
			}
		);
	}

	public function test_the_networks_settings_hold_for_every_site_and_are_stored_on_none(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_BASE_URL=https://mautic.network.example' );
		putenv( 'CONNECTOR_FOR_MAUTIC_CLIENT_SECRET=secret-of-the-network' );
		foreach ( array( $this->one, $this->two ) as $site ) {
			$view = $this->on( $site, static fn() => Runner::of_site()->run( array( 'type' => 'view' ) )->answer );
			$this->assertSame( array( 'https://mautic.network.example', true ), array( $view['settings']['base_url'], $view['settings']['client_secret_set'] ) );
			$this->assertContains( 'base_url', $view['settings']['overridden'] );
		}
		$this->assertNull( $this->on( $this->one, fn() => $this->row( Storage::option_name() ) ) );
	}

	public function test_the_networks_secret_is_not_for_whatever_server_a_site_names(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_CLIENT_SECRET=secret-of-the-network' );
		$saved = $this->on( $this->one, static fn() => Form_Handler::save_values( array( 'base_url' => 'https://elsewhere.example', 'client_id' => '1_abc' ) ) );
		$this->assertSame( array( 'client_secret.missing' ), array_column( $saved->problems(), 'code' ) );
	}

	public function test_the_networks_password_is_not_for_whatever_server_a_site_names(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_PASSWORD=password-of-the-network' );
		$saved = $this->on( $this->one, static fn() => Form_Handler::save_values( array( 'auth_method' => 'basic', 'base_url' => 'https://elsewhere.example', 'username' => 'ada' ) ) );
		$this->assertSame( array( 'password.missing' ), array_column( $saved->problems(), 'code' ) );
	}

	public function test_who_has_to_mend_a_silent_cron_is_told_where(): void {
		$words = $this->on( $this->one, static fn() => Messages::of( array( 'code' => 'cron.silent', 'kind' => 'user' ) ) );
		$this->assertStringContainsString( 'of this network’s main site', $words['message'] );
		$this->assertStringContainsString( '“wp cron event run --due-now”', $words['fix'] );
		$this->activate_on_sites_only();
		$words = $this->on( $this->one, static fn() => Messages::of( array( 'code' => 'cron.silent', 'kind' => 'user' ) ) );
		$this->assertStringContainsString( 'this site’s scheduled tasks', $words['message'] );
	}

	public function test_private_addresses_are_for_who_administers_the_server(): void {
		$save = static fn() => Form_Handler::save_values( array( 'base_url' => 'https://10.0.0.5', 'client_id' => '1_abc', 'client_secret' => 'x' ) );
		$this->assertSame( array( 'base_url.address_refused' ), array_column( $this->on( $this->one, $save )->problems(), 'code' ) );
		putenv( 'CONNECTOR_FOR_MAUTIC_ALLOW_PRIVATE_HOSTS=1' );
		$this->assertTrue( $this->on( $this->one, $save )->ok() );
	}

	public function test_a_mail_is_in_the_language_of_its_site(): void {
		add_filter( 'get_available_languages', static fn() => array( 'de_DE' ) );
		$GLOBALS['wp_locale_switcher'] = new WP_Locale_Switcher();
		add_filter( 'pre_wp_mail', '__return_true' );
		$languages = array();
		add_action( 'switch_locale', static function ( $language ) use ( &$languages ): void { $languages[] = $language; } );
		$send = static fn() => Mailer::send( array( 'code' => 'recovered', 'since' => time() - 3600 ), new Result( array( 'ok' => true ) ) );
		$this->on( $this->one, static fn() => update_option( 'WPLANG', 'de_DE' ) );
		$this->on( $this->one, $send );
		$this->assertSame( array( 'de_DE' ), $languages );
		$this->on( $this->two, $send );
		$this->assertSame( array( 'de_DE' ), $languages );
	}

	/** @return string[] Codes, newest first. */
	private function log_of( int $site ): array {
		return array_column( $this->on( $site, static fn() => Log::entries() ), 'code' );
	}

	/** @return array|WP_Error What comes of an API call on a site. */
	private function call( int $site ) {
		return $this->on( $site, static fn() => connector_for_mautic_request( 'GET', 'users/self' ) );
	}
}
