<?php
/**
 * Activation, deactivation and removal reach every site, and touch only those with something of ours.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Installer;
use Connector_For_Mautic\Network;
use Connector_For_Mautic\Storage;

final class InstallerTest extends Network_Case {

	public function test_activation_finds_the_connections_and_switches_to_no_site_for_that(): void {
		list( $one, $two ) = array( self::site( 'one' ), self::site( 'two' ) );
		$this->connect( $one, 'mautic-one.example' );
		$this->connect( $two, 'mautic-two.example' );
		Due_Table::remove_all();
		$others = $this->sites_visited( static fn() => Installer::activate( true ) );
		$this->assertSame( array( $one, $two ), array_keys( $this->due() ) );
		$this->assertSame( array(), array_diff( $others, array( 1 ) ) );
	}

	public function test_activation_leaves_sites_alone_that_nobody_can_visit(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		Due_Table::remove_all();
		update_blog_status( $one, 'archived', '1' );
		Installer::activate( true );
		$this->assertSame( array(), $this->due() );
	}

	public function test_activation_of_a_large_network_spreads_the_turns_one_a_second(): void {
		global $wpdb;
		$this->simulate_sites( 1000 );
		wp_update_network_site_counts();
		// All of them have the connection of one: the tables of the others are not there.
		add_filter( 'query', static fn( $query ) => preg_replace( '/`wp_\d{4}_options`/', "`{$wpdb->base_prefix}2_options`", $query ) );
		$this->connect( 2, 'mautic-one.example' );
		Due_Table::remove_all();
		$before = time() + MINUTE_IN_SECONDS;
		Installer::activate( true );
		while ( false !== get_site_option( 'connector_for_mautic_looked_through' ) ) {
			$this->run_cron();
		}
		$due = $this->due();
		$this->assertCount( 1001, $due );
		$this->assertGreaterThanOrEqual( $before, min( $due ) );
		$this->assertLessThan( time() + MINUTE_IN_SECONDS + 1010, max( $due ) );
		// What comes in each of the event's five minutes: 300 on average, whose deviation is 16.
		$in_each = array_count_values( array_map( static fn( $at ) => intdiv( $at - $before, 300 ), $due ) );
		$this->assertLessThan( 300 + 6 * 16, max( $in_each ) );
	}

	public function test_what_activation_had_no_time_for_the_event_does(): void {
		list( $one, $two, $three ) = array_map( array( $this, 'site' ), self::SITES );
		foreach ( array( $one, $three ) as $site ) {
			$this->connect( $site, "mautic-$site.example" );
		}
		Due_Table::remove_all();
		Network::install();
		$this->assertSame( array(), $this->due() );
		update_site_option( 'connector_for_mautic_looked_through', $two );
		$this->run_cron();
		$this->assertSame( array( $three ), array_keys( $this->due() ) );
		$this->assertFalse( get_site_option( 'connector_for_mautic_looked_through' ) );
	}

	public function test_a_renewal_in_the_background_comes_at_another_time_on_each_site(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$times = array();
		for ( $i = 0; $i < 40; ++$i ) {
			$this->let_it_be_time( $one );
			$this->let_it_be_due( $one );
			$now = time();
			$this->run_cron();
			$times[] = $this->due()[ $one ] - $now;
		}
		// Half a day, of which chance takes up to a tenth: over an hour and more, evenly.
		$this->assertGreaterThanOrEqual( 43200 - 4320, min( $times ) );
		$this->assertLessThanOrEqual( 43200 + 60, max( $times ) );
		$this->assertGreaterThan( 3000, max( $times ) - min( $times ) );
		$this->assertGreaterThan( 25, count( array_unique( $times ) ) );
	}

	public function test_deactivation_stops_the_clock_of_all_and_keeps_their_connections(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		$visited = $this->sites_visited( static fn() => Installer::deactivate( true ) );
		$this->assertSame( array(), $this->due() );
		$this->assertFalse( wp_next_scheduled( Network::HOOK ) );
		$this->assertSame( array(), array_diff( $visited, array( 1 ) ) );
		$this->assertNotNull( $this->on( $one, fn() => $this->row( Storage::option_name() ) ) );
		Installer::activate( true );
		$this->assertSame( array( $one ), array_keys( $this->due() ) );
		$this->assertNotFalse( wp_next_scheduled( Network::HOOK ) );
	}

	public function test_a_site_that_is_active_for_itself_goes_on_after_a_deactivation_for_the_network(): void {
		$one = self::site( 'one' );
		$this->connect( $one, 'mautic-one.example' );
		Installer::deactivate( true );
		$this->activate_on_sites_only();
		$this->on( $one, static fn() => Cron::revive() );
		$this->assertCount( 1, $this->own_events( $one ) );
	}

	public function test_an_event_that_outlives_a_deactivation_ends_itself(): void {
		$this->connect( self::site( 'one' ), 'mautic-one.example' );
		$this->let_it_be_due( self::site( 'one' ) );
		$this->activate_on_sites_only();
		$this->run_cron();
		$this->assertSame( array(), $this->requests );
		$this->assertFalse( wp_next_scheduled( Network::HOOK ) );
	}

	public function test_activation_on_one_site_touches_no_other(): void {
		$this->activate_on_sites_only();
		$visited = $this->sites_visited( static fn() => Installer::activate( false ) );
		$this->assertSame( array(), $visited );
		$this->assertCount( 1, $this->own_events( 1 ) );
		Installer::deactivate( false );
		$this->assertSame( array(), $this->own_events( 1 ) );
	}

	public function test_pages_of_the_main_site_make_up_for_an_activation_without_a_query_if_none_is_missing(): void {
		global $wpdb;
		get_option( 'siteurl' ); // The options are in memory, as on every page.
		Network::is_active();
		$before = $wpdb->num_queries;
		Network::revive();
		$this->assertSame( $before, $wpdb->num_queries );
		wp_clear_scheduled_hook( Network::HOOK );
		$this->on( self::site( 'one' ), static fn() => Network::revive() );
		$this->assertFalse( wp_next_scheduled( Network::HOOK ) );
		Network::revive();
		$this->assertNotFalse( wp_next_scheduled( Network::HOOK ) );
	}

	public function test_uninstalling_leaves_nothing_on_any_site_and_visits_only_those_with_something(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' ); // A table that is dropped ends the transaction.
		list( $one, $two, $three ) = array_map( array( $this, 'site' ), self::SITES );
		$this->connect( $one, 'mautic-one.example' );
		$this->on( $three, static fn() => set_transient( 'connector_for_mautic_flash_1', 'x', 300 ) );
		$this->on( $one, static fn() => wp_schedule_single_event( time() + 60, Cron::HOOK ) );
		$this->simulate_sites( 1100 );
		Network::install();

		define( 'WP_UNINSTALL_PLUGIN', 'connector-for-mautic/connector-for-mautic.php' );
		$visited = $this->sites_visited( static fn() => include WP_PLUGIN_DIR . '/connector-for-mautic/uninstall.php' );

		$left  = array();
		$table = $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( Due_Table::name() ) ) );
		foreach ( array( 1, $one, $two, $three ) as $site ) {
			$left = array_merge( $left, $wpdb->get_col( 'SELECT option_name FROM ' . $wpdb->get_blog_prefix( $site ) . "options WHERE option_name LIKE '%connector\\_for\\_mautic%' OR option_name = 'cron' AND option_value LIKE '%connector\\_for\\_mautic%'" ) );
		}
		$left = array_merge( $left, $wpdb->get_col( "SELECT meta_key FROM $wpdb->sitemeta WHERE meta_key LIKE '%connector\\_for\\_mautic%'" ) );
		$wpdb->query( "DELETE FROM $wpdb->blogs WHERE blog_id >= 1000" );
		Network::activate();
		$wpdb->query( 'START TRANSACTION' );

		$this->assertSame( array( null, array() ), array( $table, $left ) );
		$this->assertSame( array(), array_diff( $visited, array( 1, $one, $three ) ) );
	}

	/** @return int[] The sites that were switched to. */
	private function sites_visited( callable $work ): array {
		$visited = array();
		$note    = static function ( $site, $before, $how ) use ( &$visited ): void {
			if ( 'switch' === $how ) {
				$visited[] = (int) $site;
			}
		};
		add_action( 'switch_blog', $note, 10, 3 );
		$work();
		remove_action( 'switch_blog', $note, 10 );
		return array_values( array_unique( $visited ) );
	}
}
