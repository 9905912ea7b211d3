<?php
/**
 * Abilities, which WordPress has from 6.9 on.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Offers the two functions for other plugins to whatever finds its tools by WordPress' registry of
 * abilities, under the same capability as the page.
 *
 * They are shown in REST, and not `public`: agents get them only if the owner says so, since a request
 * can delete what is in Mautic.
 */
final class Abilities {

	private const CATEGORY = 'connector-for-mautic';

	/**
	 * Registers the category.
	 */
	public static function register_category(): void {
		wp_register_ability_category(
			self::CATEGORY,
			array(
				'label'       => __( 'Mautic', 'connector-for-mautic' ),
				'description' => __( 'Abilities that use this site’s connection to Mautic.', 'connector-for-mautic' ),
			)
		);
	}

	/**
	 * Registers the abilities.
	 */
	public static function register(): void {
		wp_register_ability(
			'connector-for-mautic/status',
			array(
				'label'               => __( 'Status of the connection to Mautic', 'connector-for-mautic' ),
				'description'         => __( 'Tells where this site’s connection to Mautic stands, since when something is wrong and what to do. Sends nothing to Mautic.', 'connector-for-mautic' ),
				'category'            => self::CATEGORY,
				'output_schema'       => Schema::status(),
				'execute_callback'    => array( Api::class, 'status' ),
				'permission_callback' => array( self::class, 'permitted' ),
				'meta'                => self::meta( true ),
			)
		);
		wp_register_ability(
			'connector-for-mautic/request',
			array(
				'label'               => __( 'Call Mautic’s API', 'connector-for-mautic' ),
				'description'         => __( 'Sends a request to the API of the Mautic server that this site is connected to, and gives its answer. Also an answer with an error status of Mautic is one.', 'connector-for-mautic' ),
				'category'            => self::CATEGORY,
				'input_schema'        => array(
					'type'                 => 'object',
					'properties'           => Schema::request(),
					'additionalProperties' => false,
				),
				'output_schema'       => Schema::response(),
				'execute_callback'    => array( self::class, 'request' ),
				'permission_callback' => array( self::class, 'permitted' ),
				'meta'                => self::meta( false ),
			)
		);
	}

	/**
	 * Whether the current user may use them.
	 */
	public static function permitted(): bool {
		return current_user_can( Settings_Page::capability() );
	}

	/**
	 * Calls Mautic's API.
	 *
	 * @param array<string, mixed> $input By the input schema.
	 * @return array{status: int, headers: array<string, string>, body: mixed}|\WP_Error
	 */
	public static function request( $input ) {
		$args     = array_intersect_key( $input, array_flip( array( 'query', 'body' ) ) );
		$response = Api::request( $input['method'], $input['path'], $args );
		if ( is_wp_error( $response ) ) {
			return Rest::with_status( $response );
		}
		$response['headers'] = array_intersect_key( $response['headers'], array_flip( Rest::HEADERS ) );
		return $response;
	}

	/**
	 * What an ability tells of itself.
	 *
	 * @param bool $readonly Whether it changes nothing.
	 * @return array<string, mixed>
	 */
	private static function meta( bool $readonly ): array {
		return array(
			'annotations'  => array(
				'readonly'    => $readonly,
				'destructive' => ! $readonly,
				'idempotent'  => $readonly,
			),
			'show_in_rest' => true,
		);
	}
}
