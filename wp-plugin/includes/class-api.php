<?php
/**
 * What other plugins call.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The public functions' work.
 */
final class Api {

	/**
	 * See connector_for_mautic_request().
	 *
	 * @param string               $method HTTP method.
	 * @param string               $path   Below `/api/`.
	 * @param array<string, mixed> $args   `query`, `body`, `content_type`, `files`, `timeout`.
	 * @return array{status: int, headers: array<string, string>, body: mixed}|\WP_Error
	 */
	public static function request( string $method, string $path, array $args ) {
		/**
		 * Filters the arguments of a call to Mautic's API.
		 *
		 * @param array  $args   `query`, `body`, `content_type`, `files` and `timeout`.
		 * @param string $method HTTP method.
		 * @param string $path   Below `/api/`.
		 */
		$args = apply_filters( 'connector_for_mautic_request_args', $args, $method, $path );
		try {
			if ( ! is_array( $args ) ) {
				throw new Misuse_Exception( 'api_call.arguments_invalid', 'connector_for_mautic_request_args' );
			}
			$body = Request_Body::of( $args );
		} catch ( Misuse_Exception $exception ) {
			return Result::failure( $exception->error_code, $exception->getMessage(), 'misuse' )->to_wp_error();
		}
		$query   = $args['query'] ?? '';
		$timeout = $args['timeout'] ?? 0;
		$result  = Runner::of_site()->run(
			array(
				'type'         => 'api_call',
				'method'       => strtoupper( $method ),
				'path'         => $path,
				'query'        => is_array( $query ) || is_object( $query ) ? http_build_query( $query, '', '&', PHP_QUERY_RFC3986 ) : (string) $query,
				'has_body'     => null !== $body->bytes,
				'body_bytes'   => strlen( (string) $body->bytes ),
				'body_utf8'    => $body->is_utf8(),
				'form_names'   => $body->field_names(),
				'content_type' => $body->content_type,
				'timeout'      => is_numeric( $timeout ) ? (int) max( 0, min( 300, $timeout ) ) : 0,
			),
			$body->bytes
		);
		if ( empty( $result->answer['deliver'] ) || null === $result->response ) {
			return $result->to_wp_error();
		}
		$response         = $result->response;
		$decoded          = json_decode( $response['body'], true );
		$response['body'] = null === $decoded ? $response['body'] : $decoded;
		return $response;
	}

	/**
	 * See connector_for_mautic_status().
	 *
	 * @return array<string, mixed>
	 */
	public static function status(): array {
		return Status::from_answer( Runner::of_site()->run( array( 'type' => 'view' ) )->answer );
	}
}
