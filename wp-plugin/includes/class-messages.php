<?php
/**
 * Codes in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * For each code of the core two sentences: what happened, and what to do.
 *
 * Nothing is decided by a code here; each only has its sentence. Plain text throughout: it is
 * escaped where it is printed.
 */
final class Messages {

	/**
	 * What happened and what to do.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 * @return array{message: string, fix: string}
	 */
	public static function of( array $error ): array {
		list( $message, $fix ) = self::pair( $error );
		if ( ( $error['retry_at'] ?? 0 ) > time() ) {
			/* translators: %s: such as "5 minutes" */
			$fix .= ' ' . sprintf( __( 'The next try makes sense in %s.', 'connector-for-mautic' ), human_time_diff( $error['retry_at'] ) );
		}
		return compact( 'message', 'fix' );
	}

	/**
	 * Both sentences, and what the other side said, for a log or a terminal.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 */
	public static function text( array $error ): string {
		$words = self::of( $error );
		return implode( ' ', array_filter( array( $words['message'], $words['fix'], self::said( $error ) ) ) );
	}

	/**
	 * What the other side said, in its own words, or an empty string.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 */
	public static function said( array $error ): string {
		if ( '' === ( $error['detail'] ?? '' ) ) {
			return '';
		}
		/* translators: %s: words of the Mautic server, or of the network */
		return sprintf( __( 'The answer was: “%s”', 'connector-for-mautic' ), $error['detail'] );
	}

	/**
	 * What a note of the settings check says.
	 *
	 * @param string $code Its code.
	 * @return string May have a `%s` for the detail.
	 */
	public static function note( string $code ): string {
		switch ( $code ) {
			case 'base_url.scheme_added':
				return __( '“https://” was added.', 'connector-for-mautic' );
			case 'base_url.path_removed':
				/* translators: %s: end of an address that is not needed */
				return __( '“%s” was left out: the address of Mautic itself is enough.', 'connector-for-mautic' );
			case 'base_url.host_ascii':
				/* translators: %s: the name of a server in ASCII */
				return __( 'The server’s name is written “%s”.', 'connector-for-mautic' );
			case 'connection.will_be_dropped':
				return __( 'Saving this disconnects the site, since it points to another server or client. Authorize again afterwards.', 'connector-for-mautic' );
			default:
				return '';
		}
	}

	/**
	 * The words for a status.
	 *
	 * @param string $status A status of the status object.
	 */
	public static function status( string $status ): string {
		switch ( $status ) {
			case 'ready':
				return __( 'Ready to authorize', 'connector-for-mautic' );
			case 'pending':
				return __( 'Waiting for Mautic', 'connector-for-mautic' );
			case 'connected':
				return __( 'Connected', 'connector-for-mautic' );
			case 'attention':
				return __( 'Needs attention', 'connector-for-mautic' );
			case 'needs_authorization':
				return __( 'Needs authorization', 'connector-for-mautic' );
			default:
				return __( 'Not configured', 'connector-for-mautic' );
		}
	}

	/**
	 * The sentences for a code.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 * @return array{0: string, 1: string}
	 */
	private static function pair( array $error ): array {
		$code   = (string) ( $error['code'] ?? '' );
		$detail = (string) ( $error['detail'] ?? '' );
		$area   = strstr( $code, '.', true );
		switch ( $area ) {
			case 'auth_method':
			case 'base_url':
			case 'client_id':
			case 'client_secret':
			case 'refresh_token_lifetime_days':
			case 'settings':
				$pair = self::about_settings( $code, (string) ( $error['host'] ?? '' ) );
				break;
			case 'authorize':
			case 'redirect':
				$pair = self::about_authorization( $code, $detail );
				break;
			case 'token':
			case 'api':
				$pair = self::about_server( $code );
				break;
			case 'transport':
				$pair = self::about_transport( $code );
				break;
			default:
				$pair = self::about_site( $code );
		}
		return $pair ?? array(
			/* translators: %s: code of an error */
			sprintf( __( 'Something went wrong (%s).', 'connector-for-mautic' ), '' === $code ? 'unknown' : $code ),
			__( 'Try again. If it stays, tell whoever looks after this site, and name the code.', 'connector-for-mautic' ),
		);
	}

