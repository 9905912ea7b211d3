<?php
/**
 * The compiled core stops, really, at each way in: what is stored stays, and it is said.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Log_Messages;
use Connector_For_Mautic\Storage;

final class TrapTest extends Connected_Case {

	private const SAYS = 'The compiled core of the plugin stopped. What is stored was left as it is.';

	private string $stored;

	protected function setUp(): void {
		parent::setUp();
		$GLOBALS['wp_rest_server'] = null;
		$this->connect();
		$this->stored = $this->row( Storage::option_name() );
	}

	protected function tearDown(): void {
		$GLOBALS['wp_rest_server'] = null;
		unset( $GLOBALS['current_screen'] );
		parent::tearDown();
	}

	public function test_the_page_says_it_and_what_to_do(): void {
		No_Room::leave();
		$page = $this->dom( $this->page() );
		$this->assertStringContainsString( self::SAYS, $page->document->textContent );
		$this->assertStringContainsString( 'update or reinstall the plugin', $page->document->textContent );
		$this->assert_all_is_as_it_was();
	}

	public function test_a_route_answers_with_its_code(): void {
		No_Room::leave();
		$response = rest_do_request( new WP_REST_Request( 'GET', '/connector-for-mautic/v1/status' ) );
		$this->assertSame( 'connector_for_mautic.core.trap', $response->get_data()['code'] );
		$this->assertSame( 409, $response->get_status() );
		$this->assert_all_is_as_it_was();
	}

	public function test_a_call_gets_an_error(): void {
		No_Room::leave();
		$this->assertWPErrorCode( 'connector_for_mautic.core.trap', connector_for_mautic_request( 'GET', 'contacts' ) );
		$this->assert_all_is_as_it_was();
	}

	public function test_the_event_comes_again(): void {
		wp_clear_scheduled_hook( Cron::HOOK );
		No_Room::leave();
		do_action( Cron::HOOK );
		$this->assertEqualsWithDelta( time() + HOUR_IN_SECONDS, wp_next_scheduled( Cron::HOOK ), 60 );
		$this->assert_all_is_as_it_was();
	}

	/** @group wp-cli */
	public function test_a_command_ends_with_it_and_the_next_one_works(): void {
		$wp = array( 'mautic', 'status', '--format=json' );
		list( $status, $output, $errors ) = $this->wp_cli( array( '--require=' . __DIR__ . '/fixtures/no-room.php', ...$wp ) );
		$this->assertNotSame( 0, $status, $output . $errors );
		$this->assertStringContainsString( 'core.trap', $errors );
		$this->assertStringContainsString( self::SAYS, $errors );
		list( $status, $output ) = $this->wp_cli( $wp );
		$this->assertSame( 0, $status, $output );
	}

	public function test_a_busy_site_is_told_once_in_ten_minutes(): void {
		foreach ( range( 1, 3 ) as $ignored ) {
			No_Room::leave();
			connector_for_mautic_request( 'GET', 'contacts' );
		}
		$this->assertCount( 1, $this->traps() );
	}

	/** Nothing was sent, nothing stored, the log says why, and the next use works. */
	private function assert_all_is_as_it_was(): void {
		$this->assertSame( array(), $this->requests );
		$this->assertSame( $this->stored, $this->row( Storage::option_name() ) );
		$this->assertCount( 1, $this->traps() );
		$this->assertSame( self::SAYS, Log_Messages::text( current( $this->traps() ) ) );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
	}

	private function traps(): array {
		return array_filter( Log::entries(), static fn( array $entry ) => 'core.trap' === $entry['code'] );
	}
}
