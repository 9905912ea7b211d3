<?php
/**
 * Locks between processes and web servers.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * A row that only one process can insert, with its owner and its expiry.
 *
 * Not `GET_LOCK()`: it is a stub on SQLite, it does not reach the other nodes of a Galera cluster,
 * and it ends with a database connection that a plugin does not own. Not the options API or a
 * transient: both look before they leap.
 */
final class Lock {

	public const OPTION_PREFIX = 'connector_for_mautic_lock_';

	/**
	 * Seconds by which the clocks of two web servers may differ. A lock that claims to live longer than
	 * it was asked for and this was made under a clock that ran ahead.
	 */
	private const SKEW = MINUTE_IN_SECONDS;

	/**
	 * The rows of the locks held, by name. The table is that of the site that was the current one then.
	 *
	 * @var array<string, array{table: string, value: string}>
	 */
	private array $held = array();

	/**
	 * Tries once to take a lock.
	 *
	 * @param string $name     Its name.
	 * @param int    $lifetime Seconds after which others may take it over.
	 * @throws Database_Exception If the database fails: nobody holds the lock for that.
	 */
	public function acquire( string $name, int $lifetime ): bool {
		global $wpdb;
		$now    = time();
		$option = self::OPTION_PREFIX . $name;
		$mine   = bin2hex( random_bytes( 16 ) ) . ':' . ( $now + $lifetime );
		// phpcs:disable WordPress.DB -- Atomic only as these statements.
		$taken = $wpdb->query(
			$wpdb->prepare( "INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, %s, 'off')", $option, $mine )
		);
		if ( 0 === $taken ) {
			$theirs = Storage::row( $option );
			// Null: released in between. The one try was this; the core waits and asks again.
			if ( null !== $theirs && self::expired( $theirs, $now, $lifetime ) ) {
				$taken = $wpdb->query(
					$wpdb->prepare( "UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND option_value = %s", $mine, $option, $theirs )
				);
			}
		}
		// phpcs:enable
		if ( false === $taken ) {
			throw Database_Exception::of_last_query();
		}
		if ( 1 !== $taken ) {
			return false;
		}
		$this->held[ $name ] = array(
			'table' => $wpdb->options,
			'value' => $mine,
		);
		return true;
	}

	/**
	 * Releases a lock if it is still one's own.
	 *
	 * @param string $name Its name.
	 */
	public function release( string $name ): void {
		global $wpdb;
		if ( isset( $this->held[ $name ] ) ) {
			$option = self::OPTION_PREFIX . $name;
			$wpdb->query( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- See acquire().
				$wpdb->prepare( 'DELETE FROM %i WHERE option_name = %s AND option_value = %s', $this->held[ $name ]['table'], $option, $this->held[ $name ]['value'] )
			);
			unset( $this->held[ $name ] );
			Storage::forget_cached( $option );
		}
	}

	/**
	 * Whether any of the current site is held.
	 */
	public function holds_any(): bool {
		global $wpdb;
		return in_array( $wpdb->options, array_column( $this->held, 'table' ), true );
	}

	/**
	 * Releases whatever is held.
	 */
	public function release_all(): void {
		foreach ( array_keys( $this->held ) as $name ) {
			$this->release( $name );
		}
	}

	/**
	 * Whether a lock may be taken over.
	 *
	 * @param string $value    The row's value.
	 * @param int    $now      The time.
	 * @param int    $lifetime Seconds that such a lock lives.
	 */
	private static function expired( string $value, int $now, int $lifetime ): bool {
		$expires_at = (int) substr( strrchr( $value, ':' ) ?: ':0', 1 );
		return $expires_at <= $now || $expires_at > $now + $lifetime + self::SKEW;
	}
}
