<?php
/**
 * Lists, page by page.
 *
 * @package Connector_For_Mautic
 */

/** @group http */
final class RecordsTest extends Connected_Case {

	/** @var array<int, array<string, mixed>> What Mautic has, by id. */
	private array $table = array();

	protected function setUp(): void {
		parent::setUp();
		$this->connect();
		foreach ( range( 1, 250 ) as $id ) {
			$this->table[ $id ] = array( 'id' => $id, 'points' => $id % 2 );
		}
	}

	public function test_all_records_come_once_by_their_id(): void {
		$this->serve( 3 );
		$seen = array();
		foreach ( connector_for_mautic_records( 'contacts' ) as $id => $record ) {
			$this->assertSame( $id, $record['id'] );
			$seen[] = $id;
		}
		$this->assertSame( range( 1, 250 ), $seen );
		$this->assertSame( array(), $this->answers, 'three pages' );
		$this->assertSame( '/api/contacts?limit=100&orderBy=id&orderByDir=ASC', $this->requests[0][1] );
		$this->assertSame( '/api/contacts?limit=100&orderBy=id&orderByDir=ASC&where[0][col]=id&where[0][expr]=gt&where[0][val]=200', urldecode( $this->requests[2][1] ) );
	}

	public function test_the_callers_conditions_go_along(): void {
		$this->serve( 3 );
		$records = connector_for_mautic_records(
			'contacts',
			array(
				'query' => array( 'search' => 'is:mine', 'where' => array( 'x' => array( 'col' => 'points', 'expr' => 'eq', 'val' => '1' ) ), 'start' => 7, 'orderBy' => 'email', 'limit' => 3 ),
				'limit' => 60,
			)
		);
		$this->assertSame( range( 1, 249, 2 ), array_column( iterator_to_array( $records ), 'id' ) );
		parse_str( wp_parse_url( $this->requests[1][1], PHP_URL_QUERY ), $query );
		$this->assertSame( array( 'limit', 'orderBy', 'orderByDir', 'search', 'where' ), array_keys( $query ) );
		$this->assertSame( array( '60', 'id', 'is:mine', 'points', 'id' ), array( $query['limit'], $query['orderBy'], $query['search'], $query['where'][0]['col'], $query['where'][1]['col'] ) );
	}

	public function test_an_encoded_query_is_one_too(): void {
		$this->serve( 1 );
		$this->assertCount( 3, iterator_to_array( connector_for_mautic_records( 'contacts', array( 'query' => '?where[0][col]=id&where[0][expr]=gt&where[0][val]=247&search=a%20b' ) ) ) );
		$this->assertStringContainsString( 'search=a%20b', $this->requests[0][1] );
	}

	public function test_nothing_is_asked_before_the_first_record_and_a_page_only_when_it_is_reached(): void {
		$this->serve( 2 );
		$records = connector_for_mautic_records( 'contacts' );
		$this->assertSame( array(), $this->requests );
		foreach ( $records as $id => $record ) {
			$this->assertCount( $id <= 100 ? 1 : 2, $this->requests );
			if ( 101 === $id ) {
				break;
			}
		}
	}

	public function test_what_is_deleted_and_added_meanwhile_moves_no_other(): void {
		$this->serve( 9 );
		$seen = array();
		foreach ( connector_for_mautic_records( 'contacts', array( 'limit' => 50 ) ) as $id => $record ) {
			$seen[] = $id;
			unset( $this->table[ $id ] );
			if ( $id <= 20 ) {
				$this->table[ 300 + $id ] = array( 'id' => 300 + $id );
			}
		}
		$this->assertSame( array_merge( range( 1, 250 ), range( 301, 320 ) ), $seen );
	}

	public function test_a_list_is_walked_like_an_object(): void {
		$this->serve( 3, 'list' );
		$this->assertSame( range( 1, 250 ), array_keys( iterator_to_array( connector_for_mautic_records( 'forms' ) ) ) );
	}

