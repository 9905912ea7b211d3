<?php
/**
 * Long lists.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Walks a list of Mautic's API page by page, with one page in memory.
 *
 * Pages are told apart by the last id, not by an offset: each asks for the records with a higher id, in
 * their order (`where` and `orderBy` of Mautic's API; its CommonRepository knows both for every entity).
 * So a record that is added or deleted meanwhile, also by who walks, moves no other one to another page.
 */
final class Records {

	/**
	 * Records of a page, unless the caller says otherwise.
	 */
	private const LIMIT = 100;

	/**
	 * Seconds that it waits if Mautic asks for patience, where nobody sits and waits too.
	 */
	private const PATIENCE = 60;

	/**
	 * How often it waits for one page.
	 */
	private const WAITS = 5;

	/**
	 * See connector_for_mautic_records().
	 *
	 * @param string               $path Below `/api/`, such as `contacts`.
	 * @param array<string, mixed> $args `query`, `limit`, `timeout`.
	 * @return \Generator<int|string, array<string, mixed>|\WP_Error>
	 */
	public static function walk( string $path, array $args ): \Generator {
		$query = $args['query'] ?? array();
		if ( is_string( $query ) ) {
			parse_str( ltrim( $query, '?' ), $query );
		}
		$query = (array) $query;
		$limit = max( 1, (int) ( $args['limit'] ?? self::LIMIT ) );
		$where = array_values( (array) ( $query['where'] ?? array() ) );
		$query = compact( 'limit' ) + array( 'orderBy' => 'id', 'orderByDir' => 'ASC' ) + array_diff_key( $query, array( 'start' => 0, 'order' => 0 ) );
		$last  = null;
		do {
			if ( null !== $last ) {
				$query['where'] = array_merge( $where, array( array( 'col' => 'id', 'expr' => 'gt', 'val' => $last ) ) );
			}
			$response = self::patiently( $path, array( 'query' => $query ) + array_intersect_key( $args, array( 'timeout' => 0 ) ) );
			$error    = is_wp_error( $response ) ? $response : self::refusal( $response );
			$page     = $error || is_wp_error( $response ) ? null : self::read( $response['body'] );
			if ( $error || null === $page ) {
				yield 'error' => $error ?? self::no_list();
				return;
			}
			$count = count( $page['records'] );
			$ends  = 0 === $count || ( $count < $limit && $count >= $page['total'] );
			if ( ! self::rises( array_keys( $page['records'] ), $last, $ends ) ) {
				yield 'error' => self::no_list();
				return;
			}
			yield from $page['records'];
			$last = array_key_last( $page['records'] );
			// The next page comes in place of this one, not beside it.
			unset( $page, $response );
		} while ( ! $ends );
	}

	/**
	 * Asks for a page, and again after a while if it is told to come back soon and may wait.
	 *
	 * @param string               $path Below `/api/`.
	 * @param array<string, mixed> $args For Api::request().
	 * @return array{status: int, headers: array<string, string>, body: mixed}|\WP_Error
	 */
	private static function patiently( string $path, array $args ) {
		$may_wait = wp_doing_cron() || ( defined( 'WP_CLI' ) && WP_CLI );
		for ( $waits = 0;; ++$waits ) {
			$response = Api::request( 'GET', $path, $args );
			$error    = is_wp_error( $response ) ? (array) $response->get_error_data() : array();
			$seconds  = ( $error['retry_at'] ?? PHP_INT_MAX ) - time();
			if ( ! $may_wait || 'transient' !== ( $error['kind'] ?? '' ) || $seconds > self::PATIENCE || $waits >= self::WAITS ) {
				return $response;
			}
			sleep( max( 1, $seconds ) );
		}
	}

	/**
	 * Mautic's own refusal, such as a missing permission, as an error.
	 *
	 * @param array{status: int, headers: array<string, string>, body: mixed} $response Mautic's answer.
	 */
	private static function refusal( array $response ): ?\WP_Error {
		if ( $response['status'] < 300 ) {
			return null;
		}
		$error = array(
			'code'        => 'api_call.refused',
			'kind'        => 'user',
			'http_status' => $response['status'],
			'detail'      => mb_substr( sanitize_text_field( $response['body']['errors'][0]['message'] ?? '' ), 0, 200 ),
		);
		return ( new Result( compact( 'error' ) ) )->to_wp_error();
	}

	/**
	 * The records of a page by their ids: `{"total": "3", "contacts": {…}}`, keyed by id or as a list.
	 *
	 * @param mixed $body Decoded.
	 * @return array{total: int, records: array<int, array<string, mixed>>}|null Null if it is no such page.
	 */
	private static function read( $body ): ?array {
		$lists = is_array( $body ) ? array_filter( $body, 'is_array' ) : array();
		if ( 1 !== count( $lists ) || ! is_numeric( $body['total'] ?? null ) ) {
			return null;
		}
		$records = array();
		foreach ( reset( $lists ) as $key => $record ) {
			$id = filter_var( $record['id'] ?? $key, FILTER_VALIDATE_INT );
			if ( ! is_array( $record ) || false === $id ) {
				return null;
			}
			$records[ $id ] = $record;
		}
		return array(
			'total'   => (int) $body['total'],
			'records' => $records,
		);
	}

	/**
	 * Whether a page brings something new, and in an order in which the next one can be asked for.
	 *
	 * @param int[]    $ids  The page's.
	 * @param int|null $last The last one of the page before.
	 * @param bool     $ends Whether no page follows: then the order does not matter.
	 */
	private static function rises( array $ids, ?int $last, bool $ends ): bool {
		$sorted = $ids;
		sort( $sorted );
		return ( ! $ids || null === $last || $sorted[0] > $last ) && ( $ends || $sorted === $ids );
	}

	/**
	 * The error for an answer that cannot be walked, or that repeats itself.
	 */
	private static function no_list(): \WP_Error {
		return Result::failure( 'api_call.not_a_list', '', 'misuse' )->to_wp_error();
	}
}
