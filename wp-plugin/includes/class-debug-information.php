<?php
/**
 * The section of Site Health's page of facts.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Lists what somebody who helps would ask for. No secret is among it; what WordPress copies for a
 * support request leaves addresses and persons out, as its own sections do.
 */
final class Debug_Information {

	/**
	 * Adds the section, for who may see the connection.
	 *
	 * @param array<string, array<string, mixed>> $sections The sections there are.
	 * @return array<string, array<string, mixed>>
	 */
	public static function add_section( $sections ) {
		if ( ! current_user_can( Settings_Page::capability() ) ) {
			return $sections;
		}
		$view                             = Runner::of_site()->run( array( 'type' => 'view' ) )->answer;
		$sections['connector-for-mautic'] = array(
			'label'  => __( 'Connector for Mautic', 'connector-for-mautic' ),
			'fields' => self::connection( Status::from_answer( $view ) ) + self::settings( isset( $view['error'] ) ? array() : $view['settings'] ?? array() ) + self::ground(),
		);
		return $sections;
	}

	/**
	 * Where the connection stands.
	 *
	 * @param array<string, mixed> $status The status object.
	 * @return array<string, array<string, mixed>> Fields.
	 */
	private static function connection( array $status ): array {
		$error = $status['last_error'];
		return array(
			'version'                 => self::field( __( 'Version', 'connector-for-mautic' ), CONNECTOR_FOR_MAUTIC_VERSION ),
			'status'                  => self::field( __( 'Connection status', 'connector-for-mautic' ), Messages::status( $status ), $status['status'] ),
			'last_error'              => null === $error
				? self::field( __( 'Last error', 'connector-for-mautic' ), null )
				: self::field( __( 'Last error', 'connector-for-mautic' ), $error['message'] . ' (' . $error['code'] . ', ' . Moment::exact( $error['at'] ) . ')', $error['code'] . ', ' . gmdate( 'c', $error['at'] ) ),
			'last_success_at'         => self::time( __( 'Last good answer noted', 'connector-for-mautic' ), $status['last_success_at'] ),
			'auth_method'             => self::field( __( 'Method', 'connector-for-mautic' ), Method::tryFrom( $status['auth_method'] )?->label() ?? $status['auth_method'], $status['auth_method'] ),
			'base_url'                => self::field( __( 'Base URL', 'connector-for-mautic' ), $status['base_url'] ) + array( 'private' => true ),
			'mautic_version'          => self::field( __( 'Mautic version', 'connector-for-mautic' ), $status['mautic_version'] ),
			'account_email'           => self::field( __( 'Account e-mail', 'connector-for-mautic' ), $status['account_email'] ) + array( 'private' => true ),
			'account_name'            => self::field( __( 'Account name', 'connector-for-mautic' ), $status['account_name'] ) + array( 'private' => true ),
			'account_role'            => self::field( __( 'Account role', 'connector-for-mautic' ), $status['account_role'] ),
			'access_token_expires_at' => self::time( __( 'Access token expires', 'connector-for-mautic' ), $status['access_token_expires_at'] ),
			'renew_at'                => self::time( __( 'Token renewal with the first request from', 'connector-for-mautic' ), $status['renew_at'] ),
			'background_renew_at'     => self::time( __( 'Token renewal in the background', 'connector-for-mautic' ), $status['background_renew_at'] ),
			'reconnect_by'            => self::time( __( 'Reconnect by', 'connector-for-mautic' ), $status['reconnect_by'] ),
		);
	}