	/**
	 * Problems with the form.
	 *
	 * @param string $code The code.
	 * @param string $host The host as typed.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_settings( string $code, string $host ): ?array {
		switch ( $code ) {
			case 'auth_method.unknown':
				return array(
					__( 'This version of the plugin does not know that method.', 'connector-for-mautic' ),
					__( 'Use “authorization_code”, or update the plugin.', 'connector-for-mautic' ),
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
					__( 'With http:// the client secret would travel unprotected.', 'connector-for-mautic' ),
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
			case 'refresh_token_lifetime_days.invalid':
				return array(
					__( 'The lifetime must be a whole number of days from 1 to 3650.', 'connector-for-mautic' ),
					__( 'Enter the number that Mautic shows under Settings, Configuration, API Settings. Mautic’s own default is 14.', 'connector-for-mautic' ),
				);
			case 'settings.incomplete':
				return array(
					__( 'The settings are not complete.', 'connector-for-mautic' ),
					__( 'Enter base URL, client ID and client secret, and save them.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * The way to Mautic and back.
	 *
	 * @param string $code   The code.
	 * @param string $detail Foreign text.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_authorization( string $code, string $detail ): ?array {
		$again = __( 'Press Authorize again.', 'connector-for-mautic' );
		switch ( $code ) {
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
					__( 'Mautic was not allowed to connect: somebody pressed Deny.', 'connector-for-mautic' ),
					__( 'Press Authorize again and accept in Mautic.', 'connector-for-mautic' ),
				);
			case 'authorize.unsupported_response_type':
				return array(
					__( 'Mautic does not support the authorization code flow for this client.', 'connector-for-mautic' ),
					__( 'Check in Mautic under Settings, API Credentials that the credentials are of the kind OAuth 2.', 'connector-for-mautic' ),
				);
			case 'authorize.error':
				return array(
					__( 'Mautic did not authorize this site.', 'connector-for-mautic' ),
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
				return array( __( 'The return from Mautic came too late: an authorization waits for 15 minutes.', 'connector-for-mautic' ), $again );
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

	/**
	 * What the Mautic server refused or got wrong, at the token endpoint or in the API.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_server( string $code ): ?array {
		switch ( $code ) {
			case 'token.invalid_grant':
			case 'api.invalid_grant':
				return array(
					__( 'Mautic no longer accepts this site’s tokens. They may have lapsed, or another copy of this site may have used them.', 'connector-for-mautic' ),
					__( 'Press Authorize to connect again.', 'connector-for-mautic' ),
				);
			case 'token.code_invalid':
				return array(
					__( 'Mautic did not accept the code that it had just given: it is good for 30 seconds and for one use.', 'connector-for-mautic' ),
					__( 'Press Authorize again.', 'connector-for-mautic' ),
				);
			case 'token.invalid_client':
				return array(
					__( 'Mautic does not know this client ID with this client secret.', 'connector-for-mautic' ),
					__( 'Copy both again from Mautic (Settings, API Credentials), save them here, and press Authorize.', 'connector-for-mautic' ),
				);
			case 'token.unauthorized_client':
				return array(
					__( 'Mautic does not allow these credentials to be used this way.', 'connector-for-mautic' ),
					__( 'Create new credentials of the kind OAuth 2 in Mautic: Settings, API Credentials.', 'connector-for-mautic' ),
				);
			case 'token.redirect_uri_mismatch':
				return array(
					__( 'The redirect URI in Mautic is not the one of this site.', 'connector-for-mautic' ),
					__( 'Copy the redirect URI from this page into Mautic (Settings, API Credentials), save there, and press Authorize again.', 'connector-for-mautic' ),
				);
			case 'token.invalid_request':
				return array(
					__( 'Mautic did not understand the request. Usually something in between, such as a redirect to another address, took its content away.', 'connector-for-mautic' ),
					__( 'Check that the base URL is exactly the address that the browser shows in Mautic, with or without www.', 'connector-for-mautic' ),
				);
			case 'token.invalid_scope':
				return array(
					__( 'Mautic refused the scope of the authorization.', 'connector-for-mautic' ),
					__( 'Press Authorize again. If it stays, a plugin of Mautic changes how it authorizes: ask whoever looks after Mautic.', 'connector-for-mautic' ),
				);
			case 'token.api_disabled':
			case 'api.api_disabled':
				return array(
					__( 'The API is switched off in Mautic.', 'connector-for-mautic' ),
					__( 'Switch it on in Mautic: Settings, Configuration, API Settings, “API enabled?”. The connection then works again.', 'connector-for-mautic' ),
				);
			case 'token.basic_disabled':
			case 'api.basic_disabled':
				return array(
					__( 'Mautic took the request for one with a user name and password, which is switched off there.', 'connector-for-mautic' ),
					__( 'Something between this site and Mautic adds an Authorization header, such as a password in front of the whole server. Remove it for /api and /oauth.', 'connector-for-mautic' ),
				);
			case 'token.not_found':
				return array(
					__( 'Mautic answers at this address, but there is no token endpoint.', 'connector-for-mautic' ),
					__( 'Check the base URL: it must be the address of Mautic itself, with its sub-folder if it has one, and with https:// if Mautic uses it.', 'connector-for-mautic' ),
				);
			case 'token.not_mautic':
			case 'api.not_mautic':
				return array(
					__( 'There is no Mautic at this address.', 'connector-for-mautic' ),
					__( 'Check the base URL: it must be the address of Mautic itself, with its sub-folder if it has one.', 'connector-for-mautic' ),
				);
			case 'token.redirected':
			case 'api.redirected':
				return array(
					__( 'Mautic sends this site on to another address, and secrets are never sent on.', 'connector-for-mautic' ),
					__( 'Enter the address that it names as the base URL.', 'connector-for-mautic' ),
				);
			case 'token.blocked':
			case 'api.blocked':
				return array(
					__( 'A firewall in front of Mautic turned the request away.', 'connector-for-mautic' ),
					__( 'Allow this site’s server to reach /oauth and /api of Mautic. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.html':
			case 'api.html':
				return array(
					__( 'Instead of an answer, a web page came back, such as a maintenance page or a firewall’s question.', 'connector-for-mautic' ),
					__( 'Open Mautic in a browser to see what it shows, and try again. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.not_json':
			case 'api.not_json':
				return array(
					__( 'What came back was not an answer of Mautic’s.', 'connector-for-mautic' ),
					__( 'Try again. If it stays, look at what stands between this site and Mautic. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.too_large':
			case 'api.too_large':
				return array(
					__( 'The answer was far larger than any that Mautic makes.', 'connector-for-mautic' ),
					__( 'Check the base URL, and ask for less at a time. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.missing_field':
			case 'token.wrong_type':
				return array(
					__( 'Mautic’s answer was not complete or not well formed.', 'connector-for-mautic' ),
					__( 'Try again. If it stays, ask whoever looks after Mautic. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.rate_limited':
			case 'api.rate_limited':
				return array(
					__( 'Mautic has had too many requests and asks for patience.', 'connector-for-mautic' ),
					__( 'Wait and try again, or raise the limit in Mautic: Settings, Configuration, API Settings.', 'connector-for-mautic' ),
				);
			case 'token.server_error':
			case 'api.server_error':
				return array(
					__( 'Mautic had an error of its own.', 'connector-for-mautic' ),
					__( 'Try again later. If it stays, Mautic’s log says more. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.retry_later':
				return array(
					__( 'The last attempt to renew the token has failed, and this site waits before it asks Mautic again.', 'connector-for-mautic' ),
					__( 'Wait a little. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'token.unexpected_status':
			case 'api.unexpected_status':
				return array(
					__( 'Mautic’s answer was one that is not expected here.', 'connector-for-mautic' ),
					__( 'Try again later. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'api.unauthorized':
				return array(
					__( 'Mautic did not let this site into its API.', 'connector-for-mautic' ),
					__( 'Check in Mautic that the user who accepted still exists and may use the API, then press Authorize.', 'connector-for-mautic' ),
				);
			case 'api.header_stripped':
				return array(
					__( 'Mautic’s web server takes the Authorization header away before Mautic sees it.', 'connector-for-mautic' ),
					__( 'On Apache add “CGIPassAuth On” or “SetEnvIf Authorization .+ HTTP_AUTHORIZATION=$0” for Mautic; on nginx pass the header to PHP.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * The network.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_transport( string $code ): ?array {
		switch ( $code ) {
			case 'transport.dns':
				return array(
					__( 'The name of the Mautic server could not be found.', 'connector-for-mautic' ),
					__( 'Check the base URL for a slip. If it is right, try again later: the connection is kept.', 'connector-for-mautic' ),
				);
			case 'transport.refused':
				return array(
					__( 'The Mautic server takes no connections.', 'connector-for-mautic' ),
					__( 'Check that Mautic is running and that the base URL has the right port. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'transport.timeout':
				return array(
					__( 'The Mautic server did not answer in time.', 'connector-for-mautic' ),
					__( 'Try again later. If it stays, a firewall may keep this site from Mautic. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'transport.tls':
				return array(
					__( 'The Mautic server’s certificate could not be verified, or no secure connection came about.', 'connector-for-mautic' ),
					__( 'Have the certificate of the Mautic server mended; it must be valid for the name in the base URL. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'transport.failed':
				return array(
					__( 'No answer came from the Mautic server.', 'connector-for-mautic' ),
					__( 'Try again later. The connection is kept.', 'connector-for-mautic' ),
				);
			case 'transport.blocked':
				return array(
					__( 'This WordPress forbids requests to the Mautic server.', 'connector-for-mautic' ),
					__( 'Add its host to WP_ACCESSIBLE_HOSTS in wp-config.php, or remove WP_HTTP_BLOCK_EXTERNAL.', 'connector-for-mautic' ),
				);
			case 'transport.address_refused':
				return array(
					__( 'The Mautic server’s name leads to an address that this site does not connect to.', 'connector-for-mautic' ),
					__( 'Check the base URL. Private addresses in a network of sites need CONNECTOR_FOR_MAUTIC_ALLOW_PRIVATE_HOSTS defined as true in wp-config.php.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * This site: callers, storage, and the core itself.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_site( string $code ): ?array {
		$update = __( 'Update or reinstall the plugin. What is stored was left as it is.', 'connector-for-mautic' );
		switch ( $code ) {
			case 'message.invalid':
			case 'message.entropy':
				return array( __( 'The parts of the plugin do not understand each other.', 'connector-for-mautic' ), $update );
			case 'api_call.method_unknown':
				return array(
					__( 'The API was called with a method that it does not have.', 'connector-for-mautic' ),
					__( 'Use GET, POST, PUT, PATCH or DELETE. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.path_invalid':
				return array(
					__( 'The API was called with a path that cannot be one.', 'connector-for-mautic' ),
					__( 'Give the path below /api/, such as “contacts/42”, and the query apart from it. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.query_invalid':
				return array(
					__( 'The API was called with a query that is not encoded.', 'connector-for-mautic' ),
					__( 'Give the query as an array, or encoded. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.content_type_invalid':
				return array(
					__( 'The API was called with a content type that cannot be one.', 'connector-for-mautic' ),
					__( 'Give one such as “application/json”. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.body_invalid':
				return array(
					__( 'The API was called with a body that cannot be written as JSON.', 'connector-for-mautic' ),
					__( 'Give an array of texts, numbers, true, false, null and arrays of them. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'connection.not_configured':
				return array(
					__( 'This site is not set up for Mautic yet.', 'connector-for-mautic' ),
					__( 'Enter base URL, client ID and client secret on the page “Mautic”, and press Authorize.', 'connector-for-mautic' ),
				);
			case 'connection.needs_authorization':
				return array(
					__( 'This site is not connected to Mautic.', 'connector-for-mautic' ),
					__( 'Press Authorize on the page “Mautic”.', 'connector-for-mautic' ),
				);
			case 'connection.key_missing':
				return array(
					__( 'There is no key to encrypt secrets with: AUTH_KEY and AUTH_SALT are not set in wp-config.php.', 'connector-for-mautic' ),
					__( 'Set them as wp-config-sample.php describes, or define CONNECTOR_FOR_MAUTIC_KEY with at least 32 random characters.', 'connector-for-mautic' ),
				);
			case 'connection.key_changed':
				return array(
					__( 'The keys in wp-config.php have changed since the connection was stored, so it cannot be read.', 'connector-for-mautic' ),
					__( 'Put the former AUTH_KEY and AUTH_SALT (or CONNECTOR_FOR_MAUTIC_KEY) back, or press Reset and set the connection up again.', 'connector-for-mautic' ),
				);
			case 'connection.damaged':
				return array(
					__( 'The stored connection is damaged and cannot be read.', 'connector-for-mautic' ),
					__( 'Restore the database from a backup, or press Reset and set the connection up again.', 'connector-for-mautic' ),
				);
			case 'connection.other_site':
				return array(
					__( 'The stored connection belongs to another site and cannot be read here.', 'connector-for-mautic' ),
					__( 'Press Reset and set this site’s own connection up.', 'connector-for-mautic' ),
				);
			case 'connection.newer_version':
				return array(
					__( 'A newer version of the plugin stored the connection.', 'connector-for-mautic' ),
					__( 'Update the plugin. To begin anew with this version, press Reset.', 'connector-for-mautic' ),
				);
			case 'lock.busy':
				return array(
					__( 'Another process is renewing the connection and has not finished.', 'connector-for-mautic' ),
					__( 'Try again in a minute.', 'connector-for-mautic' ),
				);
			case 'store.failed':
				return array(
					__( 'The database did not take the change; nothing was changed.', 'connector-for-mautic' ),
					__( 'Try again. If it stays, ask your host about the database.', 'connector-for-mautic' ),
				);
			case 'core.trap':
				return array( __( 'The compiled core of the plugin stopped. What is stored was left as it is.', 'connector-for-mautic' ), __( 'Try again. If it stays, update or reinstall the plugin.', 'connector-for-mautic' ) );
			case 'core.jit':
				return array(
					__( 'PHP’s JIT compiler is on and cannot be switched off for this plugin, whose code it would run wrongly.', 'connector-for-mautic' ),
					__( 'Set opcache.jit=off in php.ini, or ask your host to. What is stored was left as it is.', 'connector-for-mautic' ),
				);
			case 'core.files':
				return array(
					__( 'The files of the plugin’s core do not belong together, as happens in the middle of an update.', 'connector-for-mautic' ),
					__( 'Wait a minute and try again. If it stays, reinstall the plugin.', 'connector-for-mautic' ),
				);
		}
		return null;
	}
}
