<?php
/**
 * What the doctor looks at on this site itself.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Site_Checks;
use Connector_For_Mautic\Storage;

/** @group http */
final class SiteChecksTest extends Plugin_Case {

	private const LATE_HOOK = 'some_other_plugins_event';

	protected function setUp(): void {
		parent::setUp();
		update_option( 'cron', array( 'version' => 2 ) );
		delete_option( Storage::option_name() );
		remove_all_filters( 'pre_http_request' );
		$this->loopback( array( 'response' => array( 'code' => 200 ), 'headers' => array(), 'body' => '' ) );
	}

	public function test_a_site_that_lacks_nothing(): void {
		wp_schedule_single_event( time() + HOUR_IN_SECONDS, Cron::HOOK );
		foreach ( array( time() + HOUR_IN_SECONDS, null ) as $renew_at ) {
			$steps = $this->steps( $renew_at );
			$this->assertSame( array( 'cron', 'loopback', 'key' ), array_keys( $steps ) );
			$this->assertSame( array( 'passed' ), array_unique( array_column( $steps, 'state' ) ), (string) wp_json_encode( $steps ) );
			$this->assertSame( array(), array_column( $steps, 'error' ) );
		}
	}

	/** It is put back at once, and that it was gone is said. */
	public function test_a_renewal_that_is_not_in_the_schedule(): void {
		$this->assertFound( 'warned', 'cron.missing', $this->steps( time() + HOUR_IN_SECONDS )['cron'] );
		$this->assertNotNull( Cron::next() );
		$this->assertSame( 'passed', $this->steps( time() + HOUR_IN_SECONDS )['cron']['state'] );
	}

	public function test_a_schedule_that_takes_no_event(): void {
		add_filter( 'pre_schedule_event', '__return_false' );
		$this->assertFound( 'failed', 'cron.missing', $this->steps( time() + HOUR_IN_SECONDS )['cron'] );
	}

	/** Whoever presses the button is a visit, which runs what is a little late. */
	public function test_events_that_are_hours_late(): void {
		wp_schedule_single_event( time() + HOUR_IN_SECONDS, Cron::HOOK );
		wp_schedule_single_event( time() - 119 * MINUTE_IN_SECONDS, 'an_event_a_little_late' );
		$this->assertSame( 'passed', $this->steps( time() + HOUR_IN_SECONDS )['cron']['state'] );

		wp_schedule_single_event( time() - 5 * HOUR_IN_SECONDS, self::LATE_HOOK );
		$step = $this->steps( time() + HOUR_IN_SECONDS )['cron'];
		$this->assertFound( 'failed', 'cron.overdue', $step );
		$this->assertSame( self::LATE_HOOK, $step['error']['detail'] );
		$this->assertEqualsWithDelta( 5 * HOUR_IN_SECONDS, $step['value'], 60 );
		$this->assertFound( 'warned', 'cron.overdue', $this->steps( null )['cron'] );
	}

	/** @group wp-cli */
	public function test_visits_that_run_no_events(): void {
		$steps = $this->steps_elsewhere( "define( 'DISABLE_WP_CRON', true );" );
		$this->assertFound( 'warned', 'cron.disabled', $steps['cron'] );
	}

	public function test_a_site_that_does_not_reach_itself(): void {
		wp_schedule_single_event( time() + HOUR_IN_SECONDS, Cron::HOOK );
		remove_all_filters( 'pre_http_request' );
		// Nothing listens on the port "discard".
		add_filter( 'site_url', static fn( $url, $path ) => 'http://127.0.0.1:9/' . $path, 10, 2 );
		$step = $this->steps( time() + HOUR_IN_SECONDS )['loopback'];
		$this->assertFound( 'failed', 'loopback.failed', $step );
		$this->assertStringContainsString( 'cURL error 7', $step['error']['detail'] );
		$this->assertSame( array( array( 'method' => 'POST', 'url' => 'http://127.0.0.1:9/wp-cron.php', 'status' => null ) ), $step['requests'] );
		$this->assertFound( 'warned', 'loopback.failed', $this->steps( null )['loopback'] );
	}

	/** @group wp-cli */
	public function test_a_wordpress_that_forbids_requests_to_itself(): void {
		$steps = $this->steps_elsewhere( "define( 'WP_HTTP_BLOCK_EXTERNAL', true );", "add_filter( 'block_local_requests', '__return_true' );" );
		$this->assertFound( 'failed', 'loopback.blocked', $steps['loopback'] );
		$this->assertNull( $steps['loopback']['requests'][0]['status'] );
	}

	public function test_a_key_that_is_another_one(): void {
		wp_schedule_single_event( time() + HOUR_IN_SECONDS, Cron::HOOK );
		$this->assertSame( Storage::STORED, $this->storage()->write( '{}', 1 ) );
		$this->assertFound( 'failed', 'connection.key_changed', $this->steps( null )['key'] );
	}

	/** Has each request end with an answer. */
	private function loopback( array $answer ): void {
		add_filter( 'pre_http_request', static fn( $response, $arguments, $url ) => site_url( 'wp-cron.php' ) === $url ? $answer : $response, 10, 3 );
	}

	/** @return array<string, array<string, mixed>> The steps by name. */
	private function steps( ?int $renew_at ): array {
		return array_column( iterator_to_array( Site_Checks::run( $renew_at ), false ), null, 'name' );
	}

	/** The same in a process in which something else is done before. */
	private function steps_elsewhere( string $before_wordpress, string $after = '' ): array {
		$code            = "<?php $after wp_schedule_single_event( time() + HOUR_IN_SECONDS, Connector_For_Mautic\Cron::HOOK );"
			. 'echo wp_json_encode( iterator_to_array( Connector_For_Mautic\Site_Checks::run( time() + HOUR_IN_SECONDS ), false ) ); wp_clear_scheduled_hook( Connector_For_Mautic\Cron::HOOK );';
		list( , $output ) = $this->wp_cli( array( 'eval-file', '-', "--exec=$before_wordpress" ), $code );
		return array_column( (array) json_decode( $output, true ), null, 'name' );
	}

	/** Fails if a step says something else, or a code has no words of its own. */
	private function assertFound( string $state, string $code, ?array $step ): void {
		$this->assertSame( array( $state, $code ), array( $step['state'] ?? null, $step['error']['code'] ?? null ), (string) wp_json_encode( $step ) );
		$this->assertNotSame( Messages::of( array( 'code' => 'no.such_code' ) ), Messages::of( $step['error'] ) );
	}
}
