<?php
/**
 * What the script needs that checks the settings while one types.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Where the core is, what the page knows, and the sentences; no secret.
 */
final class Form_Data {

	/**
	 * Codes that the check in the browser may find.
	 */
	private const PROBLEM_CODES = array(
		'auth_method.unknown',
		'base_url.missing',
		'base_url.invalid',
		'base_url.scheme',
		'base_url.http_not_allowed',
		'base_url.credentials',
		'base_url.host_not_ascii',
		'base_url.address_refused',
		'base_url.too_long',
		'client_id.missing',
		'client_id.invalid',
		'client_secret.missing',
		'client_secret.invalid',
		'client_secret.reenter',
		'username.missing',
		'username.invalid',
		'password.missing',
		'password.invalid',
		'password.reenter',
		'refresh_token_lifetime_days.invalid',
	);

	private const NOTE_CODES = array( 'base_url.scheme_added', 'base_url.path_removed', 'base_url.host_ascii', 'connection.will_be_dropped' );

	/**
	 * Tells it to the modules.
	 *
	 * @param array<string, mixed> $settings  The core's view of the settings.
	 * @param bool                 $has_grant Whether saving may end something.
	 */
	public static function tell( array $settings, bool $has_grant ): void {
		$problems = array();
		foreach ( self::PROBLEM_CODES as $code ) {
			$problems[ $code ] = Messages::text(
				array(
					'code' => $code,
					'host' => '%s',
				)
			);
		}
		Script_Modules::tell(
			'core',
			array(
				'wasm'      => plugins_url( 'assets/wasm/core_bg.wasm?ver=' . CONNECTOR_FOR_MAUTIC_VERSION, CONNECTOR_FOR_MAUTIC_FILE ),
				'overrides' => self::overrides( $settings ),
			)
		);
		Script_Modules::tell(
			'checks',
			array(
				'event'      => array(
					'type'               => 'settings_checked',
					'redirect_uri'       => Authorize_Return::redirect_uri(),
					'stored_auth_method' => $settings['auth_method'],
					'stored_base_url'    => $settings['base_url'],
					'stored_client_id'   => $settings['client_id'],
					'stored_secret'      => $settings['client_secret_set'],
					'stored_username'    => $settings['username'],
					'stored_password'    => $settings['password_set'],
					'stored_grant'       => $has_grant,
				),
				'problems'   => $problems,
				'notes'      => array_combine( self::NOTE_CODES, array_map( array( Messages::class, 'note' ), self::NOTE_CODES ) ),
				/* translators: %s: an address */
				'normalized' => __( 'Will be saved as %s.', 'connector-for-mautic' ),
			)
		);
	}

	/**
	 * What is set outside the database, as far as the browser may know it: of a base URL what the core
	 * made of it, since a password may have been pasted with it, and of a secret that there is one.
	 *
	 * @param array<string, mixed> $settings The core's view of the settings.
	 * @return array<string, string|bool>
	 */
	private static function overrides( array $settings ): array {
		$overrides = Overrides::policy();
		foreach ( $settings['overridden'] as $name ) {
			$value              = in_array( $name, Overrides::SECRETS, true ) ? 'set' : $settings[ $name ];
			$overrides[ $name ] = is_bool( $value ) ? $value : (string) $value;
		}
		return $overrides;
	}
}
