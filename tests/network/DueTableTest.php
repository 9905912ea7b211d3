<?php
/**
 * The table of due times.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Network;

final class DueTableTest extends Network_Case {

	public function test_an_earlier_time_that_stands_is_left_alone_for_one_query(): void {
		global $wpdb;
		$soon = time() + 600;
		Cron::schedule( $soon );
		$before = $wpdb->num_queries;
		Cron::schedule( $soon );
		Cron::schedule( $soon + 43200 );
		$this->assertSame( 2, $wpdb->num_queries - $before );
		$this->assertSame( array( get_current_blog_id() => $soon ), $this->due() );
	}

	public function test_an_earlier_time_takes_the_place_of_a_later_one_for_two_queries(): void {
		global $wpdb;
		$late = time() + 43200;
		Cron::schedule( $late );
		$before = $wpdb->num_queries;
		Cron::schedule( $late - 1 );
		$this->assertSame( 2, $wpdb->num_queries - $before );
		$this->assertSame( array( get_current_blog_id() => $late - 1 ), $this->due() );
	}

	public function test_of_two_processes_that_have_read_the_same_the_earlier_time_stays(): void {
		Due_Table::put( 1, 2000 );
		Due_Table::put( 1, 1500 );
		Due_Table::put( 1, 1600 );
		$this->assertSame( 1500, Due_Table::next( 1 ) );
	}

	public function test_a_claim_gives_way_to_the_time_that_the_core_names_and_to_nothing_else(): void {
		Due_Table::put( 1, 1000 );
		Due_Table::put( 1, 9000, 1000 );
		$this->assertSame( 9000, Due_Table::next( 1 ) );
		Due_Table::put( 1, 9500, 1000 );
		$this->assertSame( 9000, Due_Table::next( 1 ) );
	}

	public function test_a_due_row_is_claimed_once(): void {
		$this->let_it_be_due( 1 );
		list( $first )  = Due_Table::due( time(), 50 );
		list( $second ) = Due_Table::due( time(), 50 );
		$this->assertTrue( Due_Table::claim( $first, time() + 3600 ) );
		$this->assertFalse( Due_Table::claim( $second, time() + 3600 ) );
		$this->assertSame( array(), Due_Table::due( time(), 50 ) );
		// The process has died: an hour later the row is due again.
		$this->assertCount( 1, Due_Table::due( time() + 3600, 50 ) );
	}

	public function test_what_waits_longest_comes_first_and_no_more_than_asked_for(): void {
		foreach ( array( 3, 1, 2 ) as $site ) {
			Due_Table::put( $site, 1000 + $site );
		}
		$this->assertSame( array( '1', '2' ), array_column( Due_Table::due( time(), 2 ), 'blog_id' ) );
		$this->assertSame( array( '1', '2' ), array_column( Due_Table::due( 1002, 50 ), 'blog_id' ) );
	}

	public function test_a_time_is_removed_only_if_it_still_stands(): void {
		Due_Table::put( 1, 1000 );
		Due_Table::remove( 1, 999 );
		$this->assertSame( 1000, Due_Table::next( 1 ) );
		Due_Table::remove( 1, 1000 );
		$this->assertNull( Due_Table::next( 1 ) );
	}

	public function test_a_site_of_another_network_is_left_to_that_one(): void {
		global $wpdb;
		$wpdb->insert( $wpdb->blogs, array( 'blog_id' => 77, 'site_id' => 2, 'domain' => 'other.test', 'path' => '/' ) );
		Due_Table::put( 77, 1000 );
		Due_Table::put( 1, 1000 );
		$this->assertSame( array( '1' ), array_column( Due_Table::due( time(), 50 ), 'blog_id' ) );
		Due_Table::remove_all();
		$this->assertSame( array( 77 => 1000 ), $this->due() );
	}

	public function test_an_upgrade_makes_the_table_without_activation(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		$wpdb->query( 'DROP TABLE ' . Due_Table::name() );
		wp_clear_scheduled_hook( Network::HOOK );
		( new ReflectionProperty( Due_Table::class, 'tried' ) )->setValue( null, false );
		$at = time() + 600;
		$this->on( self::site( 'one' ), static fn() => Cron::schedule( $at ) );
		$this->assertSame( array( self::site( 'one' ) => $at ), $this->due() );
		$this->assertNotFalse( wp_next_scheduled( Network::HOOK ) );
		$this->run_cron(); // It looks through the sites, once.
		Due_Table::remove_all();
		$wpdb->query( 'START TRANSACTION' );
	}

	public function test_another_process_in_the_way_is_no_missing_table(): void {
		$failures = 0;
		add_filter(
			'query',
			static function ( $query ) use ( &$failures ) {
				return str_starts_with( $query, 'INSERT INTO' ) && 1 === ++$failures ? 'SELECT * FROM no_such_table' : $query;
			}
		);
		Due_Table::put( 1, 1000 );
		$this->assertSame( array( 1 => 1000 ), $this->due() );
		$this->assertFalse( get_site_option( 'connector_for_mautic_looked_through' ) );
	}

	public function test_its_times_are_found_by_an_index(): void {
		global $wpdb;
		$indexes = $wpdb->get_results( 'SHOW INDEX FROM ' . Due_Table::name(), ARRAY_A );
		$columns = array();
		foreach ( $indexes as $index ) {
			$columns[ $index['Key_name'] ][] = $index['Column_name'];
		}
		$this->assertSame( array( 'blog_id', 'connection_id' ), $columns['PRIMARY'] );
		$this->assertSame( array( 'due_at' ), $columns['due_at'] );
	}
}