	/**
	 * What was set, and where; of a secret only whether there is one.
	 *
	 * @param array<string, mixed> $settings The core's `settings`; empty if they cannot be read.
	 * @return array<string, array<string, mixed>> Fields.
	 */
	private static function settings( array $settings ): array {
		$outside = array();
		foreach ( $settings['overridden'] ?? array() as $name ) {
			$outside[ $name ] = implode( ' ', Overrides::source( $name ) ?? array() );
		}
		$key = Overrides::source( 'key' );
		if ( null === $key && null !== Cipher::of_site() ) {
			$key = array( 'AUTH_KEY, AUTH_SALT' );
		}
		$policy = Overrides::policy();
		return array(
			'client_secret'       => self::yes_or_no( __( 'Client secret set', 'connector-for-mautic' ), $settings['client_secret_set'] ?? null ),
			'password'            => self::yes_or_no( __( 'Password set', 'connector-for-mautic' ), $settings['password_set'] ?? null ),
			'token_in_query'      => self::yes_or_no( __( 'Token in the address of requests', 'connector-for-mautic' ), $settings['token_in_query'] ?? null ),
			'overridden'          => self::field( __( 'Settings from outside the database', 'connector-for-mautic' ), $outside ? $outside : null ),
			'encryption_key'      => self::field( __( 'Encryption key from', 'connector-for-mautic' ), $key ? implode( ' ', $key ) : null ),
			'allow_http'          => self::yes_or_no( __( 'Addresses without encryption allowed', 'connector-for-mautic' ), $policy['allow_http'] ),
			'allow_private_hosts' => self::yes_or_no( __( 'Servers in the own network allowed', 'connector-for-mautic' ), $policy['allow_private_hosts'] ),
			'redirect_uri'        => self::field( __( 'Redirect URI', 'connector-for-mautic' ), Authorize_Return::redirect_uri() ) + array( 'private' => true ),
		);
	}

	/**
	 * What the plugin stands on.
	 *
	 * @return array<string, array<string, mixed>> Fields.
	 */
	private static function ground(): array {
		return array(
			'next_tick'       => self::time( __( 'Next scheduled task', 'connector-for-mautic' ), Cron::next() ),
			'disable_wp_cron' => self::yes_or_no( __( 'WP-Cron switched off for visits', 'connector-for-mautic' ), Site_Messages::cron_is_off() ),
			'self_test'       => self::field( __( 'Core tested with PHP', 'connector-for-mautic' ), implode( ', ', Core::tested_with() ) ),
			'jit'             => self::field( __( 'JIT compiler of PHP', 'connector-for-mautic' ), extension_loaded( 'Zend OPcache' ) ? sprintf( 'opcache.jit=%s, opcache.jit_buffer_size=%s', ini_get( 'opcache.jit' ), ini_get( 'opcache.jit_buffer_size' ) ) : null ),
			'sodium'          => self::field( __( 'Encryption by', 'connector-for-mautic' ), extension_loaded( 'sodium' ) ? 'sodium ' . SODIUM_LIBRARY_VERSION : 'sodium_compat' ),
		);
	}

	/**
	 * A fact.
	 *
	 * @param string                            $label What it is.
	 * @param string|array<string, string>|null $value As shown; null or empty if there is none.
	 * @param string|null                       $debug As copied, if that differs: untranslated.
	 * @return array<string, mixed>
	 */
	private static function field( string $label, string|array|null $value, ?string $debug = null ): array {
		$none = null === $value || '' === $value;
		return array(
			'label' => $label,
			'value' => $none ? __( 'none', 'connector-for-mautic' ) : $value,
			'debug' => $none ? 'none' : $debug ?? $value,
		);
	}

	/**
	 * A time: as people read it, and for the copy as machines do.
	 *
	 * @param string   $label What it is.
	 * @param int|null $at    Unix seconds, or null.
	 * @return array<string, mixed>
	 */
	private static function time( string $label, ?int $at ): array {
		return null === $at ? self::field( $label, null ) : self::field( $label, Moment::exact( $at ) . ', ' . Moment::distance( $at ), gmdate( 'c', $at ) );
	}

	/**
	 * Whether it is so.
	 *
	 * @param string    $label What.
	 * @param bool|null $value Null if nobody knows.
	 * @return array<string, mixed>
	 */
	private static function yes_or_no( string $label, ?bool $value ): array {
		if ( null === $value ) {
			return self::field( $label, __( 'unknown', 'connector-for-mautic' ), 'unknown' );
		}
		return self::field( $label, $value ? __( 'Yes', 'connector-for-mautic' ) : __( 'No', 'connector-for-mautic' ), $value ? 'true' : 'false' );
	}
}
