<?php
/**
 * What the next page says.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps the outcome of a form or of a return from Mautic until its user sees the page.
 */
final class Flash {

	/**
	 * Long enough for a slow login page in between.
	 */
	private const LIFETIME = 5 * MINUTE_IN_SECONDS;

	/**
	 * Remembers an outcome for the current user.
	 *
	 * @param string                $action What was done: a form's name, or `return`.
	 * @param Result                $result What came of it.
	 * @param array<string, string> $values What was typed; never a secret.
	 */
	public static function set( string $action, Result $result, array $values = array() ): void {
		set_transient(
			self::name( get_current_user_id() ),
			array(
				'action'    => $action,
				'ok'        => $result->ok(),
				'error'     => $result->answer['error'] ?? null,
				'problems'  => $result->problems(),
				'explained' => $result->answer['explained'] ?? null,
				'steps'     => $result->steps,
				'values'    => $values,
			),
			self::LIFETIME
		);
	}

	/**
	 * Takes the outcome out, for the one page that shows it.
	 *
	 * @return array<string, mixed>|null
	 */
	public static function take(): ?array {
		$flash = self::of( get_current_user_id() );
		if ( null !== $flash ) {
			self::forget( get_current_user_id() );
		}
		return $flash;
	}

	/**
	 * What is kept for a user.
	 *
	 * @param int $user Id.
	 * @return array<string, mixed>|null
	 */
	public static function of( int $user ): ?array {
		$flash = get_transient( self::name( $user ) );
		return is_array( $flash ) ? $flash : null;
	}

	/**
	 * Deletes what is kept for a user.
	 *
	 * @param int $user Id.
	 */
	public static function forget( int $user ): void {
		delete_transient( self::name( $user ) );
	}

	/**
	 * The transient of a user.
	 *
	 * @param int $user Id.
	 */
	private static function name( int $user ): string {
		return 'connector_for_mautic_flash_' . $user;
	}
}
