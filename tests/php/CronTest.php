<?php
/**
 * The schedule: something is always in it, and it is written to only if it must be.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Installer;
use Connector_For_Mautic\Storage;

final class CronTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		wp_clear_scheduled_hook( Cron::HOOK );
	}

	public function test_an_event_that_comes_early_enough_is_left_alone_without_a_query(): void {
		global $wpdb;
		$soon = time() + 600;
		Cron::schedule( $soon );
		$before = $wpdb->num_queries;
		Cron::schedule( $soon );
		Cron::schedule( $soon + 43200 );
		$this->assertSame( $before, $wpdb->num_queries );
		$this->assertSame( array( $soon ), $this->scheduled() );
	}

	public function test_an_earlier_time_gets_an_event_for_one_query(): void {
		global $wpdb;
		$late = time() + 43200;
		Cron::schedule( $late );
		$before = $wpdb->num_queries;
		Cron::schedule( $late - 3600 );
		$this->assertSame( 1, $wpdb->num_queries - $before );
		$this->assertSame( $late - 3600, wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_minutes_of_twelve_hours_are_not_worth_a_write_and_seconds_of_a_minute_are(): void {
		global $wpdb;
		$late = time() + 43200;
		Cron::schedule( $late );
		$before = $wpdb->num_queries;
		Cron::schedule( $late - 660 );
		$this->assertSame( $before, $wpdb->num_queries );
		Cron::schedule( $late - 780 );
		$this->assertSame( $late - 780, wp_next_scheduled( Cron::HOOK ) );
		Cron::schedule( time() + 60 );
		Cron::schedule( time() + 55 );
		$this->assertLessThanOrEqual( time() + 55, wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_an_event_is_moved_though_wordpress_takes_no_second_one_so_near(): void {
		$late = time() + 300;
		Cron::schedule( $late );
		Cron::schedule( $late - 270 );
		$this->assertSame( array( $late - 270 ), $this->scheduled() );
	}

	public function test_ticks_that_come_early_do_not_add_up(): void {
		$this->connect();
		for ( $i = 0; $i < 5; ++$i ) {
			$this->fire();
		}
		$this->assertCount( 1, $this->scheduled() );
		$this->assertSame( array(), $this->requests );
	}

	public function test_an_event_that_stands_does_for_the_tick_too(): void {
		$this->connect();
		wp_clear_scheduled_hook( Cron::HOOK );
		$later = time() + 2 * HOUR_IN_SECONDS;
		wp_schedule_single_event( $later, Cron::HOOK );
		Cron::tick();
		$this->assertSame( array( $later ), $this->scheduled() );
	}

	public function test_a_tick_that_fails_comes_again_in_an_hour(): void {
		$this->connect();
		$this->set_row( Storage::option_name(), 'cfm1:damaged' );
		wp_clear_scheduled_hook( Cron::HOOK );
		$before = time();
		Cron::tick();
		$this->assertGreaterThanOrEqual( $before + HOUR_IN_SECONDS, wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_a_tick_whose_process_dies_comes_again_in_an_hour(): void {
		$this->connect();
		$this->set_document( static fn( $document ) => array( 'grant' => array( 'renew_at' => 1, 'background_renew_at' => 1 ) + $document['grant'] ) + $document );
		wp_clear_scheduled_hook( Cron::HOOK );
		remove_all_filters( 'pre_http_request' );
		add_filter( 'pre_http_request', static fn() => throw new DomainException( 'killed' ) );
		$before = time();
		try {
			Cron::tick();
			$this->fail( 'It lived.' );
		} catch ( DomainException ) {
			$this->assertGreaterThanOrEqual( $before + HOUR_IN_SECONDS, wp_next_scheduled( Cron::HOOK ) );
		}
	}

	public function test_a_tick_with_nothing_to_renew_is_the_last_one(): void {
		$this->configure();
		Cron::tick();
		$this->assertFalse( wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_a_lost_schedule_is_made_again_by_whoever_looks_at_the_connection(): void {
		$this->connect();
		update_option( 'cron', array( 'version' => 2 ) );
		$status = connector_for_mautic_status();
		$this->assertIsInt( $status['background_renew_at'] );
		$this->assertSame( array( $status['background_renew_at'] ), $this->scheduled() );
	}

	public function test_any_page_of_the_administration_brings_a_lost_schedule_back(): void {
		global $wpdb;
		$this->connect();
		$before = $wpdb->num_queries;
		Cron::revive();
		$this->assertSame( $before, $wpdb->num_queries );
		update_option( 'cron', array( 'version' => 2 ) );
		Cron::revive();
		$this->assertCount( 1, $this->scheduled() );
		$this->fire();
		$this->assertSame( array( connector_for_mautic_status()['background_renew_at'] ), $this->scheduled() );
	}

	public function test_nothing_is_scheduled_where_nothing_is_to_be_renewed(): void {
		$this->configure();
		Cron::revive();
		$this->connect();
		$this->answers = array( $this->json( array( 'errors' => array( array( 'message' => 'x', 'code' => 400, 'type' => 'invalid_grant' ) ) ), 400 ) );
		add_filter( 'pre_wp_mail', '__return_true' );
		connector_for_mautic_status();
		Connector_For_Mautic\Runner::of_site()->run( array( 'type' => 'refresh' ) );
		wp_clear_scheduled_hook( Cron::HOOK );
		Cron::revive();
		$this->assertSame( array(), $this->scheduled() );
	}

	public function test_a_lost_schedule_of_an_overdue_connection_is_made_for_now(): void {
		$this->connect();
		wp_clear_scheduled_hook( Cron::HOOK );
		$before = time();
		Cron::ensure( $before - 86400 );
		$this->assertGreaterThanOrEqual( $before, wp_next_scheduled( Cron::HOOK ) );
		$this->assertLessThan( $before + 60, wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_activation_brings_the_schedule_back(): void {
		$this->connect();
		Installer::deactivate( false );
		$this->assertSame( array(), $this->scheduled() );
		Installer::activate();
		$this->fire();
		$this->assertSame( array( connector_for_mautic_status()['background_renew_at'] ), $this->scheduled() );
	}

	/** Lets the next event happen, as wp-cron.php does. */
	private function fire(): void {
		wp_unschedule_event( wp_next_scheduled( Cron::HOOK ), Cron::HOOK );
		do_action( Cron::HOOK );
	}

	/** @return int[] When events are scheduled. */
	private function scheduled(): array {
		return array_keys( array_filter( _get_cron_array(), static fn( $hooks ) => isset( $hooks[ Cron::HOOK ] ) ) );
	}
}
