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
	 * What the Mautic server refused or got wrong, at the token endpoint or in the API.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string, 2?: bool}|null The third says that a connection is kept.
	 */
	public static function about_server( string $code ): ?array {
		switch ( $code ) {
			case 'token.invalid_grant':
			case 'api.invalid_grant':
				return array(
					__( 'Mautic no longer accepts this site’s tokens. They may have lapsed, or another copy of this site may have used them.', 'connector-for-mautic' ),
					__( 'Press Authorize to connect again.', 'connector-for-mautic' ),
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
					__( 'Try again. If it stays, look at what stands between this site and Mautic.', 'connector-for-mautic' ),
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
					__( 'Try again. If it stays, ask whoever looks after Mautic.', 'connector-for-mautic' ),
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
					__( 'Try again later. If it stays, Mautic’s log says more.', 'connector-for-mautic' ),
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
	 * @return array{0: string, 1: string, 2?: bool}|null The third says that a connection is kept.
	 */
	public static function about_transport( string $code ): ?array {
		switch ( $code ) {
			case 'transport.dns':
				return array(
					__( 'The name of the Mautic server could not be found.', 'connector-for-mautic' ),
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
					__( 'Try again later. If it stays, a firewall may keep this site from Mautic.', 'connector-for-mautic' ),
					true,
				);
			case 'transport.tls':
				return array(
					__( 'The Mautic server’s certificate could not be verified, or no secure connection came about.', 'connector-for-mautic' ),
					__( 'Have the certificate of the Mautic server mended; it must be valid for the name in the base URL.', 'connector-for-mautic' ),
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
}
