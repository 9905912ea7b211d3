<?php
/**
 * The work of one `authorize` message as a PHP programmer would write it by hand: the peer that the
 * compiled core is measured against. It reads the same message, checks what src/message.rs,
 * src/settings.rs and src/authorize.rs check on the way, and gives the same bytes.
 *
 * @package Connector_For_Mautic
 */

/**
 * One step for an `authorize` message that is in order.
 *
 * @param string $json The message.
 * @return string The answer.
 * @throws UnexpectedValueException If the message is not one that can be answered well.
 */
function plain_authorize( string $json ): string {
	$message    = json_decode( $json, true, 64, JSON_THROW_ON_ERROR );
	$connection = plain_member( $message, 'connection', array() );
	$overrides  = plain_member( $message, 'overrides', array() );
	$event      = plain_member( $message, 'event', array() );
	$now        = plain_member( $message, 'now', 0 );
	$entropy    = plain_member( $message, 'entropy', '' );
	plain_expect( 1 === plain_member( $connection, 'v', 1 ), 'connection' );
	plain_expect( 'authorize' === plain_member( $event, 'type', '' ), 'event' );
	plain_expect( $now > 0, 'now' );
	plain_expect( 64 === strlen( $entropy ) && ctype_xdigit( $entropy ), 'entropy' );

	$stored    = plain_settings( plain_member( $connection, 'settings', array() ) );
	$settings  = plain_effective( $stored, $overrides );
	$pending   = array_map( 'plain_pending', plain_member( $connection, 'pending', array() ) );
	$old       = array_map( 'plain_remembered', plain_member( $connection, 'remembered', array() ) );
	$health    = plain_member( $connection, 'health', array() );
	$user      = plain_member( $event, 'user', 0 );
	$redirect  = plain_member( $event, 'redirect_uri', '' );
	$return_to = plain_member( $event, 'return_to', '' );
	plain_expect( $user > 0, 'user' );
	plain_expect( plain_is_redirect_uri( $redirect ) && strlen( $return_to ) <= 300, 'redirect_uri' );
	plain_expect( '' !== $settings['base_url'] && '' !== $settings['client_id'] && '' !== $settings['client_secret'], 'settings' );

	$state = 'cfm1.' . strtr( base64_encode( substr( hex2bin( $entropy ), 0, 24 ) ), '+/', '-_' );
	$url   = $settings['base_url'] . '/oauth/v2/authorize?' . http_build_query(
		array(
			'client_id'     => $settings['client_id'],
			'grant_type'    => 'authorization_code',
			'redirect_uri'  => $redirect,
			'response_type' => 'code',
			'state'         => $state,
		)
	);

	// What is over is remembered for a day, and so is this user's own that the new one replaces.
	$remembered = array();
	foreach ( $old as $entry ) {
		if ( $entry['until'] > $now ) {
			$remembered[] = $entry;
		}
	}
	$kept = array();
	foreach ( $pending as $entry ) {
		if ( $entry['expires_at'] > $now && $entry['user'] !== $user ) {
			$kept[] = $entry;
		} else {
			$remembered[] = plain_expired( $entry, $now );
		}
	}
	while ( count( $kept ) >= 10 ) {
		$remembered[] = plain_expired( array_shift( $kept ), $now );
	}
	$kept[] = array(
		'state'        => $state,
		'user'         => $user,
		'redirect_uri' => $redirect,
		'return_to'    => $return_to,
		'base_url'     => $settings['base_url'],
		'client_id'    => $settings['client_id'],
		'expires_at'   => $now + 900,
	);

	$document = array(
		'v'        => 1,
		'revision' => plain_member( $connection, 'revision', 0 ) + 1,
		'settings' => $stored,
		'pending'  => $kept,
	);
	if ( $remembered ) {
		$document['remembered'] = array_slice( $remembered, -20 );
	}
	$document['health'] = array(
		'failures'            => plain_member( $health, 'failures', 0 ),
		'needs_authorization' => plain_member( $health, 'needs_authorization', false ),
	);

	return json_encode(
		array(
			'connection' => $document,
			'effects'    => array(
				array( 'type' => 'store' ),
				array(
					'type'   => 'log',
					'code'   => 'authorize.begun',
					'fields' => new stdClass(),
				),
				array(
					'type' => 'redirect',
					'url'  => $url,
				),
				array(
					'type'   => 'answer',
					'ok'     => true,
					'status' => array(
						'status'                  => 'pending',
						'auth_method'             => $settings['auth_method'],
						'base_url'                => $settings['base_url'],
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
					),
					'url'    => $url,
				),
			),
		),
		JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR
	);
}

