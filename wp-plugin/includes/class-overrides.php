<?php
/**
 * Settings from outside the database.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Reads `CONNECTOR_FOR_MAUTIC_…` from the environment, then from constants.
 */
final class Overrides {

	private const PREFIX = 'CONNECTOR_FOR_MAUTIC_';

	/**
	 * Settings that are never shown, remembered or handed to the browser.
	 */
	public const SECRETS = array( 'client_secret', 'password' );

	private const SETTINGS = array( 'auth_method', 'base_url', 'client_id', 'client_secret', 'username', 'password', 'refresh_token_lifetime_days', 'token_in_query' );

	/**
	 * Settings and policy, as the core expects them. It judges them.
	 *
	 * @return array<string, string|bool>
	 */
	public static function all(): array {
		$overrides = array();
		foreach ( self::SETTINGS as $name ) {
			$value = self::value( $name );
			if ( null !== $value ) {
				$overrides[ $name ] = $value;
			}
		}
		if ( isset( $overrides['token_in_query'] ) ) {
			$overrides['token_in_query'] = self::flag( 'token_in_query' );
		}
		if ( is_multisite() && ! isset( $overrides['base_url'] ) ) {
			// The network's secrets are not for whatever server a site's administrator names.
			$overrides = array_diff_key( $overrides, array_flip( self::SECRETS ) );
		}
		return $overrides + self::policy();
	}

	/**
	 * The policy alone: what the browser may know.
	 *
	 * In a network, who administers one site does not administer the server: its inner addresses
	 * are not for them to reach.
	 *
	 * @return array{allow_http: bool, allow_private_hosts: bool}
	 */
	public static function policy(): array {
		return array(
			'allow_http'          => self::flag( 'allow_http' ),
			'allow_private_hosts' => ! is_multisite() || self::flag( 'allow_private_hosts' ),
		);
	}

	/**
	 * Where a value comes from: its name in the environment or the constant, for display.
	 *
	 * @param string $name A setting's name.
	 * @return array{kind: string, name: string}|null Kind is `environment` or `constant`.
	 */
	public static function source( string $name ): ?array {
		$constant = self::PREFIX . strtoupper( $name );
		if ( false !== getenv( $constant ) ) {
			return array(
				'kind' => 'environment',
				'name' => $constant,
			);
		}
		if ( defined( $constant ) ) {
			return array(
				'kind' => 'constant',
				'name' => $constant,
			);
		}
		return null;
	}

	/**
	 * The same as a sentence.
	 *
	 * @param string $name A setting's name that has a source.
	 */
	public static function origin( string $name ): string {
		$source = self::source( $name );
		return 'environment' === ( $source['kind'] ?? '' )
			/* translators: %s: name of a variable */
			? sprintf( __( 'Set by the environment variable %s.', 'connector-for-mautic' ), $source['name'] )
			/* translators: %s: name of a constant */
			: sprintf( __( 'Set by the constant %s, usually in wp-config.php.', 'connector-for-mautic' ), $source['name'] ?? '' );
	}

	/**
	 * One value, or null if it is not set.
	 *
	 * @param string $name A setting's name.
	 */
	public static function value( string $name ): ?string {
		$source = self::source( $name );
		if ( null === $source ) {
			return null;
		}
		$value = 'environment' === $source['kind'] ? getenv( $source['name'] ) : constant( $source['name'] );
		// An array is no value, but somebody means it to be one: the core says that it is missing.
		return is_scalar( $value ) ? (string) $value : '';
	}

	/**
	 * A switch: `true`, `1`, `on` or `yes`.
	 *
	 * @param string $name Its name.
	 */
	private static function flag( string $name ): bool {
		return filter_var( self::value( $name ), FILTER_VALIDATE_BOOLEAN );
	}
}
