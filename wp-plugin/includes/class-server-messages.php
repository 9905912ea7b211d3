<?php
/**
 * Codes of the Mautic server and of the way to it, in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The sentences of answers and of their absence; see Messages.
 */
final class Server_Messages {

	/**
	 * What has a web server hand the Authorization header to Mautic, by its name. Apache takes it in the
	 * .htaccess of Mautic, nginx where it passes requests to PHP.
	 */
	public const HEADER_LINES = array(
		'Apache' => 'SetEnvIf Authorization .+ HTTP_AUTHORIZATION=$0',
		'nginx'  => 'fastcgi_param HTTP_AUTHORIZATION $http_authorization;',
	);

	/**
	 * What the Mautic server refused or got wrong, at the token endpoint or in the API.
	 *
	 * @param string $code   The code.
	 * @param Method $method The connection's.
	 * @return array{0: string, 1: string, 2?: bool}|null The third says that a connection is kept.
	 */
	public static function about_server( string $code, Method $method ): ?array {
		$button = $method->button();
		switch ( $code ) {
			case 'token.invalid_grant':
			case 'api.invalid_grant':
				return array(
					__( 'Mautic no longer accepts this site’s tokens, and the connection has ended. They may have lapsed, or another copy of this site may have used them.', 'connector-for-mautic' ),
					/* translators: %s: label of a button */
					sprintf( __( 'Press %s to connect again.', 'connector-for-mautic' ), $button ),
				);
			case 'token.refresh_answer_lost':
				return array(
					__( 'Mautic no longer accepts this site’s refresh token. It was probably replaced in a renewal whose answer never arrived.', 'connector-for-mautic' ),
					__( 'Press Authorize to connect again. Until the access token ends, requests go on.', 'connector-for-mautic' ),
				);
			case 'token.refresh_unanswered':
				return array(
					__( 'A renewal was begun and never finished: its process ended on the way, or its answer was lost.', 'connector-for-mautic' ),
					__( 'Wait a minute: the site tries again by itself.', 'connector-for-mautic' ),
					true,
				);
			case 'token.code_invalid':
				return array(
					__( 'Mautic did not accept the code that it had just given: it is good for 30 seconds and for one use. Nothing was changed.', 'connector-for-mautic' ),
					__( 'Press Authorize again.', 'connector-for-mautic' ),
				);
			case 'token.invalid_client':
				return array(
					__( 'Mautic does not know this client ID with this client secret, and gives this site no token.', 'connector-for-mautic' ),
					/* translators: %s: label of a button */
					sprintf( __( 'Copy both again from Mautic (Settings, API Credentials), save them here, and press %s.', 'connector-for-mautic' ), $button ),
				);
			case 'token.unauthorized_client':
				return Method::CLIENT_CREDENTIALS === $method
					? array(
						__( 'Mautic does not let these credentials connect without a person: whoever created them was no administrator.', 'connector-for-mautic' ),
						__( 'Have an administrator of Mautic create new ones (Settings, API Credentials, New), save them here, and press Test connection. To make the creator an administrator afterwards does not change the old ones.', 'connector-for-mautic' ),
					)
					: array(
						__( 'Mautic does not allow these credentials to be used this way, and gives this site no token.', 'connector-for-mautic' ),
						__( 'Create new ones in Mautic: Settings, API Credentials, New, OAuth 2. Then save them here.', 'connector-for-mautic' ),
					);
			case 'token.redirect_uri_mismatch':
				return array(
					__( 'The redirect URI in Mautic is not the one of this site, so Mautic does not send you back here. Nothing was changed.', 'connector-for-mautic' ),
					__( 'In Mautic open Settings, API Credentials, click the name of this site’s credentials, replace “Redirect URI” with the one from this page, and save. Then press Authorize again.', 'connector-for-mautic' ),
				);
			case 'token.invalid_request':
				return array(
					__( 'Mautic did not understand the request. Usually something in between, such as a redirect to another address, took its content away.', 'connector-for-mautic' ),
					__( 'Check that the base URL is exactly the address that the browser shows in Mautic, with or without www.', 'connector-for-mautic' ),
				);
			case 'token.invalid_scope':
				return array(
					__( 'Mautic refused the scope of the request, though it names none.', 'connector-for-mautic' ),
					/* translators: %s: label of a button */
					sprintf( __( 'Press %s again. If it keeps happening, a plugin of Mautic changes how it authorizes: ask whoever looks after Mautic.', 'connector-for-mautic' ), $button ),
				);
			case 'token.api_disabled':
			case 'api.api_disabled':
				return array(
					__( 'The API is switched off in Mautic, so nothing that this site asks for is answered.', 'connector-for-mautic' ),
					__( 'In Mautic open Settings, Configuration, API Settings, set “API enabled?” to Yes, and save. Then press Test connection here; a connection that was there works again by itself.', 'connector-for-mautic' ),
				);
			case 'token.basic_disabled':
			case 'api.basic_disabled':
				return array(
					__( 'Mautic was sent a user name and password, and takes none for its API: that is switched off there.', 'connector-for-mautic' ),
					Method::BASIC === $method
						? __( 'In Mautic open Settings, Configuration, API Settings, set “Enable HTTP basic auth?” to Yes, and save. Or choose another method here.', 'connector-for-mautic' )
						: __( 'They are not this site’s: something between it and Mautic adds an Authorization header, such as a password in front of the whole server. Remove it for /api and /oauth.', 'connector-for-mautic' ),
				);
			case 'api.basic_refused':
				return array(
					__( 'Mautic refused the user name or the password, so nothing that this site asks for is answered.', 'connector-for-mautic' ),
					__( 'See whether that user can log in to Mautic with them, then save both here and press Test connection. If they are right, Mautic’s web server may keep the Authorization header to itself; the line that mends it stands on the page “Mautic”, under Settings.', 'connector-for-mautic' ),
				);
			case 'token.not_found':
				return array(
					__( 'Mautic answers at this address, but has no token endpoint there, so the site cannot connect.', 'connector-for-mautic' ),
					__( 'Check the base URL: it must be the address of Mautic itself, with its sub-folder if it has one, and with https:// if Mautic uses it.', 'connector-for-mautic' ),
				);
			case 'token.not_mautic':
			case 'api.not_mautic':
				return array(
					__( 'There is no Mautic at this address, so this site has nothing to connect to.', 'connector-for-mautic' ),
					__( 'Check the base URL: it must be the address of Mautic itself, with its sub-folder if it has one.', 'connector-for-mautic' ),
				);
			case 'token.redirected':
			case 'api.redirected':
				return array(
					__( 'Mautic sends this site on to another address. Secrets are never sent on, so the request ended there.', 'connector-for-mautic' ),
					__( 'If that address is your Mautic’s, enter its beginning, up to /api or /oauth, as the base URL.', 'connector-for-mautic' ),
				);
			case 'token.blocked':
			case 'api.blocked':
				return array(
					__( 'A firewall in front of Mautic turned the request away.', 'connector-for-mautic' ),
					__( 'Allow this site’s server to reach /oauth and /api of Mautic.', 'connector-for-mautic' ),
					true,
				);
			case 'token.html':
			case 'api.html':
				return array(
					__( 'Instead of an answer, a web page came back, such as a maintenance page or a firewall’s question.', 'connector-for-mautic' ),
					__( 'Open Mautic in a browser to see what it shows, and try again.', 'connector-for-mautic' ),
					true,
				);
			case 'token.not_json':
			case 'api.not_json':
				return array(
					__( 'What came back was not an answer of Mautic’s.', 'connector-for-mautic' ),
					__( 'Try again. If it keeps happening, look at what stands between this site and Mautic.', 'connector-for-mautic' ),
					true,
				);
			case 'token.too_large':
			case 'api.too_large':
				return array(
					__( 'The answer was far larger than any that Mautic makes.', 'connector-for-mautic' ),
					__( 'Check the base URL, and ask for less at a time.', 'connector-for-mautic' ),
					true,
				);
			case 'token.missing_field':
			case 'token.wrong_type':
				return array(
					__( 'Mautic’s answer was not complete or not well formed.', 'connector-for-mautic' ),
					__( 'Try again. If it keeps happening, ask whoever looks after Mautic.', 'connector-for-mautic' ),
					true,
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
					__( 'Try again later. If it keeps happening, Mautic’s log says more.', 'connector-for-mautic' ),
					true,
				);
			case 'token.retry_later':
				return array(
					__( 'It is too early to ask Mautic for a new token again: an earlier attempt has just failed, or may still be under way.', 'connector-for-mautic' ),
					__( 'Wait a little.', 'connector-for-mautic' ),
					true,
				);
			case 'token.unexpected_status':
			case 'api.unexpected_status':
				return array(
					__( 'Mautic’s answer was one that is not expected here.', 'connector-for-mautic' ),
					__( 'Try again later.', 'connector-for-mautic' ),
					true,
				);
			case 'api.unauthorized':
				return array(
					__( 'Mautic did not let this site into its API, so plugins that use the connection get an error.', 'connector-for-mautic' ),
					self::who_may_use_the_api( $method ),
				);
			case 'api.v2_refused':
				return array(
					__( 'This Mautic lets no token into its second API, whose paths begin with “v2/”. The connection itself works.', 'connector-for-mautic' ),
					__( 'Use the path of the first API, such as “companies” for “v2/companies”. From Mautic 7.1.3 on, the second one takes tokens of the authorization code.', 'connector-for-mautic' ),
				);
			case 'api.header_stripped':
				return array(
					__( 'Mautic’s web server takes the Authorization header away before Mautic sees it, so Mautic refuses every call of this site.', 'connector-for-mautic' ),
					self::how_to_pass_the_header() . ( Method::BASIC === $method ? '' : ' ' . __( 'Only if nobody can do that: switch “Send the access token in the address” on, under Settings.', 'connector-for-mautic' ) ),
				);
		}
		return null;
	}

