<?php
/**
 * The notice on the pages of the administration.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Admin_Notice;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

final class AdminNoticeTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		set_current_screen( 'dashboard' );
		add_filter( 'pre_wp_mail', '__return_true' );
	}

	protected function tearDown(): void {
		unset( $GLOBALS['current_screen'] );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		parent::tearDown();
	}

	public function test_a_connection_that_works_shows_nothing_and_asks_nothing(): void {
		global $wpdb;
		$this->connect();
		$before = $wpdb->num_queries;
		$this->assertSame( '', $this->notice() );
		$this->assertSame( $before, $wpdb->num_queries );
	}

	public function test_a_lost_grant_is_told_with_name_time_and_the_button_that_mends_it(): void {
		$this->connect();
		$this->lose();
		$html = $this->notice();
		$page = $this->dom( $html );
		$this->assertSame( 1.0, $page->evaluate( 'count(//div[contains(@class, "notice-error")])' ) );
		$text = $page->evaluate( 'normalize-space(//div)' );
		$this->assertStringContainsString( 'Connector for Mautic: Mautic no longer accepts this site’s tokens', $text );
		$this->assertMatchesRegularExpression( '/Since .*\d.*, (just now|\d+ seconds? ago|1 minute ago)/', $text );
		$this->assertSame( 'connector_for_mautic_authorize', $page->evaluate( 'string(//form[@method = "post"][.//button[. = "Authorize"]]//input[@name = "action"]/@value)' ) );
		$this->assertSame( 1, wp_verify_nonce( $page->evaluate( 'string(//input[@name = "_wpnonce"]/@value)' ), 'connector_for_mautic_authorize' ) );
		$this->assertSame( Settings_Page::url(), $page->evaluate( 'string(//a/@href)' ) );
		$this->assertSame( $page->evaluate( 'string(//div/@aria-labelledby)' ), $page->evaluate( 'string(//p[1]/@id)' ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//script | //style | //@*[starts-with(name(), "on") or name() = "style"])' ) );
	}

	public function test_it_goes_away_by_itself(): void {
		$this->connect();
		$this->lose();
		$this->assertNotSame( '', $this->notice() );
		$this->connect();
		$this->assertSame( '', $this->notice() );
	}

	public function test_what_is_kept_is_not_believed_without_the_core(): void {
		$this->connect();
		update_option(
			'connector_for_mautic_alert',
			array(
				'code'   => 'token.invalid_grant',
				'since'  => 5,
				'from'   => 5,
				'button' => 'authorize',
				'site'   => strstr( get_option( 'siteurl' ), '//' ),
			),
			true
		);
		$this->assertSame( '', $this->notice() );
		$this->assertGreaterThan( time(), get_option( 'connector_for_mautic_alert' )['from'] );
	}

	public function test_who_may_not_mend_it_does_not_see_it(): void {
		$this->connect();
		$this->lose();
		wp_set_current_user( 0 );
		$this->assertSame( '', $this->notice() );
	}

	public function test_the_plugins_own_page_says_it_itself_once(): void {
		$this->connect();
		$this->lose();
		set_current_screen( Settings_Page::SCREEN );
		$this->assertSame( '', $this->notice() );
		// The log tells what was, and when.
		$this->assertSame( 1, substr_count( strstr( $this->page(), '<h2 id="cfm-log">', true ), 'Mautic no longer accepts' ) );
	}

	public function test_the_hook_is_the_one_of_a_sites_own_pages(): void {
		list( $status, $output ) = $this->php( __DIR__ . '/fixtures/admin-hooks.php', SITE, 'admin_notices', 'network_admin_notices', 'user_admin_notices', 'all_admin_notices' );
		$this->assertSame( 0, $status );
		$this->assertSame( 'yes', strtok( $output, ' ' ) );
		$listeners = array_column( array_merge( ...array_values( $GLOBALS['wp_filter']['network_admin_notices']->callbacks ?? array( array() ) ) ), 'function' );
		$this->assertNotContains( array( Admin_Notice::class, 'render' ), $listeners );
	}

	public function test_cron_that_is_silent_is_told_while_there_is_time(): void {
		$this->connect();
		$this->set_document(
			static function ( $document ) {
				$document['grant']['issued_at']           = time() - 5 * DAY_IN_SECONDS;
				$document['grant']['expires_at']          = time() - 5 * DAY_IN_SECONDS + 3600;
				$document['grant']['renew_at']            = time() - 5 * DAY_IN_SECONDS + 3300;
				$document['grant']['background_renew_at'] = time() - 4 * DAY_IN_SECONDS;
				return $document;
			}
		);
		connector_for_mautic_status();
		$page = $this->dom( $this->notice() );
		$this->assertStringContainsString( 'WP-Cron', $page->evaluate( 'normalize-space(//div)' ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//form//button[. = "Refresh token"])' ) );
		$this->assertSame( 'attention', connector_for_mautic_status()['status'] );
		$this->assertStringContainsString( 'overdue', $this->page() );

		$this->answers = array( $this->token( 2 ) );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'refresh' ) )->ok() );
		$this->assertSame( '', $this->notice() );
	}

	public function test_a_copied_site_is_asked_and_both_answers_are_there(): void {
		$this->connect();
		$this->move();
		$page = $this->dom( $this->notice() );
		$this->assertStringContainsString( 'address is ' . get_option( 'siteurl' ) . ', but ' . str_replace( 'staging.example.test', '127.0.0.1', get_option( 'siteurl' ) ) . ' was connected', $page->evaluate( 'normalize-space(//div)' ) );
		$this->assertStringNotContainsString( 'The answer was', strstr( $this->page(), '<script', true ) );
		$this->assertSame(
			array( 'This site has moved', 'This is a copy' ),
			array_map( static fn( $button ) => $button->textContent, iterator_to_array( $page->query( '//form//button' ) ) )
		);
		$this->assertSame( 'connector_for_mautic_site_moved', $page->evaluate( 'string(//form[@method = "post"][.//button[. = "This site has moved"]]//input[@name = "action"]/@value)' ) );
		$this->assertSame( 'attention', connector_for_mautic_status()['status'] );
		$this->assertSame( 1, substr_count( $this->page(), 'This site has moved' ) );
	}

	public function test_a_copy_is_asked_once_more_before_it_forgets(): void {
		$this->connect();
		$this->move();
		$page = $this->dom( $this->notice() );
		$this->assertSame( 'site_copied', $page->evaluate( 'string(//form[@method = "get"][.//button[. = "This is a copy"]]//input[@name = "confirm"]/@value)' ) );
		$_GET = array(
			'page'    => Settings_Page::SLUG,
			'confirm' => 'site_copied',
		);
		$page = $this->dom( $this->page() );
		$_GET = array();
		$this->assertSame( 'connector_for_mautic_site_copied', $page->evaluate( 'string(//form[@method = "post"]//input[@name = "action"]/@value)' ) );
		$this->assertSame( 'Cancel', $page->evaluate( 'string(//a)' ) );
		$this->assertSame( 'ada@example.test', connector_for_mautic_status()['account_email'], 'asking changes nothing' );
	}

	public function test_a_site_that_has_moved_goes_on(): void {
		$this->connect();
		$this->move();
		$this->assertNotSame( '', $this->notice() );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'site_moved' ) )->ok() );
		$this->assertSame( '', $this->notice() );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
		$this->answers = array( $this->token( 2 ) );
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'refresh' ) )->ok() );
	}

	public function test_a_copy_forgets_the_connection_alone(): void {
		$this->connect();
		$this->move();
		$this->assertTrue( Runner::of_site()->run( array( 'type' => 'site_copied' ) )->ok() );
		$this->assertSame( '', $this->notice() );
		$this->assertSame( 'ready', connector_for_mautic_status()['status'] );
		$this->assertStringNotContainsString( 'refresh-1', $this->document() );
		$this->assertStringContainsString( 's3cret', $this->document() );
		$this->assertSame( array(), $this->requests );
	}

	public function test_changed_salts_are_told_and_nothing_is_overwritten(): void {
		$this->connect();
		$stored = $this->row( Storage::option_name() );
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=another key of the tests, long enough' );
		$this->assertSame( 'connection.key_changed', connector_for_mautic_status()['last_error']['code'] );
		$page = $this->dom( $this->notice() );
		$this->assertStringContainsString( 'keys in wp-config.php have changed', $page->evaluate( 'normalize-space(//div)' ) );
		$this->assertStringContainsString( 'Since ', $page->evaluate( 'normalize-space(//div)' ) );
		$this->assertSame( Settings_Page::url(), $page->evaluate( 'string(//a/@href)' ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//button)' ) );
		$this->assertSame( $stored, $this->row( Storage::option_name() ) );

		putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		$this->assertSame( '', $this->notice() );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
	}

	/** Mautic refuses the refresh token. */
	private function lose(): void {
		$this->answers = array( $this->json( array( 'errors' => array( array( 'message' => 'Invalid refresh token', 'code' => 400, 'type' => 'invalid_grant' ) ) ), 400 ) );
		$this->assertFalse( Runner::of_site()->run( array( 'type' => 'refresh' ) )->ok() );
	}

	/** The same database, at another address. */
	private function move(): void {
		add_filter( 'option_siteurl', static fn( $url ) => str_replace( '127.0.0.1', 'staging.example.test', $url ) );
	}

	private function notice(): string {
		ob_start();
		Admin_Notice::render();
		return ob_get_clean();
	}
}
