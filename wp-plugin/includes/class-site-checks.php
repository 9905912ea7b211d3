<?php
/**
 * What this site itself must have for a connection to stay.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The steps of "Test connection" that only the shell can take, in the shape of the core's: WP-Cron runs, the
 * site reaches itself, and there is a key to encrypt with.
 */
final class Site_Checks {

	/**
	 * Seconds by which a scheduled event may be late: a night without a visit is no defect, but whoever
	 * presses the button is a visit.
	 */
	private const LATE = 2 * HOUR_IN_SECONDS;

	/**
	 * Takes the steps, each when it is asked for.
	 *
	 * @param int|null $renew_at When the connection is to be renewed in the background at the latest; null if it
	 *                           needs that not.
	 * @return \Generator<int, array<string, mixed>>
	 */
	public static function run( ?int $renew_at ): \Generator {
		yield self::cron( $renew_at );
		yield self::loopback( null !== $renew_at );
		yield self::key();
	}

	/**
	 * Whether what is scheduled happens.
	 *
	 * @param int|null $renew_at See run().
	 * @return array<string, mixed>
	 */
	private static function cron( ?int $renew_at ): array {
		if ( null !== $renew_at && null === Cron::next() ) {
			Cron::ensure( $renew_at );
			return self::step( 'cron', null === Cron::next() ? 'failed' : 'warned', 'cron.missing' );
		}
		$oldest = self::oldest_event();
		$late   = time() - $oldest['at'];
		if ( $late > self::LATE ) {
			return self::step( 'cron', null === $renew_at ? 'warned' : 'failed', 'cron.overdue', array( 'detail' => $oldest['hook'] ) ) + array( 'value' => $late );
		}
		return null !== $renew_at && Site_Messages::cron_is_off() ? self::step( 'cron', 'warned', 'cron.disabled' ) : self::step( 'cron' );
	}

	/**
	 * The event that comes next, or should have come. In a network of sites with the plugin that is the
	 * turn of this site, which the main site's event takes.
	 *
	 * @return array{at: int, hook: string}
	 */
	private static function oldest_event(): array {
		if ( Network::is_active() ) {
			return array(
				'at'   => Cron::next() ?? PHP_INT_MAX,
				'hook' => Network::HOOK,
			);
		}
		$events = _get_cron_array();
		ksort( $events );
		$at = array_key_first( $events );
		return array(
			'at'   => $at ?? PHP_INT_MAX,
			'hook' => null === $at ? '' : (string) array_key_first( $events[ $at ] ),
		);
	}

	/**
	 * Whether this site reaches itself, by which visits run WP-Cron: WordPress' own check, whose answer is seen
	 * on its way.
	 *
	 * @param bool $is_needed Whether the connection waits for WP-Cron.
	 * @return array<string, mixed>
	 */
	private static function loopback( bool $is_needed ): array {
		$answer = null;
		$listen = static function ( $response, $context, $transport, $arguments, $url ) use ( &$answer ): void {
			if ( site_url( 'wp-cron.php' ) === $url ) {
				$answer = $response;
			}
		};
		require_once ABSPATH . 'wp-admin/includes/class-wp-site-health.php';
		$begun = hrtime( true );
		add_action( 'http_api_debug', $listen, 10, 5 );
		$health = \WP_Site_Health::get_instance()->can_perform_loopback();
		remove_action( 'http_api_debug', $listen );
		$status = is_array( $answer ) ? (int) wp_remote_retrieve_response_code( $answer ) : null;
		$error  = array_filter(
			array(
				'http_status' => $status,
				'detail'      => is_wp_error( $answer ) ? mb_substr( $answer->get_error_message(), 0, 200 ) : '',
			)
		);
		// What runs WP-Cron without it makes it something to know.
		$is_needed = $is_needed && ! Site_Messages::cron_is_off() && ! ( defined( 'ALTERNATE_WP_CRON' ) && ALTERNATE_WP_CRON );
		if ( 'good' === $health->status ) {
			$step = self::step( 'loopback' );
		} elseif ( is_wp_error( $answer ) && 'http_request_not_executed' === $answer->get_error_code() ) {
			$step = self::step( 'loopback', $is_needed ? 'failed' : 'warned', 'loopback.blocked', $error );
		} else {
			$step = self::step( 'loopback', $is_needed ? 'failed' : 'warned', 'loopback.failed', $error );
		}
		return array(
			'milliseconds' => (int) round( ( hrtime( true ) - $begun ) / 1e6 ),
			'requests'     => array(
				array(
					'method' => 'POST',
					'url'    => site_url( 'wp-cron.php' ),
					'status' => $status,
				),
			),
		) + $step;
	}

	/**
	 * Whether there is a key, and what is stored opens with it.
	 *
	 * @return array<string, mixed>
	 */
	private static function key(): array {
		try {
			( new Storage( Cipher::of_site() ) )->read();
		} catch ( Unreadable_Exception $exception ) {
			return self::step( 'key', 'failed', 'connection.' . $exception->getMessage() );
		} catch ( Database_Exception $exception ) {
			return self::step( 'key', 'failed', 'store.failed', array( 'detail' => mb_substr( $exception->getMessage(), 0, 200 ) ) );
		}
		return self::step( 'key' );
	}

	/**
	 * A step in the core's shape.
	 *
	 * @param string               $name  Its name.
	 * @param string               $state `passed`, `failed` or `warned`.
	 * @param string|null          $code  Of the error.
	 * @param array<string, mixed> $error What else there is to know of it.
	 * @return array<string, mixed>
	 */
	private static function step( string $name, string $state = 'passed', ?string $code = null, array $error = array() ): array {
		$step = array(
			'name'     => $name,
			'state'    => $state,
			'requests' => array(),
		);
		if ( null !== $code ) {
			$step['error'] = array(
				'code' => $code,
				'kind' => 'user',
			) + $error;
		}
		return $step;
	}
}
