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
	 * Whether the core may have something to tell now: by what it said last, or since the site has got
	 * another address, as a copy has.
	 */
	public static function may_be_due(): bool {
		$stored = self::stored();
		return null !== $stored && ( $stored['from'] <= time() || self::site( $stored ) !== $stored['site'] );
	}

	/**
	 * Whether there is a connection of which nothing is to be told yet.
	 */
	public static function is_for_later(): bool {
		return null !== self::stored() && ! self::may_be_due();
	}

	/**
	 * What the last answer said, if it is to be told by now.
	 *
	 * @return array<string, mixed>|null `code`, `since`, `from`, `button`, and `site`.
	 */
	public static function due(): ?array {
		$stored = self::stored();
		return null !== $stored && $stored['from'] <= time() ? $stored : null;
	}

	/**
	 * Keeps the alert of an answer; writes only if what is kept would not do.
	 *
	 * @param array<string, mixed>|null $alert Null if there is nothing to tell.
	 */
	public static function keep( ?array $alert ): void {
		$stored = self::stored();
		if ( null !== $alert ) {
			$alert = array(
				'code'   => $alert['code'],
				// What nobody knows the beginning of counts from when it was first seen.
				'since'  => $alert['since'] ?? ( ( $stored['code'] ?? '' ) === $alert['code'] ? $stored['since'] : time() ),
				'from'   => $alert['from'],
				'button' => $alert['button'],
				'site'   => self::site( $stored ),
			);
		}
		if ( $stored === $alert || self::comes_early_enough( $stored, $alert ) ) {
			return;
		}
		$changed = null === $alert ? delete_option( self::OPTION ) : update_option( self::OPTION, $alert, true );
		if ( ! $changed ) {
			// The copy of all options in an object cache is older than the database: have it read again.
			wp_cache_delete( 'alloptions', 'options' );
		}
	}

	/**
	 * Whether both are for later, and what is kept has the core asked again in time, or later by no more than
	 * a tenth of the time that there is. A connection that works moves its alert with every renewal: on, and
	 * back by what renewals are spread; that need not be written each time.
	 *
	 * @param array<string, mixed>|null $stored What is kept.
	 * @param array<string, mixed>|null $alert  What was said.
	 */
	private static function comes_early_enough( ?array $stored, ?array $alert ): bool {
		return null !== $stored && null !== $alert && $stored['site'] === $alert['site']
			&& time() < $stored['from'] && time() < $alert['from']
			&& $stored['from'] - $alert['from'] <= ( $alert['from'] - time() ) / 10;
	}

	/**
	 * What is kept. Not get_option(), which would ask the database for an option that is not there.
	 *
	 * @return array<string, mixed>|null
	 */
	private static function stored(): ?array {
		$alert = maybe_unserialize( wp_load_alloptions()[ self::OPTION ] ?? '' );
		return is_array( $alert ) && isset( $alert['code'], $alert['since'], $alert['from'], $alert['button'], $alert['site'] ) ? $alert : null;
	}

	/**
	 * The site's address, without its scheme. Where it follows the request's host there is none on the
	 * command line: then it is the one that is known.
	 *
	 * @param array<string, mixed>|null $stored What is kept.
	 */
	private static function site( ?array $stored ): string {
		$site = strstr( (string) get_option( 'siteurl' ), '//' );
		return '//' === $site || false === $site ? $stored['site'] ?? '' : $site;
	}
}
