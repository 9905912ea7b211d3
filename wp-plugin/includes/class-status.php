<?php
/**
 * The public status object.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The core's status, with sentences.
 */
final class Status {

	/**
	 * The members and what they are when nothing is known.
	 */
	private const EMPTY = array(
		'status'                  => 'attention',
		'auth_method'             => '',
		'base_url'                => null,
		'mautic_version'          => null,
		'account_email'           => null,
		'account_name'            => null,
		'account_role'            => null,
		'access_token_expires_at' => null,
		'renew_at'                => null,
		'background_renew_at'     => null,
		'reconnect_by'            => null,
		'last_success_at'         => null,
		'last_error'              => null,
	);

	/**
	 * The status object of an answer.
	 *
	 * @param array<string, mixed> $answer The `answer` effect.
	 * @return array<string, mixed>
	 */
	public static function from_answer( array $answer ): array {
		$core = $answer['status'] ?? array();
		// Without a status the core itself failed, and its error is the last one.
		$error  = $core ? ( $core['last_error'] ?? null ) : ( $answer['error'] ?? null );
		$status = array_merge( self::EMPTY, array_intersect_key( $core, self::EMPTY ) );
		if ( null !== $error ) {
			$words                = Messages::of( $error, $status );
			$status['last_error'] = array(
				'code'    => $error['code'],
				'message' => $words['message'],
				'at'      => $error['at'] ?? time(),
				'fix'     => $words['fix'],
			);
		}
		return $status;
	}
}
