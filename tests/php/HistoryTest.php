<?php
/**
 * The history: what a run leaves in it, and that it is a bounded row that holds 30 days.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Database_Exception;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\History;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class HistoryTest extends Plugin_Case {

	private const OPTION = 'connector_for_mautic_history';

	private const NOW = 1800000000;

	protected function setUp(): void {
		parent::setUp();
		delete_option( self::OPTION );
		delete_option( 'connector_for_mautic_log' );
		delete_option( Storage::option_name() );
	}

	public function test_what_the_core_tells_and_logs_is_kept_with_its_time(): void {
		foreach ( array( 'connected' => 'c', 'refreshed' => 't', 'token.failed' => 'f', 'connection_lost' => 'l', 'recovered' => 'r', 'disconnected' => 'd' ) as $code => $kind ) {
			$this->append( self::NOW, $code );
			$expected[] = array( 'at' => self::NOW, 'kind' => $kind );
		}
		$this->append( self::NOW, 'settings.saved', 'return.refused', 'authorize.begun' );
		$this->assertSame( $expected, $this->all() );
	}

	public function test_it_is_written_in_the_logs_own_query(): void {
		global $wpdb;
		foreach ( array( 1, 2 ) as $time ) {
			$before = $wpdb->num_queries;
			$this->append( self::NOW, 'refreshed', 'api.failed', 'connection_lost' );
			$this->assertSame( $before + 1, $wpdb->num_queries );
		}
		$this->assertCount( 6, Log::entries() );
		$this->assertCount( 4, $this->all(), 'one renewal and one failure an hour, and each loss' );
	}

	public function test_of_renewals_and_failures_there_is_the_first_of_an_hour(): void {
		$hour = intdiv( self::NOW, 3600 ) * 3600 - 7200;
		foreach ( array( 5, 6, 3599, 3600, 7199 ) as $second ) {
			$this->append( $hour + $second, 'refreshed', 'refreshed', 'api.failed', 'token.failed' );
		}
		$expected = array();
		foreach ( array( 5, 3600 ) as $second ) {
			$expected[] = array( 'at' => $hour + $second, 'kind' => 't' );
			$expected[] = array( 'at' => $hour + $second, 'kind' => 'f' );
		}
		$this->assertSame( $expected, $this->all( $hour ) );
	}

	public function test_a_loss_begins_when_the_core_says_that_it_began(): void {
		foreach ( array( self::NOW - 700, 0, -5, self::NOW + 5, 'x' ) as $since ) {
			Log::append( array( array( 'type' => 'notify', 'code' => 'connection_lost', 'since' => $since ) ), self::NOW );
		}
		$this->assertSame( array( self::NOW - 700, self::NOW, self::NOW, self::NOW, self::NOW ), array_column( $this->all(), 'at' ) );
	}

	/** A token a minute would be 43200 lines; what is left of them is known after some hours of them. */
	public function test_short_lived_tokens_and_a_server_that_always_fails_leave_a_bounded_row_of_30_whole_days(): void {
		$start = self::NOW - 30 * 86400;
		$this->append( $start, 'connected' );
		for ( $at = $start; $at < $start + 2 * 3600; $at += 60 ) {
			$this->append( $at, 'refreshed', 'api.failed' );
		}
		for ( ; $at < self::NOW; $at += 3000 ) {
			$this->append( $at, 'refreshed', 'api.failed' );
		}
		for ( $i = 0; $i < 20; ++$i ) {
			$this->append( self::NOW, ...array_fill( 0, 50, 'connection_lost' ), ...array_fill( 0, 50, 'recovered' ) );
		}
		$row = $this->row( self::OPTION );
		$this->assertSame( 1 + 2 * 720 + 2000, substr_count( $row, "\n" ) );
		$this->assertLessThan( 45000, strlen( $row ) );
		$events = $this->all( $start );
		$this->assertSame( array( 'at' => $start, 'kind' => 'c' ), $events[0] );
		foreach ( array( 't', 'f' ) as $kind ) {
			$this->assertCount( 720, array_filter( $events, static fn( $event ) => $kind === $event['kind'] ) );
		}
	}

	public function test_whatever_happens_the_row_has_an_end(): void {
		add_option( self::OPTION, str_repeat( "\n400000t1800", 20000 ), '', false );
		$this->append( self::NOW, 'recovered' );
		$this->assertLessThan( 66000, strlen( $this->row( self::OPTION ) ) );
		$events = $this->all();
		$this->assertSame( array( 'at' => self::NOW, 'kind' => 'r' ), end( $events ) );
	}

	public function test_what_is_older_goes_and_leaves_the_last_of_each_kind(): void {
		$start = self::NOW - 86400;
		foreach ( array( 9 => 'connected', 8 => 'refreshed', 7 => 'connection_lost', 6 => 'recovered', 5 => 'refreshed', 4 => 'connection_lost' ) as $days => $code ) {
			$this->append( self::NOW - $days * 86400, $code );
		}
		$this->append( $start - 1, 'recovered' );
		$this->append( $start, 'refreshed' );
		$this->append( self::NOW, 'refreshed' );
		$expected = array(
			array( 'at' => self::NOW - 9 * 86400, 'kind' => 'c' ),
			array( 'at' => self::NOW - 5 * 86400, 'kind' => 't' ),
			array( 'at' => self::NOW - 4 * 86400, 'kind' => 'l' ),
			array( 'at' => $start - 1, 'kind' => 'r' ),
			array( 'at' => $start, 'kind' => 't' ),
			array( 'at' => self::NOW, 'kind' => 't' ),
		);
		$this->assertSame( $expected, History::since( $start, self::NOW ) );
		$this->assertSame( 6, substr_count( $this->row( self::OPTION ), "\n" ) );
		global $wpdb;
		$before = $wpdb->num_queries;
		$this->assertSame( $expected, History::since( $start, self::NOW ) );
		$this->assertSame( $before + 1, $wpdb->num_queries, 'nothing more to forget' );
	}

	public function test_what_another_process_adds_while_the_old_goes_stays(): void {
		$this->append( self::NOW - 20, 'refreshed' );
		$this->append( self::NOW - 3620, 'refreshed' );
		$this->append( self::NOW - 10, 'recovered' );
		$once = true;
		add_filter(
			'query',
			function ( $query ) use ( &$once ) {
				if ( $once && str_starts_with( $query, 'UPDATE' ) ) {
					$once = false;
					$this->append( self::NOW, 'connected' );
				}
				return $query;
			}
		);
		History::since( self::NOW - 5, self::NOW );
		$this->assertFalse( $once );
		$this->assertSame( array( 't', 'r', 'c' ), array_column( $this->all(), 'kind' ) );
	}

	public function test_a_clock_that_was_wrong_has_no_say(): void {
		$this->append( self::NOW + 5 * 86400, 'connection_lost', 'refreshed' );
		$this->append( self::NOW - 60, 'refreshed' );
		$this->append( self::NOW, 'recovered' );
		$this->assertSame( array( 't', 'r' ), array_column( $this->all(), 'kind' ) );
		$this->assertSame( array( 't', 'r' ), array_column( History::since( self::NOW - 30, self::NOW ), 'kind' ) );
		$this->assertSame( 4, substr_count( $this->row( self::OPTION ), "\n" ) );
	}

	/** @dataProvider foreign */
	public function test_what_is_no_line_is_passed_over( string $value, int $kept ): void {
		add_option( self::OPTION, 'x', '', false );
		$this->set_row( self::OPTION, $value );
		wp_cache_flush();
		$this->assertCount( $kept, $this->all() );
		$this->set_row( self::OPTION, $value );
		$this->append( self::NOW, 'connected' );
		$events = $this->all();
		$this->assertCount( $kept + 1, $events );
		$this->assertSame( array( 'at' => self::NOW, 'kind' => 'c' ), end( $events ) );
		$this->assertLessThan( 66000, mb_strlen( $this->row( self::OPTION ) ) );
	}

	public function foreign(): array {
		return array(
			'empty'             => array( '', 0 ),
			'serialized'        => array( 'a:1:{i:0;s:1:"x";}', 0 ),
			'cut in the middle' => array( "9999c5\n499999t5", 2 ),
			'cut at the end'    => array( "\n499999t5\n4999", 1 ),
			'other letters'     => array( "\n499999x5\n499999T5\n499999tt5\n499999t\nt5\n499999", 0 ),
			'no numbers'        => array( "\n-1t5\n1e5t5\n499999t-5\n 499999t5\n499999t5 \n99999999t5\n499999t99999", 0 ),
			'markup'            => array( "\n<script>alert(1)</script>\n499999t5<b>", 0 ),
			'large'             => array( str_repeat( "\u{e9}", 100000 ), 0 ),
			'binary'            => array( "\x01\x02\n\n\n", 0 ),
		);
	}

	public function test_the_row_is_not_autoloaded(): void {
		$this->append( self::NOW, 'connected' );
		$this->assertNotFalse( get_option( self::OPTION ) );
		$this->assertArrayNotHasKey( self::OPTION, wp_load_alloptions( true ) );
	}

	public function test_reset_keeps_it_as_it_keeps_the_log(): void {
		$this->append( time() - 60, 'connected' );
		Runner::of_site()->run( array( 'type' => 'reset' ) );
		$this->assertSame( array( 'c', 'd' ), array_column( History::since( 0, time() ), 'kind' ) );
	}

	public function test_nobodys_name_is_in_it(): void {
		Log::append( array( array( 'type' => 'notify', 'code' => 'connected', 'email' => 'ada@example.test', 'error' => 'ada' ), array( 'type' => 'log', 'code' => 'api.failed', 'fields' => array( 'value' => 'Ada' ) ) ), self::NOW );
		$this->assertMatchesRegularExpression( '/\A(\n\d+[cf]\d+){2}\z/', $this->row( self::OPTION ) );
	}

	public function test_a_database_that_fails_is_not_taken_for_an_empty_history(): void {
		global $wpdb;
		add_filter(
			'query',
			static function ( $query ) use ( $wpdb ) {
				$wpdb->last_error = 'gone away';
				return '';
			}
		);
		try {
			$this->all();
			$this->fail( 'It was read.' );
		} catch ( Database_Exception $exception ) {
			$this->assertSame( 'gone away', $exception->getMessage() );
		} finally {
			$wpdb->last_error = '';
		}
	}

	/** On MariaDB: tests/stay/contention.test.mjs. */
	public function test_processes_that_write_at_once_lose_nothing_of_each_others(): void {
		$counts = $this->for_good(
			function () {
				delete_option( self::OPTION );
				$processes = array();
				for ( $i = 0; $i < 6; ++$i ) {
					$processes[] = proc_open( array( PHP_BINARY, ...COMPILED, ...array( __DIR__ . '/fixtures/write-log.php', SITE, (string) ( $i * 1000 ), '20' ) ), array( 1 => array( 'pipe', 'w' ), 2 => array( 'redirect', 1 ) ), $pipes );
					$outputs[]   = $pipes[1];
				}
				foreach ( $processes as $i => $process ) {
					$this->assertSame( '', stream_get_contents( $outputs[ $i ] ) );
					$this->assertSame( 0, proc_close( $process ) );
				}
				$counts = array_count_values( array_column( History::since( 0, time() ), 'kind' ) );
				delete_option( self::OPTION );
				delete_option( 'connector_for_mautic_log' );
				return $counts;
			}
		);
		$this->assertSame( 120, $counts['r'] );
		$this->assertLessThanOrEqual( 2, $counts['t'], 'one an hour, of which the test may have seen two' );
	}

	private function append( int $at, string ...$codes ): void {
		Log::append( array_map( static fn( $code ) => array( 'type' => str_contains( $code, '.' ) ? 'log' : 'notify', 'code' => $code ), $codes ), $at );
	}

	private function all( int $start = 1 ): array {
		return History::since( $start, self::NOW );
	}
}
