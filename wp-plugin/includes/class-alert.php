<?php
/**
 * What there is to tell the owner.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps the core's last `alert`, so that a page knows without the core, and without a query, that it
 * has nothing to show. Only the core's next answer says whether it still holds.
 */
final class Alert {

	/**
	 * Its option, which WordPress loads with every page.
	 */
	private const OPTION = 'connector_for_mautic_alert';

	/**
	 * What the last answer said, if it is to be told by now.
	 *
	 * @return array<string, mixed>|null `code`, `since`, `from`, `button`.
	 */
	public static function due(): ?array {
		$alert = self::stored();
		return null !== $alert && $alert['from'] <= time() ? $alert : null;
	}

	/**
	 * Keeps the alert of an answer; writes only if what is kept would not do.
	 *
	 * @param array<string, mixed>|null $alert Null if there is nothing to tell.
	 */
	public static function keep( ?array $alert ): void {
		$stored = self::stored();
		if ( null !== $alert ) {
			// Of a connection that cannot be read nobody knows since when: since it was first seen.
			$seen  = ( $stored['code'] ?? '' ) === $alert['code'] ? $stored['since'] : time();
			$alert = array(
				'code'   => $alert['code'],
				'since'  => $alert['since'] ?? $seen,
				'from'   => isset( $alert['since'] ) ? $alert['from'] : $seen,
				'button' => $alert['button'],
			);
		}
		if ( $stored === $alert ) {
			return;
		}
		if ( null !== $stored && null !== $alert && time() < $stored['from'] && $stored['from'] <= $alert['from'] ) {
			// Both are for later, and what is kept has the core asked again early enough. A connection that
			// works moves its alert on with every renewal, which need not be written each time.
			return;
		}
		$changed = null === $alert ? delete_option( self::OPTION ) : update_option( self::OPTION, $alert, true );
		if ( ! $changed ) {
			// The copy of all options in an object cache is older than the database: have it read again.
			wp_cache_delete( 'alloptions', 'options' );
		}
	}

	/**
	 * What is kept. Not get_option(), which would ask the database for an option that is not there.
	 *
	 * @return array<string, mixed>|null
	 */
	private static function stored(): ?array {
		$alert = maybe_unserialize( wp_load_alloptions()[ self::OPTION ] ?? '' );
		return is_array( $alert ) && isset( $alert['code'], $alert['since'], $alert['from'], $alert['button'] ) ? $alert : null;
	}
}