/**
 * Reads a member of the type that its empty value has; missing and null read as that value.
 *
 * @param array<string, mixed> $values  An object.
 * @param string               $name    The member.
 * @param mixed                $default The empty value.
 * @return mixed
 */
function plain_member( array $values, string $name, $default ) {
	$value = $values[ $name ] ?? $default;
	plain_expect( gettype( $value ) === gettype( $default ), $name );
	return $value;
}

/**
 * Refuses a message.
 *
 * @param bool   $right Whether all is well.
 * @param string $name  What is not.
 * @throws UnexpectedValueException If it is not.
 */
function plain_expect( bool $right, string $name ): void {
	if ( ! $right ) {
		throw new UnexpectedValueException( $name );
	}
}

/**
 * The stored settings.
 *
 * @param array<string, mixed> $values As decoded.
 * @return array<string, mixed>
 */
function plain_settings( array $values ): array {
	return array(
		'auth_method'                 => plain_member( $values, 'auth_method', '' ) ?: 'authorization_code',
		'base_url'                    => plain_member( $values, 'base_url', '' ),
		'client_id'                   => plain_member( $values, 'client_id', '' ),
		'client_secret'               => plain_member( $values, 'client_secret', '' ),
		'client_secret_origin'        => plain_member( $values, 'client_secret_origin', '' ),
		'refresh_token_lifetime_days' => plain_member( $values, 'refresh_token_lifetime_days', 0 ),
	);
}

/**
 * The settings that count: no overrides in this message, defaults filled in, and a secret stays
 * with the server that it was entered for.
 *
 * @param array<string, mixed> $settings  The stored ones.
 * @param array<string, mixed> $overrides From outside the database.
 * @return array<string, mixed>
 */
function plain_effective( array $settings, array $overrides ): array {
	plain_expect( array() === $overrides, 'overrides' );
	if ( ! preg_match( '~^[^:]+://[^/]*~', $settings['base_url'], $origin ) || $origin[0] !== $settings['client_secret_origin'] ) {
		$settings['client_secret'] = '';
	}
	if ( 0 === $settings['refresh_token_lifetime_days'] ) {
		$settings['refresh_token_lifetime_days'] = 14;
	}
	return $settings;
}

/**
 * An authorization that is out.
 *
 * @param array<string, mixed> $values As decoded.
 * @return array<string, mixed>
 */
function plain_pending( array $values ): array {
	return array(
		'state'        => plain_member( $values, 'state', '' ),
		'user'         => plain_member( $values, 'user', 0 ),
		'redirect_uri' => plain_member( $values, 'redirect_uri', '' ),
		'return_to'    => plain_member( $values, 'return_to', '' ),
		'base_url'     => plain_member( $values, 'base_url', '' ),
		'client_id'    => plain_member( $values, 'client_id', '' ),
		'expires_at'   => plain_member( $values, 'expires_at', 0 ),
	);
}

/**
 * A state that is only good for an explanation.
 *
 * @param array<string, mixed> $values As decoded.
 * @return array<string, mixed>
 */
function plain_remembered( array $values ): array {
	return array(
		'state' => plain_member( $values, 'state', '' ),
		'fate'  => plain_member( $values, 'fate', '' ),
		'until' => plain_member( $values, 'until', 0 ),
	);
}

/**
 * What becomes of an authorization that is over.
 *
 * @param array<string, mixed> $pending The authorization.
 * @param int                  $now     The clock.
 * @return array<string, mixed>
 */
function plain_expired( array $pending, int $now ): array {
	return array(
		'state' => $pending['state'],
		'fate'  => 'expired',
		'until' => $now + 86400,
	);
}

/**
 * Whether Mautic takes it: it strips what is not ASCII and splits at commas.
 *
 * @param string $uri A redirect URI.
 */
function plain_is_redirect_uri( string $uri ): bool {
	return strlen( $uri ) <= 300 && 1 === preg_match( '~^https?://(?!/)[!-"$-+\--\~]+$~D', $uri );
}
