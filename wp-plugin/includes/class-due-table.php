<?php
/**
 * When each site of a network is to be woken.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * One table for the whole network, in place of an event in each site's own schedule: to ask ten thousand
 * sites whether anything is due would mean to load each of them. There is one row for each connection that
 * waits, and its time is found by an index.
 *
 * It is used where the plugin is active for the network. Whoever finds no table makes one, so that an upgrade
 * needs no activation.
 */
final class Due_Table {

	/**
	 * Whether this process has tried to make the table.
	 *
	 * @var bool
	 */
	private static bool $tried = false;

	/**
	 * Its name.
	 */
	public static function name(): string {
		global $wpdb;
		return $wpdb->base_prefix . 'connector_for_mautic_due';
	}

	/**
	 * Makes it, or leaves it as it is.
	 */
	public static function create(): void {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		self::$tried = true;
		dbDelta(
			'CREATE TABLE ' . self::name() . " (
				blog_id bigint(20) unsigned NOT NULL,
				connection_id varchar(64) NOT NULL,
				due_at bigint(20) unsigned NOT NULL,
				PRIMARY KEY  (blog_id,connection_id),
				KEY due_at (due_at)
			) {$wpdb->get_charset_collate()};"
		);
	}

	/**
	 * When a site is to be woken, in Unix seconds; null if it is not.
	 *
	 * @param int $site The site's id.
	 */
	public static function next( int $site ): ?int {
		$rows = self::rows( 'SELECT due_at FROM %i WHERE blog_id = %d AND connection_id = %s', self::name(), $site, Storage::CONNECTION );
		return $rows ? (int) $rows[0]->due_at : null;
	}

	/**
	 * Has a site woken at a time, unless an earlier one stands: in one statement, so that of two processes
	 * the earlier time stays.
	 *
	 * @param int      $site    The site's id.
	 * @param int      $at      Unix seconds.
	 * @param int|null $instead A time that gives way even if it is earlier.
	 */
	public static function put( int $site, int $at, ?int $instead = null ): void {
		self::query(
			'INSERT INTO %i (blog_id, connection_id, due_at) VALUES (%d, %s, %d)
				ON DUPLICATE KEY UPDATE due_at = CASE WHEN due_at > %d OR due_at = %d THEN %d ELSE due_at END',
			self::name(),
			$site,
			Storage::CONNECTION,
			$at,
			$at,
			$instead ?? $at,
			$at
		);
	}

	/**
	 * Sites of this network that are due, those first that have been so for longest.
	 *
	 * A row whose site is gone counts for every network, so that somebody removes it.
	 *
	 * @param int $now   Unix seconds.
	 * @param int $limit How many at most.
	 * @return array<int, object> With `blog_id`, `connection_id`, `due_at`, and `asleep`: 1 if the site is
	 *     archived, spam, deleted or gone.
	 */
	public static function due( int $now, int $limit ): array {
		global $wpdb;
		return self::rows(
			"SELECT d.blog_id, d.connection_id, d.due_at,
					CASE WHEN b.archived = '0' AND b.spam = 0 AND b.deleted = 0 THEN 0 ELSE 1 END AS asleep
				FROM %i d LEFT JOIN %i b ON b.blog_id = d.blog_id
				WHERE d.due_at <= %d AND ( b.site_id = %d OR b.blog_id IS NULL )
				ORDER BY d.due_at LIMIT %d",
			self::name(),
			$wpdb->blogs,
			$now,
			get_current_network_id(),
			$limit
		);
	}

	/**
	 * Takes a due row for this process: of several that have read it, one succeeds. If that one dies, the
	 * row is due again at the time set here.
	 *
	 * @param object $row   As due() gave it.
	 * @param int    $until Unix seconds.
	 */
	public static function claim( object $row, int $until ): bool {
		return 1 === self::query(
			'UPDATE %i SET due_at = %d WHERE blog_id = %d AND connection_id = %s AND due_at = %d',
			self::name(),
			$until,
			$row->blog_id,
			$row->connection_id,
			$row->due_at
		);
	}

	/**
	 * Wakes a site no more.
	 *
	 * @param int      $site The site's id.
	 * @param int|null $at   Only if this is the time that stands; null: whenever it is.
	 */
	public static function remove( int $site, ?int $at = null ): void {
		null === $at
			? self::query( 'DELETE FROM %i WHERE blog_id = %d', self::name(), $site )
			: self::query( 'DELETE FROM %i WHERE blog_id = %d AND due_at = %d', self::name(), $site, $at );
	}

	/**
	 * Wakes no site of this network any more.
	 */
	public static function remove_all(): void {
		global $wpdb;
		self::query( 'DELETE FROM %i WHERE blog_id IN (SELECT blog_id FROM %i WHERE site_id = %d)', self::name(), $wpdb->blogs, get_current_network_id() );
	}

	/**
	 * Whether there is one.
	 */
	private static function exists(): bool {
		global $wpdb;
		return null !== $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( self::name() ) ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- The table is ours.
	}

	/**
	 * Performs a statement.
	 *
	 * @param string $statement With placeholders.
	 * @param mixed  ...$values For them.
	 * @return int Rows it changed; 0 if it failed.
	 */
	private static function query( string $statement, ...$values ): int {
		global $wpdb;
		return (int) self::perform( static fn() => $wpdb->query( $wpdb->prepare( $statement, ...$values ) ) ); // phpcs:ignore WordPress.DB -- The table is ours, and its rows are compared and swapped.
	}

	/**
	 * Asks for rows.
	 *
	 * @param string $statement With placeholders.
	 * @param mixed  ...$values For them.
	 * @return array<int, object>
	 */
	private static function rows( string $statement, ...$values ): array {
		global $wpdb;
		return (array) self::perform( static fn() => $wpdb->get_results( $wpdb->prepare( $statement, ...$values ) ) ); // phpcs:ignore WordPress.DB -- As above.
	}

	/**
	 * Does something with the table, and once more if that fails: there may have been no table, or another
	 * process in the way.
	 *
	 * @param \Closure $work What.
	 * @return mixed What it returned. If it fails again, a site is woken late, since every page of its
	 *     administration sees to it that there is a row.
	 */
	private static function perform( \Closure $work ) {
		global $wpdb;
		$shown  = $wpdb->suppress_errors();
		$result = $work();
		if ( '' !== $wpdb->last_error ) {
			if ( ! self::$tried && ! self::exists() ) {
				Network::install();
			}
			$result = $work();
		}
		$wpdb->suppress_errors( $shown );
		return $result;
	}
}