	/**
	 * What to look at in Mautic, and what to press then.
	 *
	 * @param Method $method The connection's.
	 */
	private static function who_may_use_the_api( Method $method ): string {
		return match ( $method ) {
			Method::AUTHORIZATION_CODE => __( 'Check in Mautic that the user who accepted still exists (Settings, Users) and that the user’s role may use the API (Settings, Roles), then press Authorize.', 'connector-for-mautic' ),
			Method::CLIENT_CREDENTIALS => __( 'Check in Mautic that the credentials still exist (Settings, API Credentials) and that the role of whoever created them may use the API (Settings, Roles), then press Test connection.', 'connector-for-mautic' ),
			Method::BASIC              => __( 'Check in Mautic that the user still exists and is active (Settings, Users), then press Test connection.', 'connector-for-mautic' ),
		};
	}

	/**
	 * How to mend a web server that keeps the header to itself.
	 */
	private static function how_to_pass_the_header(): string {
		/* translators: 1: a line for Apache, 2: a line for nginx */
		return sprintf( __( 'Have whoever runs that server add the line “%1$s” on Apache, to the .htaccess of Mautic; on nginx “%2$s”, where requests go to PHP.', 'connector-for-mautic' ), ...array_values( self::HEADER_LINES ) );
	}

	/**
	 * The network.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string, 2?: bool}|null The third says that a connection is kept.
	 */
	public static function about_transport( string $code ): ?array {
		switch ( $code ) {
			case 'transport.dns':
				return array(
					__( 'The name of the Mautic server could not be found, so nothing was sent.', 'connector-for-mautic' ),
					__( 'Check the base URL for a slip. If it is right, try again later.', 'connector-for-mautic' ),
					true,
				);
			case 'transport.refused':
				return array(
					__( 'The Mautic server takes no connections.', 'connector-for-mautic' ),
					__( 'Check that Mautic is running and that the base URL has the right port.', 'connector-for-mautic' ),
					true,
				);
			case 'transport.timeout':
				return array(
					__( 'The Mautic server did not answer in time.', 'connector-for-mautic' ),
					__( 'Try again later. If it keeps happening, a firewall may keep this site from Mautic.', 'connector-for-mautic' ),
					true,
				);
			case 'transport.tls':
				return array(
					__( 'The Mautic server’s certificate could not be verified, or no secure connection came about, so nothing was sent.', 'connector-for-mautic' ),
					__( 'Have the certificate of the Mautic server mended: it must be valid for the name in the base URL, not be expired, and come with its intermediate certificates.', 'connector-for-mautic' ),
					true,
				);
			case 'transport.failed':
				return array(
					__( 'No answer came from the Mautic server.', 'connector-for-mautic' ),
					__( 'Try again later.', 'connector-for-mautic' ),
					true,
				);
			case 'transport.blocked':
				return array(
					__( 'This WordPress may not send requests to the Mautic server, since WP_HTTP_BLOCK_EXTERNAL is set in wp-config.php. Nothing was sent.', 'connector-for-mautic' ),
					__( 'In wp-config.php add the Mautic server’s name to WP_ACCESSIBLE_HOSTS, or remove WP_HTTP_BLOCK_EXTERNAL.', 'connector-for-mautic' ),
				);
			case 'transport.address_refused':
				return array(
					__( 'The Mautic server’s name leads to an address that this site does not connect to.', 'connector-for-mautic' ),
					__( 'Check the base URL. Private addresses in a network of sites need CONNECTOR_FOR_MAUTIC_ALLOW_PRIVATE_HOSTS defined as true in wp-config.php.', 'connector-for-mautic' ),
				);
		}
		return null;
	}
}