	public function test_no_records_are_no_error(): void {
		$this->answers = array( $this->json( array( 'total' => '0', 'contacts' => array() ) ), $this->json( array( 'total' => 0, 'emails' => new stdClass() ) ) );
		$this->assertSame( array(), iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
		$this->assertSame( array(), iterator_to_array( connector_for_mautic_records( 'emails' ) ) );
	}

	public function test_a_list_that_knows_no_order_is_given_if_it_is_whole(): void {
		$this->answers = array( $this->json( array( 'total' => 2, 'tags' => array( array( 'id' => 7 ), array( 'id' => 3 ) ) ) ) );
		$this->assertSame( array( 7, 3 ), array_keys( iterator_to_array( connector_for_mautic_records( 'tags' ) ) ) );
	}

	public function test_a_server_that_gives_fewer_than_it_was_asked_for_is_asked_on(): void {
		$this->serve( 26, 'object', 10 );
		$this->assertCount( 250, iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
	}

	/** @dataProvider stubborn */
	public function test_a_server_that_repeats_itself_or_knows_no_order_ends_it( int $requests, int $records, Closure $page ): void {
		$this->answers = array_fill( 0, 20, fn( $path ) => $this->json( $page( $path ) ) );
		$values        = iterator_to_array( connector_for_mautic_records( 'contacts', array( 'limit' => 2 ) ) );
		$this->assertWPErrorCode( 'connector_for_mautic.api_call.not_a_list', array_pop( $values ) );
		$this->assertSame( array( $requests, $records ), array( count( $this->requests ), count( $values ) ) );
	}

	public function stubborn(): array {
		return array(
			'the same page for ever'     => array( 2, 2, static fn() => array( 'total' => 9, 'contacts' => array( array( 'id' => 1 ), array( 'id' => 2 ) ) ) ),
			'one that grows and repeats' => array( 2, 2, static fn( $path ) => array( 'total' => 9, 'contacts' => array( array( 'id' => 2 ), array( 'id' => str_contains( $path, 'where' ) ? 4 : 3 ) ) ) ),
			'no order'                   => array( 1, 0, static fn() => array( 'total' => 9, 'contacts' => array( array( 'id' => 2 ), array( 'id' => 1 ) ) ) ),
			'one record'                 => array( 1, 0, static fn() => array( 'id' => 1, 'role' => array( 'id' => 1 ) ) ),
			'two lists'                  => array( 1, 0, static fn() => array( 'total' => 1, 'events' => array(), 'types' => array() ) ),
			'records without ids'        => array( 1, 0, static fn() => array( 'total' => 1, 'stats' => array( array( 'id' => 'a' ) ) ) ),
			'no records'                 => array( 1, 0, static fn() => array( 'total' => 2, 'contacts' => array( 1, 2 ) ) ),
		);
	}

	public function test_an_error_is_the_last_value(): void {
		$this->serve( 1 );
		$this->answers[] = new WP_Error( 'http_request_failed', 'cURL error 28: Operation timed out' );
		$values          = iterator_to_array( connector_for_mautic_records( 'contacts' ) );
		$this->assertCount( 101, $values );
		$this->assertSame( 'error', array_key_last( $values ) );
		$this->assertWPErrorCode( 'connector_for_mautic.transport.timeout', $values['error'] );
	}

	public function test_what_mautic_refuses_is_an_error_with_its_words(): void {
		$this->answers = array( $this->json( array( 'errors' => array( array( 'code' => 403, 'message' => "You do not\nhave access." ) ) ), 403 ) );
		$error         = iterator_to_array( connector_for_mautic_records( 'contacts' ) )['error'];
		$this->assertWPErrorCode( 'connector_for_mautic.api_call.refused', $error );
		$this->assertSame( array( 403, 'You do not have access.' ), array( $error->get_error_data()['http_status'], $error->get_error_data()['detail'] ) );
		$this->assertSame( 'connected', connector_for_mautic_status()['status'] );
	}

	public function test_cron_waits_for_a_rate_limit_that_ends_soon(): void {
		add_filter( 'wp_doing_cron', '__return_true' );
		$this->answers = array( $this->too_many( 1 ) );
		$this->serve( 3 );
		$started = microtime( true );
		$this->assertCount( 250, iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
		$this->assertGreaterThan( 0.5, microtime( true ) - $started );
		$this->assertCount( 4, $this->requests );
	}

	public function test_a_rate_limit_ends_it_where_somebody_waits(): void {
		$this->answers = array( $this->too_many( 2 ) );
		$this->assertWPErrorCode( 'connector_for_mautic.api.rate_limited', iterator_to_array( connector_for_mautic_records( 'contacts' ) )['error'] );
		$this->assertCount( 1, $this->requests );
	}

	public function test_a_rate_limit_that_lasts_ends_it_in_cron_too(): void {
		add_filter( 'wp_doing_cron', '__return_true' );
		$this->answers = array( $this->too_many( 600 ) );
		$this->assertWPErrorCode( 'connector_for_mautic.api.rate_limited', iterator_to_array( connector_for_mautic_records( 'contacts' ) )['error'] );
		$this->assertCount( 1, $this->requests );
	}

	public function test_a_long_list_takes_the_memory_of_a_page(): void {
		foreach ( range( 0, 30 ) as $page ) {
			$this->answers[] = fn() => $this->json(
				array(
					'total'    => 3100 - 100 * $page,
					'contacts' => array_map( static fn( $i ) => array( 'id' => 100 * $page + $i, 'text' => str_repeat( 'x', 10000 ) ), range( 1, 100 ) ),
				)
			);
		}
		$this->answers[] = $this->json( array( 'total' => '0', 'contacts' => array() ) );
		memory_reset_peak_usage();
		$before = memory_get_usage();
		$count  = 0;
		foreach ( connector_for_mautic_records( 'contacts' ) as $record ) {
			++$count;
		}
		$this->assertSame( 3100, $count );
		// A page is a megabyte, in text and decoded; all of them are 31.
		$this->assertLessThan( 12 << 20, memory_get_peak_usage() - $before );
	}

	public function test_the_stand_in_is_walked_as_its_lists_are(): void {
		$mautic = new Stand_In();
		$mautic->control( 'POST', 'contacts', array( 'count' => 250 ) );
		Connector_For_Mautic\Form_Handler::save_values( array( 'auth_method' => 'client_credentials', 'base_url' => $mautic->url, 'client_id' => Stand_In::CLIENT_ID, 'client_secret' => Stand_In::CLIENT_SECRET ) );
		$all   = array_keys( iterator_to_array( connector_for_mautic_records( 'contacts' ) ) );
		$after = array_keys( iterator_to_array( connector_for_mautic_records( 'contacts', array( 'query' => array( 'where' => array( array( 'col' => 'id', 'expr' => 'gt', 'val' => 90 ) ) ), 'limit' => 40 ) ) ) );
		$mautic->stop();
		$this->assertSame( array( range( 1, 250 ), range( 91, 250 ) ), array( $all, $after ) );
	}

	/** Lets Mautic answer a number of requests from its table. */
	private function serve( int $requests, string $shape = 'object', int $most = PHP_INT_MAX ): void {
		foreach ( range( 1, $requests ) as $_ ) {
			$this->answers[] = function ( string $path ) use ( $shape, $most ) {
				parse_str( (string) wp_parse_url( $path, PHP_URL_QUERY ), $query );
				$this->assertSame( array( 'id', 'ASC' ), array( $query['orderBy'], $query['orderByDir'] ) );
				ksort( $this->table );
				$records = $this->table;
				foreach ( $query['where'] ?? array() as $condition ) {
					$records = array_filter( $records, static fn( $record ) => 'gt' === $condition['expr'] ? $record[ $condition['col'] ] > (int) $condition['val'] : $record[ $condition['col'] ] === (int) $condition['val'] );
				}
				$page = array_slice( $records, 0, min( $most, (int) $query['limit'] ), true );
				return $this->json( array( 'total' => (string) count( $records ), 'contacts' => 'list' === $shape ? array_values( $page ) : (object) $page ) );
			};
		}
	}

	private function too_many( int $seconds ): array {
		return $this->json( array( 'errors' => array( array( 'code' => 429, 'message' => 'You exceeded the rate limit.' ) ) ), 429, array( 'x-ratelimit-reset' => (string) ( time() + $seconds ) ) );
	}
}
