<?php
/**
 * "Test connection".
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Looks for what keeps this site from Mautic, step by step: those of the core on the way to Mautic, and those
 * of this site behind them.
 *
 * Whether the connection works is the core's word alone. What is wrong with the site shows in its steps.
 */
final class Doctor {

	/**
	 * The steps in their order; `permission` may come more than once. One more, `end`, is there only if the core
	 * could not go on, with its error.
	 */
	public const STEPS = array( 'dns', 'tls', 'reachable', 'redirect', 'mautic', 'path', 'api', 'credentials', 'header', 'token', 'identity', 'permission', 'clock', 'cron', 'loopback', 'key' );

	/**
	 * Runs all steps.
	 *
	 * @param bool          $setup   Only what can be seen before anybody has authorized, quickly, after saving.
	 * @param \Closure|null $on_step Gets each step as it comes.
	 */
	public static function run( bool $setup = false, ?\Closure $on_step = null ): Result {
		$event  = array(
			'type'  => 'diagnose',
			'setup' => $setup,
			'paths' => $setup ? array() : self::wanted_paths(),
		);
		$result = Runner::of_site()->run( $event, null, $on_step );
		if ( $setup ) {
			return $result;
		}
		$steps = $result->steps;
		$error = $result->error();
		if ( null !== $error && ! in_array( $error['code'], array_column( array_column( $steps, 'error' ), 'code' ), true ) ) {
			// None of the steps has it: it ended them.
			$steps[] = array(
				'name'     => 'end',
				'state'    => 'failed',
				'requests' => array(),
				'error'    => $error,
			);
			null === $on_step || $on_step( end( $steps ) );
		}
		foreach ( Site_Checks::run( $result->answer['status']['background_renew_at'] ?? null ) as $step ) {
			$steps[] = $step;
			null === $on_step || $on_step( $step );
		}
		return $result->with_steps( $steps );
	}

	/**
	 * What the site wants to read in Mautic.
	 *
	 * @return string[] Paths below `/api/`.
	 */
	public static function wanted_paths(): array {
		/**
		 * Filters the paths of Mautic's API that "Test connection" tries to read: a plugin adds the lists that it
		 * needs. Five are looked at, at most.
		 *
		 * @param string[] $paths Below `/api/`, such as `contacts`.
		 */
		$paths = apply_filters( 'connector_for_mautic_wanted_paths', array( 'contacts' ) );
		return array_values( array_unique( array_filter( (array) $paths, 'is_string' ) ) );
	}

	/**
	 * The steps as other programs get them.
	 *
	 * @param Result $result Of run().
	 * @return array<int, array<string, mixed>>
	 */
	public static function describe( Result $result ): array {
		$status = $result->answer['status'] ?? array();
		return array_map(
			static function ( array $step ) use ( $status ): array {
				$error = $step['error'] ?? null;
				return array(
					'name'         => $step['name'],
					'title'        => Doctor_Messages::title( $step ),
					'state'        => $step['state'],
					'milliseconds' => $step['milliseconds'] ?? null,
					'detail'       => $step['detail'] ?? null,
					'value'        => $step['value'] ?? null,
					'requests'     => $step['requests'],
					'error'        => null === $error ? null : array_diff_key( $error, array( 'field' => 0 ) ) + Messages::of( $error, $status ),
				);
			},
			$result->steps
		);
	}
}
