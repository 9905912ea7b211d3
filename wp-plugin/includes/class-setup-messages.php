<?php
/**
 * Codes of the settings and of the authorization, in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The sentences of what stands between an empty form and a connection; see Messages.
 */
final class Setup_Messages {

	/**
	 * Problems with the form.
	 *
	 * @param string $code The code.
	 * @param string $host The host as typed.
	 * @return array{0: string, 1: string}|null
	 */
	public static function about_settings( string $code, string $host ): ?array {
		switch ( $code ) {
			case 'auth_method.unknown':
				return array(
					__( 'This version of the plugin does not know that method.', 'connector-for-mautic' ),
					__( 'Use “authorization_code”, “client_credentials” or “basic”, or update the plugin.', 'connector-for-mautic' ),
				);
			case 'base_url.missing':
				return array(
					__( 'The base URL is missing.', 'connector-for-mautic' ),
					__( 'Enter the address of your Mautic, such as https://mautic.example.com.', 'connector-for-mautic' ),
				);
			case 'base_url.invalid':
				return array(
					__( 'This is not a web address.', 'connector-for-mautic' ),
					__( 'Copy the address from your browser while Mautic is open, such as https://mautic.example.com.', 'connector-for-mautic' ),
				);
			case 'base_url.scheme':
				return array(
					__( 'The address must begin with https://.', 'connector-for-mautic' ),
					__( 'Copy the address from your browser while Mautic is open.', 'connector-for-mautic' ),
				);
			case 'base_url.http_not_allowed':
				return array(
					__( 'With http:// secrets would travel unprotected.', 'connector-for-mautic' ),
					__( 'Use the https:// address of your Mautic. If it has none and you know the network to be safe, define CONNECTOR_FOR_MAUTIC_ALLOW_HTTP as true in wp-config.php.', 'connector-for-mautic' ),
				);
			case 'base_url.credentials':
				return array(
					__( 'The address contains a user name or password.', 'connector-for-mautic' ),
					__( 'Leave out everything between :// and @.', 'connector-for-mautic' ),
				);
			case 'base_url.host_not_ascii':
				return array(
					/* translators: %s: the name of a server as typed */
					sprintf( __( 'The server’s name “%s” has letters beyond a to z.', 'connector-for-mautic' ), $host ),
					__( 'Enter its punycode form, which begins with xn--. Your browser shows it when you copy the address.', 'connector-for-mautic' ),
				);
			case 'base_url.address_refused':
				return array(
					__( 'This address is not one that a Mautic server may have here.', 'connector-for-mautic' ),
					__( 'Use the public address of your Mautic. Private addresses in a network of sites need CONNECTOR_FOR_MAUTIC_ALLOW_PRIVATE_HOSTS defined as true in wp-config.php.', 'connector-for-mautic' ),
				);
			case 'base_url.too_long':
				return array(
					__( 'The address is too long.', 'connector-for-mautic' ),
					__( 'Enter only the address of Mautic itself, such as https://mautic.example.com.', 'connector-for-mautic' ),
				);
			case 'client_id.missing':
				return array(
					__( 'The client ID is missing.', 'connector-for-mautic' ),
					__( 'Copy it from Mautic: Settings, API Credentials, “Client ID” (also called “Public Key”).', 'connector-for-mautic' ),
				);
			case 'client_id.invalid':
				return array(
					__( 'This is not a client ID: it has a space or a letter that client IDs do not have, or it is too long.', 'connector-for-mautic' ),
					__( 'Copy it again from Mautic: Settings, API Credentials.', 'connector-for-mautic' ),
				);
			case 'client_secret.missing':
				return array(
					__( 'The client secret is missing.', 'connector-for-mautic' ),
					__( 'Copy it from Mautic: Settings, API Credentials, “Client Secret” (also called “Secret Key”).', 'connector-for-mautic' ),
				);
			case 'client_secret.invalid':
				return array(
					__( 'This is not a client secret: it has a space or a letter that secrets do not have, or it is too long.', 'connector-for-mautic' ),
					__( 'Copy it again from Mautic: Settings, API Credentials.', 'connector-for-mautic' ),
				);
			case 'client_secret.reenter':
				return array(
					__( 'The base URL now points to another server, and a secret is never sent to a server it was not entered for.', 'connector-for-mautic' ),
					__( 'Enter the client secret of that server.', 'connector-for-mautic' ),
				);
			case 'username.missing':
				return array(
					__( 'The user name is missing.', 'connector-for-mautic' ),
					__( 'Enter the name, or the e-mail address, with which that user logs in to Mautic.', 'connector-for-mautic' ),
				);
			case 'username.invalid':
				return array(
					__( 'This user name cannot be sent: it has a colon or a control character, or it is too long.', 'connector-for-mautic' ),
					__( 'Enter the user’s e-mail address instead, or have the user renamed in Mautic.', 'connector-for-mautic' ),
				);
			case 'password.missing':
				return array(
					__( 'The password is missing.', 'connector-for-mautic' ),
					__( 'Enter the password with which that user logs in to Mautic.', 'connector-for-mautic' ),
				);
			case 'password.invalid':
				return array(
					__( 'This password cannot be sent: it has a control character, such as the end of a line, or it is too long.', 'connector-for-mautic' ),
					__( 'Enter it again, or give the user another one in Mautic.', 'connector-for-mautic' ),
				);
			case 'password.reenter':
				return array(
					__( 'The base URL now points to another server, and a password is never sent to a server it was not entered for.', 'connector-for-mautic' ),
					__( 'Enter the password of the user on that server.', 'connector-for-mautic' ),
				);
			case 'refresh_token_lifetime_days.invalid':
				return array(
					__( 'The lifetime must be a whole number of days from 1 to 3650.', 'connector-for-mautic' ),
					__( 'Enter the number that Mautic shows under Settings, Configuration, API Settings. Mautic’s own default is 14.', 'connector-for-mautic' ),
				);
			case 'settings.incomplete':
				return array(
					__( 'The settings are not complete.', 'connector-for-mautic' ),
					__( 'Enter what the chosen method needs on the page “Mautic”, and save it.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * The way to Mautic and back.
	 *
	 * @param string $code   The code.
	 * @param string $detail Foreign text.
	 * @param Method $method The connection's.
	 * @return array{0: string, 1: string}|null
	 */
	public static function about_authorization( string $code, string $detail, Method $method ): ?array {
		$again = __( 'Press Authorize again.', 'connector-for-mautic' );
		switch ( $code ) {
			case 'authorize.not_needed':
				return array(
					__( 'This method needs no authorization in the browser.', 'connector-for-mautic' ),
					/* translators: %s: label of a button */
					sprintf( __( 'Press %s to connect.', 'connector-for-mautic' ), $method->button() ),
				);
			case 'refresh.not_needed':
				return array(
					__( 'This method has no token that could be renewed.', 'connector-for-mautic' ),
					/* translators: %s: label of a button */
					sprintf( __( 'Press %s to see whether the connection works.', 'connector-for-mautic' ), $method->button() ),
				);
			case 'authorize.user_missing':
				return array(
					__( 'An authorization belongs to a user of this site, and none was given.', 'connector-for-mautic' ),
					__( 'Log in, or on the command line add --user.', 'connector-for-mautic' ),
				);
			case 'authorize.redirect_uri_invalid':
				return array(
					__( 'This site’s address cannot serve as a redirect URI.', 'connector-for-mautic' ),
					__( 'Check the site address under Settings, General.', 'connector-for-mautic' ),
				);
			case 'authorize.access_denied':
				return array(
					__( 'This site was not allowed to connect: somebody pressed Deny in Mautic. Nothing was changed.', 'connector-for-mautic' ),
					__( 'Press Authorize again, and press Accept in Mautic.', 'connector-for-mautic' ),
				);
			case 'authorize.unsupported_response_type':
				return array(
					__( 'Mautic does not support the authorization code for these credentials. Nothing was changed.', 'connector-for-mautic' ),
					__( 'Check in Mautic under Settings, API Credentials that the credentials are of the kind OAuth 2.', 'connector-for-mautic' ),
				);
			case 'authorize.error':
				return array(
					__( 'Mautic did not authorize this site. Nothing was changed.', 'connector-for-mautic' ),
					__( 'Read what Mautic says, mend it there, and press Authorize again.', 'connector-for-mautic' ),
				);
			case 'redirect.too_long':
				return array( __( 'The return from Mautic was longer than any that Mautic makes; nothing was changed.', 'connector-for-mautic' ), $again );
			case 'redirect.duplicate_parameter':
				return array(
					/* translators: %s: name of a parameter in an address */
					sprintf( __( 'The return from Mautic named “%s” twice; nothing was changed.', 'connector-for-mautic' ), $detail ),
					$again,
				);
			case 'redirect.state_missing':
				return array( __( 'The return from Mautic did not say which authorization it belongs to; nothing was changed.', 'connector-for-mautic' ), $again );
			case 'redirect.state_unknown':
				return array(
					__( 'This site is not waiting for that return from Mautic; nothing was changed.', 'connector-for-mautic' ),
					__( 'If you meant to connect the site, press Authorize. If you followed a link from somewhere else, do nothing.', 'connector-for-mautic' ),
				);
			case 'redirect.state_used':
				return array(
					__( 'That return from Mautic was already dealt with, perhaps because the page was loaded again; nothing was changed.', 'connector-for-mautic' ),
					__( 'See below whether the site is connected; if it is not, press Authorize again.', 'connector-for-mautic' ),
				);
			case 'redirect.state_expired':
				return array( __( 'The return from Mautic came too late: an authorization waits for 15 minutes. Nothing was changed.', 'connector-for-mautic' ), $again );
			case 'redirect.state_other_user':
				return array(
					__( 'Another user of this site began that authorization; nothing was changed.', 'connector-for-mautic' ),
					__( 'Press Authorize yourself, or finish as the user who began.', 'connector-for-mautic' ),
				);
			case 'redirect.settings_changed':
				return array( __( 'The settings were changed while Mautic was asked; nothing was connected.', 'connector-for-mautic' ), $again );
			case 'redirect.code_missing':
				return array( __( 'The return from Mautic brought no code; nothing was changed.', 'connector-for-mautic' ), $again );
			case 'redirect.code_invalid':
				return array( __( 'The return from Mautic brought a code that cannot be one; nothing was changed.', 'connector-for-mautic' ), $again );
		}
		return null;
	}
}
