<?php
/**
 * The log: what a run leaves in it, and that it stays a bounded row of entries.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Database_Exception;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Log_Messages;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

final class LogTest extends Plugin_Case {

	private const OPTION = 'connector_for_mautic_log';

	protected function setUp(): void {
		parent::setUp();
		delete_option( self::OPTION );
		delete_option( Storage::option_name() );
	}

	public function test_entries_have_time_code_and_fields_newest_first(): void {
		$before = time();
		Log::append( array( $this->log( 'settings.saved' ) ) );
		Log::append( array( $this->log( 'token.failed', array( 'error' => 'token.server_error', 'http_status' => 503, 'retry_at' => 5 ) ), array( 'type' => 'notify', 'code' => 'connection_lost', 'error' => 'token.server_error' ) ) );
		$entries = Log::entries();
		$this->assertGreaterThanOrEqual( $before, $entries[2]['at'] );
		$this->assertSame(
			array(
				array( 'code' => 'connection_lost', 'error' => 'token.server_error' ),
				array( 'code' => 'token.failed', 'error' => 'token.server_error', 'http_status' => 503, 'retry_at' => 5 ),
				array( 'code' => 'settings.saved' ),
			),
			array_map( static fn( $entry ) => array_diff_key( $entry, array( 'at' => 0 ) ), $entries )
		);
	}

	public function test_a_run_logs_what_the_core_says_and_what_it_tells_others_in_one_query_after_the_lock(): void {
		global $wpdb;
		$queries = array();
		add_filter(
			'query',
			static function ( $query ) use ( &$queries ) {
				$queries[] = preg_match( "/^(\w+).*'connector_for_mautic_(log|lock)/s", $query, $parts ) ? "$parts[1] $parts[2]" : '';
				return $query;
			}
		);
		$this->run_script(
			array(
				array( 'effects' => array( $this->log( 'authorize.begun' ), array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ), 'task' => 1 ),
				Fake_Core::done( true, array( array( 'type' => 'unlock', 'name' => 'refresh' ), $this->log( 'token.odd_lifetime', array( 'value' => 0 ) ), array( 'type' => 'notify', 'code' => 'refreshed' ) ) ),
			)
		);
		$this->assertSame( array( 'INSERT lock', 'DELETE lock', 'INSERT log' ), array_values( array_filter( $queries ) ) );
		$this->assertSame( array( 'refreshed', 'token.odd_lifetime', 'authorize.begun' ), $this->codes() );
	}

	public function test_a_run_that_has_nothing_to_log_asks_the_database_nothing_for_it(): void {
		global $wpdb;
		Log::append( array() );
		$before = $wpdb->num_queries;
		Log::append( array( array( 'type' => 'mail', 'code' => 'recovered' ) ) );
		$this->assertSame( $before, $wpdb->num_queries );
	}

	public function test_what_was_to_be_logged_is_logged_though_the_run_fails(): void {
		$result = $this->run_script( array( array( 'effects' => array( $this->log( 'token.failed' ) ) ) ) );
		$this->assertSame( 'core.trap', $result->error()['code'] );
		$this->assertSame( array( 'core.trap', 'token.failed' ), $this->codes() );
	}

	public function test_entries_of_a_store_that_conflicted_are_dropped(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$this->run_script(
			array(
				function () {
					$other = $this->storage();
					$other->read();
					$other->write( '{"revision":2}', 2 );
					return array( 'connection' => array( 'revision' => 2 ), 'effects' => array( array( 'type' => 'store' ), $this->log( 'settings.saved' ), array( 'type' => 'answer', 'ok' => true ) ) );
				},
				Fake_Core::done( false ),
			)
		);
		$this->assertSame( array(), $this->codes() );
	}

	public function test_a_database_that_does_not_take_a_line_fails_nothing(): void {
		global $wpdb;
		add_filter( 'query', static fn( $query ) => str_contains( $query, self::OPTION ) ? '' : $query );
		$this->assertTrue( $this->run_script( array( Fake_Core::done( true, array( $this->log( 'settings.saved' ) ) ) ) )->ok() );
		$this->assertSame( array(), $this->codes() );
	}

	public function test_it_is_bounded_and_drops_the_oldest(): void {
		for ( $i = 1; $i <= 1500; ++$i ) {
			Log::append( array( $this->log( 'token.odd_lifetime', array( 'value' => $i ) ) ) );
		}
		$this->assertLessThan( 33000, strlen( $this->row( self::OPTION ) ) );
		$values = array_column( Log::entries(), 'value' );
		$this->assertGreaterThan( 400, count( $values ) );
		$this->assertSame( range( 1500, 1501 - count( $values ) ), $values );
	}

	/** @dataProvider foreign */
	public function test_what_is_no_entry_is_passed_over_and_cut_like_the_rest( string $value, int $kept ): void {
		add_option( self::OPTION, 'x', '', false );
		$this->set_row( self::OPTION, $value );
		wp_cache_flush();
		$this->assertCount( $kept, Log::entries() );
		Log::append( array( $this->log( 'settings.saved' ) ) );
		$this->assertCount( $kept + 1, Log::entries() );
		$this->assertSame( 'settings.saved', $this->codes()[0] );
		ob_start();
		Connector_For_Mautic\Log_Section::render();
		$this->assertSame( $kept + 1, substr_count( ob_get_clean(), '<tr><td>' ) );
		$this->assertLessThan( 33000, mb_strlen( $this->row( self::OPTION ) ) );
	}

	public function foreign(): array {
		return array(
			'empty'                  => array( '', 0 ),
			'serialized'             => array( 'a:1:{i:0;s:1:"x";}', 0 ),
			'cut in the middle'      => array( "0,\"code\":\"refreshed\"}\n{\"at\":5,\"code\":\"refreshed\"}", 1 ),
			'cut at the end'         => array( "\n{\"at\":5,\"code\":\"refreshed\"}\n{\"at\":5,\"co", 1 ),
			'JSON of another kind'   => array( "\n5\n[]\n[1]\nnull\n\"x\"\n{}\n{\"at\":\"5\",\"code\":\"x\"}\n{\"at\":5,\"code\":[]}\n{\"at\":5}", 0 ),
			'no time'                => array( "\n{\"at\":9223372036854775807,\"code\":\"refreshed\"}\n{\"at\":-1,\"code\":\"refreshed\"}\n{\"at\":1e400,\"code\":\"refreshed\"}", 0 ),
			'no code'                => array( "\n{\"at\":5,\"code\":\"<script>\"}", 0 ),
			'large'                  => array( str_repeat( "\u{e9}", 100000 ), 0 ),
			'binary'                 => array( "\x01\x02\n\n\n", 0 ),
		);
	}

	public function test_foreign_fields_are_left_out(): void {
		add_option( self::OPTION, "\n" . '{"at":5,"code":"api.failed","error":"<b>","http_status":"503","value":1.5,"retry_at":9223372036854775807,"token":"x"}', '', false );
		$this->assertSame( array( array( 'at' => 5, 'code' => 'api.failed' ) ), Log::entries() );
	}

	public function test_text_that_is_no_code_never_gets_in(): void {
		Log::append( array( $this->log( 'api.failed', array( 'error' => 'NDMyYTg0.YjM', 'value' => 'bearer', 'token' => 'x' ) ), $this->log( 'A secret' ) ) );
		$this->assertMatchesRegularExpression( '/\A\n\{"at":\d+,"code":"api\.failed"\}\z/', $this->row( self::OPTION ) );
	}

	public function test_the_row_is_not_autoloaded_and_the_options_api_sees_a_write_at_once(): void {
		$this->assertFalse( get_option( self::OPTION ) );
		Log::append( array( $this->log( 'settings.saved' ) ) );
		$first = get_option( self::OPTION );
		Log::append( array( $this->log( 'settings.saved' ) ) );
		$this->assertSame( $first . substr( $first, 0 ), preg_replace( '/"at":\d+/', substr( $first, 2, 15 ), get_option( self::OPTION ) ) );
		$this->assertArrayNotHasKey( self::OPTION, wp_load_alloptions( true ) );
	}

	public function test_a_database_that_fails_is_not_taken_for_an_empty_log(): void {
		global $wpdb;
		add_filter(
			'query',
			static function ( $query ) use ( $wpdb ) {
				$wpdb->last_error = 'gone away';
				return '';
			}
		);
		try {
			Log::entries();
			$this->fail( 'It was read.' );
		} catch ( Database_Exception $exception ) {
			$this->assertSame( 'gone away', $exception->getMessage() );
		} finally {
			$wpdb->last_error = '';
		}
	}

	public function test_processes_that_write_at_once_lose_nothing_of_each_others(): void {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		delete_option( self::OPTION );
		$processes = array();
		for ( $i = 0; $i < 8; ++$i ) {
			$processes[] = proc_open( array( PHP_BINARY, ...COMPILED, ...array( __DIR__ . '/fixtures/write-log.php', SITE, (string) ( $i * 1000 ), '25' ) ), array( 1 => array( 'pipe', 'w' ), 2 => array( 'redirect', 1 ) ), $pipes );
			$outputs[]   = $pipes[1];
		}
		foreach ( $processes as $i => $process ) {
			$this->assertSame( '', stream_get_contents( $outputs[ $i ] ) );
			$this->assertSame( 0, proc_close( $process ) );
		}
		$values = array_column( Log::entries(), 'value' );
		delete_option( self::OPTION );
		$wpdb->query( 'START TRANSACTION' );
		sort( $values );
		$expected = array();
		for ( $i = 0; $i < 8; ++$i ) {
			array_push( $expected, ...range( $i * 1000, $i * 1000 + 24 ) );
		}
		$this->assertSame( $expected, $values );
	}

	public function test_every_code_has_words_of_its_own(): void {
		$codes     = array( 'settings.saved', 'authorize.begun', 'return.refused', 'token.failed', 'token.odd_lifetime', 'api.failed', 'site.moved', 'site.copied', 'account.forgotten', 'connection.reset', 'connected', 'refreshed', 'recovered', 'disconnected', 'connection_lost', 'key.rotated', 'something.new' );
		$sentences = array_map( static fn( $code ) => Log_Messages::text( array( 'at' => 0, 'code' => $code, 'value' => 7 ) ), $codes );
		$this->assertSame( count( $codes ), count( array_unique( $sentences ) ) );
	}

	public function test_words_say_why_and_with_what_numbers(): void {
		$text = Log_Messages::text( array( 'at' => 0, 'code' => 'token.failed', 'error' => 'token.server_error', 'http_status' => 503, 'retry_at' => 86400 ) );
		$this->assertStringStartsWith( 'No token could be had from Mautic. ', $text );
		$this->assertStringContainsString( Connector_For_Mautic\Messages::of( array( 'code' => 'token.server_error' ) )['message'], $text );
		$this->assertStringContainsString( 'HTTP status: 503.', $text );
		$this->assertStringContainsString( 'January 2, 1970', $text );
		$this->assertStringContainsString( '-5 seconds', Log_Messages::text( array( 'at' => 0, 'code' => 'token.odd_lifetime', 'value' => -5 ) ) );
	}

	private function log( string $code, array $fields = array() ): array {
		return array( 'type' => 'log', 'code' => $code, 'fields' => $fields );
	}

	/** @return string[] */
	private function codes(): array {
		return array_column( Log::entries(), 'code' );
	}

	private function run_script( array $script ): Connector_For_Mautic\Result {
		$runner = new Runner( Closure::fromCallable( new Fake_Core( $script ) ), $this->storage(), new Connector_For_Mautic\Lock(), new Connector_For_Mautic\Transport( true ), array() );
		return $runner->run( array( 'type' => 'view' ) );
	}
}
