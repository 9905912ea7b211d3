<?php
/**
 * Shapes of what goes in and out.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * JSON Schemas (draft 4, as WordPress' REST API has it) of the status object, of a call to Mautic's API
 * and of its answer.
 */
final class Schema {

	/**
	 * The status object.
	 *
	 * @return array<string, mixed>
	 */
	public static function status(): array {
		$text   = array( 'type' => array( 'string', 'null' ) );
		$moment = array(
			'type'        => array( 'integer', 'null' ),
			'description' => __( 'In Unix seconds.', 'connector-for-mautic' ),
		);
		return self::document(
			'connector-for-mautic-status',
			array(
				'status'                  => array(
					'type' => 'string',
					'enum' => array( 'not_configured', 'ready', 'pending', 'connected', 'attention', 'needs_authorization' ),
				),
				'auth_method'             => array( 'type' => 'string' ),
				'base_url'                => $text,
				'mautic_version'          => $text,
				'account_email'           => $text,
				'account_name'            => $text,
				'account_role'            => $text,
				'access_token_expires_at' => $moment,
				'renew_at'                => $moment,
				'background_renew_at'     => $moment,
				'reconnect_by'            => $moment,
				'last_success_at'         => $moment,
				'last_error'              => array(
					'type'       => array( 'object', 'null' ),
					'properties' => array(
						'code'    => array( 'type' => 'string' ),
						'message' => array( 'type' => 'string' ),
						'at'      => $moment,
						'fix'     => array( 'type' => 'string' ),
					),
				),
			)
		);
	}

	/**
	 * The status object with the steps of a test.
	 *
	 * @return array<string, mixed>
	 */
	public static function test(): array {
		$text   = array( 'type' => array( 'string', 'null' ) );
		$number = array( 'type' => array( 'integer', 'null' ) );
		$status = self::status();
		return self::document(
			'connector-for-mautic-test',
			$status['properties'] + array(
				'steps' => array(
					'type'        => 'array',
					'description' => __( 'What was checked, in order.', 'connector-for-mautic' ),
					'items'       => array(
						'type'       => 'object',
						'properties' => array(
							'name'         => array( 'type' => 'string' ),
							'title'        => array( 'type' => 'string' ),
							'state'        => array(
								'type' => 'string',
								'enum' => array( 'passed', 'failed', 'warned', 'skipped' ),
							),
							'milliseconds' => $number,
							'detail'       => $text + array( 'description' => __( 'Of a permission, the path that was read.', 'connector-for-mautic' ) ),
							'value'        => $number + array( 'description' => __( 'Of the clocks, seconds that Mautic’s is ahead; of scheduled tasks, seconds that they are late.', 'connector-for-mautic' ) ),
							'requests'     => array(
								'type'        => 'array',
								'description' => __( 'What was asked, and the HTTP status of each answer.', 'connector-for-mautic' ),
								'items'       => array(
									'type'       => 'object',
									'properties' => array(
										'method' => array( 'type' => 'string' ),
										'url'    => array( 'type' => 'string' ),
										'status' => $number,
									),
								),
							),
							'error'        => array(
								'type'       => array( 'object', 'null' ),
								'properties' => array(
									'code'        => array( 'type' => 'string' ),
									'kind'        => array( 'type' => 'string' ),
									'message'     => array( 'type' => 'string' ),
									'fix'         => array( 'type' => 'string' ),
									'detail'      => array( 'type' => 'string' ),
									'http_status' => array( 'type' => 'integer' ),
									'retry_at'    => array( 'type' => 'integer' ),
									'suggestion'  => array(
										'type'        => 'string',
										'description' => __( 'An address at which a Mautic was found.', 'connector-for-mautic' ),
									),
								),
							),
						),
					),
				),
			)
		);
	}

	/**
	 * An address to authorize at.
	 *
	 * @return array<string, mixed>
	 */
	public static function authorize_url(): array {
		return self::document(
			'connector-for-mautic-authorize-url',
			array(
				'url' => array(
					'type'        => 'string',
					'format'      => 'uri',
					'description' => __( 'Mautic’s page to authorize at, for the browser of the same user, within 15 minutes.', 'connector-for-mautic' ),
				),
			)
		);
	}

	/**
	 * A call to Mautic's API.
	 *
	 * @return array<string, array<string, mixed>> Arguments by name.
	 */
	public static function request(): array {
		return array(
			'method' => array(
				'type'        => 'string',
				'required'    => true,
				'description' => __( 'HTTP method.', 'connector-for-mautic' ),
			),
			'path'   => array(
				'type'        => 'string',
				'required'    => true,
				'description' => __( 'Below /api/ of Mautic, such as “contacts”.', 'connector-for-mautic' ),
			),
			'query'  => array(
				'type'        => array( 'string', 'object' ),
				'description' => __( 'Query parameters, or an encoded query string.', 'connector-for-mautic' ),
			),
			'body'   => array(
				'type'        => array( 'string', 'object', 'array' ),
				'description' => __( 'An object or a list is sent as JSON, a string as it is.', 'connector-for-mautic' ),
			),
		);
	}

	/**
	 * Mautic's answer.
	 *
	 * @return array<string, mixed>
	 */
	public static function response(): array {
		return self::document(
			'connector-for-mautic-response',
			array(
				'status'  => array(
					'type'        => 'integer',
					'description' => __( 'HTTP status of Mautic’s answer.', 'connector-for-mautic' ),
				),
				'headers' => array(
					'type'                 => 'object',
					'additionalProperties' => array( 'type' => 'string' ),
				),
				'body'    => array(
					'type'        => array( 'object', 'array', 'string', 'number', 'boolean' ),
					'description' => __( 'Decoded, if it is JSON.', 'connector-for-mautic' ),
				),
			)
		);
	}

	/**
	 * The frame of a schema.
	 *
	 * @param string                              $title      Its name.
	 * @param array<string, array<string, mixed>> $properties Its members, all of them always there.
	 * @return array<string, mixed>
	 */
	private static function document( string $title, array $properties ): array {
		return array(
			'$schema'    => 'http://json-schema.org/draft-04/schema#',
			'title'      => $title,
			'type'       => 'object',
			'properties' => array_map( static fn( $property ) => $property + array( 'readonly' => true ), $properties ),
		);
	}
}
