<?php
/**
 * The main site's event wakes the sites whose time has come, and no others.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Network;
use Connector_For_Mautic\Storage;

final class WakeTest extends Network_Case {

	public function test_a_connected_site_has_a_row_and_no_event_of_its_own(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$this->assertSame( array( $one => $this->status( $one )['background_renew_at'] ), $this->due() );
		$this->assertSame( array(), $this->own_events( $one ) );
	}

	public function test_only_what_is_due_is_woken_and_renewed_and_gets_its_next_time(): void {
		list( $one, $two, $three ) = array_map( array( $this, 'site' ), self::SITES );
		foreach ( array( $one, $two, $three ) as $site ) {
			$this->connect( $site, "mautic-$site.example" );
			$this->let_it_be_time( $site );
		}
		$later = $this->due()[ $two ];
		$this->let_it_be_due( $one, $three );
		$before = time();
		$this->run_cron();
		$this->assertSame( array( "mautic-$one.example", "mautic-$three.example" ), $this->renewed() );
		$due = $this->due();
		$this->assertSame( $later, $due[ $two ] );
		foreach ( array( $one, $three ) as $site ) {
			$this->assertSame( $this->status( $site )['background_renew_at'], $due[ $site ] );
			$this->assertGreaterThan( $before + 6 * HOUR_IN_SECONDS, $due[ $site ] );
		}
		$this->requests = array();
		$this->run_cron();
		$this->assertSame( array(), $this->requests );
	}

	public function test_a_network_where_nothing_is_due_is_asked_once_and_switched_to_never(): void {
		global $wpdb;
		$this->simulate_sites( 10000 );
		$this->simulate_rows( time() + DAY_IN_SECONDS );
		$this->assertCount( 10000, $this->due() );
		$this->run_cron(); // What is not in the cache is in it now.
		$switches = 0;
		add_action( 'switch_blog', function () use ( &$switches ): void { ++$switches; } );
		$before = $wpdb->num_queries;
		$this->run_cron();
		$this->assertSame( array( 0, 1 ), array( $switches, $wpdb->num_queries - $before ) );
	}

	public function test_more_than_one_batch_is_woken_in_one_run(): void {
		global $wpdb;
		list( $one, $two ) = array( self::site( 'one' ), self::site( 'two' ) );
		$this->simulate_sites( 120 );
		$this->simulate_rows( time() - 600 );
		$wpdb->query( "DELETE FROM $wpdb->blogs WHERE blog_id >= 1000" );
		$this->connect( $two, 'mautic-two.example' );
		$this->let_it_be_time( $two );
		$this->let_it_be_due( $one, $two );
		$this->run_cron();
		$this->assertSame( array( 'mautic-two.example' ), $this->renewed() );
		$this->assertSame( array( $two ), array_keys( $this->due() ) );
	}

	public function test_a_site_with_nothing_to_renew_is_woken_no_more(): void {
		$this->let_it_be_due( self::site( 'one' ) );
		$this->run_cron();
		$this->assertSame( array(), $this->due() );
	}

	public function test_a_site_that_fails_stops_no_other_and_comes_again_in_an_hour(): void {
		list( $one, $two ) = array( self::site( 'one' ), self::site( 'two' ) );
		foreach ( array( $one, $two ) as $site ) {
			$this->connect( $site, "mautic-$site.example" );
			$this->let_it_be_time( $site );
		}
		$this->let_it_be_due( $one, $two );
		add_action(
			'connector_for_mautic_refreshed',
			static function () use ( $one ): void {
				if ( get_current_blog_id() === $one ) {
					switch_to_blog( self::site( 'three' ) ); // And never back.
					throw new DomainException( 'A listener of another plugin: secret-1' );
				}
			}
		);
		$said = array();
		set_error_handler( static function ( $number, $message ) use ( &$said ): bool { $said[] = $message; return true; }, E_USER_NOTICE );
		$before = time();
		try {
			$this->run_cron();
		} finally {
			restore_error_handler();
		}
		$this->assertSame( array( "mautic-$one.example", "mautic-$two.example" ), $this->renewed() );
		$this->assertGreaterThan( $before + 6 * HOUR_IN_SECONDS, $this->due()[ $two ] );
		$this->assertSame( array( "Connector_For_Mautic\Network::wake(): Connector for Mautic could not look after site $one: DomainException" ), $said );
		$this->assertSame( 1, get_current_blog_id() );
	}

	public function test_a_site_whose_core_fails_comes_again_in_an_hour(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$this->on( $one, fn() => $this->set_row( Storage::option_name(), 'cfm1:damaged' ) );
		$this->let_it_be_due( $one );
		$before = time();
		$this->run_cron();
		$this->assertGreaterThanOrEqual( $before + HOUR_IN_SECONDS, $this->due()[ $one ] );
		$this->assertLessThan( $before + HOUR_IN_SECONDS + 60, $this->due()[ $one ] );
	}

	public function test_a_site_that_another_process_has_claimed_is_left_to_it(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$this->let_it_be_time( $one );
		$this->let_it_be_due( $one );
		// Between this process' read and its claim another one claims.
		add_filter(
			'query',
			static function ( $query ) use ( $one ) {
				static $once = true;
				if ( $once && str_starts_with( $query, 'UPDATE' ) && str_contains( $query, Due_Table::name() ) ) {
					$once = false;
					Due_Table::claim( Due_Table::due( time(), 1 )[0], time() + HOUR_IN_SECONDS );
				}
				return $query;
			}
		);
		$this->run_cron();
		$this->assertSame( array(), $this->requests );
		$this->assertGreaterThan( time() + 3500, $this->due()[ $one ] );
	}

	/**
	 * @testWith ["archived"]
	 *           ["spam"]
	 *           ["deleted"]
	 */
	public function test_a_site_that_nobody_can_visit_is_not_woken_until_somebody_can( string $flag ): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$this->let_it_be_time( $one );
		$this->let_it_be_due( $one );
		update_blog_status( $one, $flag, '1' );
		$this->run_cron();
		$this->assertSame( array( array(), array() ), array( $this->due(), $this->requests ) );
		update_blog_status( $one, $flag, '0' );
		$this->run_cron();
		$this->assertSame( array( 'mautic-one.example' ), $this->renewed() );
	}

	public function test_a_deleted_site_leaves_no_row(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		$site = self::make_site( 'short-lived' );
		$this->connect( $site, 'mautic-four.example' );
		$this->assertSame( array( $site ), array_keys( $this->due() ) );
		wp_delete_site( $site );
		$this->assertSame( array(), $this->due() );
		$wpdb->query( 'START TRANSACTION' );
	}

	public function test_pages_of_a_site_bring_its_row_back(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		Due_Table::remove( $one );
		$this->on( $one, static fn() => Cron::revive() );
		$this->assertSame( array( $one ), array_keys( $this->due() ) );
		Due_Table::remove( $one );
		$this->on( $one, static fn() => connector_for_mautic_status() );
		$this->assertSame( array( $one ), array_keys( $this->due() ) );
	}

	public function test_pages_of_a_site_whose_turn_never_came_bring_the_event_back(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		wp_clear_scheduled_hook( Network::HOOK );
		$this->on( $one, static fn() => Cron::revive() );
		$this->assertFalse( wp_next_scheduled( Network::HOOK ) );
		Due_Table::put( $one, time() - 2 * HOUR_IN_SECONDS );
		$this->on( $one, static fn() => Cron::revive() );
		$this->assertNotFalse( wp_next_scheduled( Network::HOOK ) );
	}

	public function test_the_event_comes_every_five_minutes_on_the_main_site_alone(): void {
		$this->assertSame( 300, wp_get_scheduled_event( Network::HOOK )->interval );
		$this->assertFalse( $this->on( self::site( 'one' ), static fn() => wp_next_scheduled( Network::HOOK ) ) );
	}

	public function test_where_only_some_sites_have_the_plugin_each_has_an_event_of_its_own(): void {
		$this->activate_on_sites_only();
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$this->assertSame( array(), $this->due() );
		$this->assertSame( array( $this->status( $one )['background_renew_at'] ), $this->own_events( $one ) );
	}

	public function test_an_event_from_before_the_activation_for_the_network_turns_into_a_row(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		Due_Table::remove( $one );
		$this->on(
			$one,
			static function (): void {
				wp_schedule_single_event( time() - 5, Cron::HOOK );
				wp_unschedule_event( wp_next_scheduled( Cron::HOOK ), Cron::HOOK );
				do_action( Cron::HOOK );
			}
		);
		$this->assertSame( array( $one => $this->status( $one )['background_renew_at'] ), $this->due() );
		$this->assertSame( array(), $this->own_events( $one ) );
	}

	private function status( int $site ): array {
		return $this->on( $site, static fn() => connector_for_mautic_status() );
	}
}
