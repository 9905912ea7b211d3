<?php
/**
 * What Mautic showed, in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The sentences of what somebody saw instead of coming back from Mautic, and pasted; see Messages. What
 * Mautic shows is named as it reads in English, and so are its menus.
 */
final class Explain_Messages {

	/**
	 * What was pasted.
	 *
	 * @param string $code   The code.
	 * @param string $detail An address or a client ID that stood in it.
	 * @return array{0: string, 1: string}|null
	 */
	public static function about_what_was_shown( string $code, string $detail ): ?array {
		return self::about_mautic( $code ) ?? self::about_addresses( $code, $detail ) ?? self::about_the_way( $code );
	}

	/**
	 * That there is a Mautic at another address than the one that was entered.
	 *
	 * @param array<string, mixed> $error An `error` of the core.
	 * @return string Empty if it suggests none.
	 */
	public static function suggestion( array $error ): string {
		return '' === ( $error['suggestion'] ?? '' )
			? ''
			/* translators: %s: address of a Mautic server */
			: sprintf( __( 'A Mautic was found at %s.', 'connector-for-mautic' ), $error['suggestion'] );
	}

	/**
	 * Pages and messages of Mautic itself.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_mautic( string $code ): ?array {
		switch ( $code ) {
			case 'explain.login':
				return array(
					__( 'This is Mautic’s login page for an authorization. It is expected, also for somebody who is logged in to Mautic already: an authorization has a login of its own.', 'connector-for-mautic' ),
					__( 'Log in with the user name or e-mail address of your Mautic user and the password that Mautic itself knows, then press Accept. A login through another service (single sign-on) does not count here: have a password set for that user in Mautic under Settings, Users.', 'connector-for-mautic' ),
				);
			case 'explain.wrong_password':
				return array(
					__( 'Mautic did not take this user name with this password; nothing was changed.', 'connector-for-mautic' ),
					__( 'Log in again with the user name and password of your Mautic user, not of this site. If the password is forgotten, Mautic’s ordinary login page sends a new one (“forgot your password?”); then press Authorize again.', 'connector-for-mautic' ),
				);
			case 'explain.consent':
				return array(
					__( 'Mautic asks whether this site may connect to your account there. So far all is well.', 'connector-for-mautic' ),
					__( 'Press Accept, once. You come back here, and the site is connected. If the page shows an error instead, paste its text here: the address alone does not say so.', 'connector-for-mautic' ),
				);
			case 'explain.dashboard':
				return array(
					__( 'You are inside Mautic, and Mautic has forgotten on the way that this site had asked; nothing was changed. This happens if Mautic’s login leads to another address than the base URL, such as with www or without, or if the browser keeps no cookies of Mautic.', 'connector-for-mautic' ),
					__( 'Compare three addresses, which must be the same: the one that the browser now shows, up to /s, the base URL on this page, and “Site URL” in Mautic under Settings, Configuration, System Settings. Then press Authorize again, and log in on the page that opens.', 'connector-for-mautic' ),
				);
			case 'explain.error_500':
				return array(
					__( '“error #500” after a login or after Accept has two usual causes: the redirect URI in Mautic is not the one of this site, or Accept was pressed twice. Mautic does not come back from it, and nothing was changed.', 'connector-for-mautic' ),
					__( 'In Mautic open Settings, API Credentials, click the name of this site’s credentials, replace “Redirect URI” with the one from this page, and save. If it is the same already, leave it. Then press Authorize here, and Accept only once.', 'connector-for-mautic' ),
				);
			case 'explain.forbidden':
				return array(
					__( '“Oops! An Error Occurred” with “403 Forbidden” means that the user who logged in to Mautic has a role that may not use the API; nothing was changed.', 'connector-for-mautic' ),
					__( 'Have an administrator of Mautic open Settings, Roles, click that user’s role, choose the tab Permissions, there API Permissions, tick “Granted” for API Access, and save. Then press Authorize again. To use another Mautic user instead, do so in a private window of the browser, since this one keeps the login.', 'connector-for-mautic' ),
				);
			case 'explain.client_not_found':
				return array(
					__( 'Mautic has no credentials with the client ID that is saved here: they were deleted there, or the client ID is not the whole one, or of another Mautic. Nothing was changed.', 'connector-for-mautic' ),
					__( 'In Mautic open Settings, API Credentials. If this site’s are there, copy client ID (“Public Key”) and client secret (“Secret Key”) again, save both here, and press Authorize. If not, press New, choose OAuth 2, paste the redirect URI from this page, save, and copy the new ones.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * Addresses, and what is not to be pasted.
	 *
	 * @param string $code   The code.
	 * @param string $detail An address or a client ID that stood in it.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_addresses( string $code, string $detail ): ?array {
		switch ( $code ) {
			case 'explain.redirect_uri_differs':
				return array(
					/* translators: %s: an address */
					sprintf( __( 'This authorization would return to %s. That is not the redirect URI of this page, so it was begun elsewhere, or before this site’s address changed.', 'connector-for-mautic' ), $detail ),
					__( 'Close it. See that “Redirect URI” in Mautic (Settings, API Credentials) is the one from this page, and press Authorize here.', 'connector-for-mautic' ),
				);
			case 'explain.client_differs':
				return array(
					/* translators: %s: a client ID */
					sprintf( __( 'This authorization has the client ID “%s”, which is not the one that is saved here. So it was begun by another site, or before the client ID was changed.', 'connector-for-mautic' ), $detail ),
					__( 'Close it. Compare the client ID here with the one in Mautic (Settings, API Credentials), save the right one with its client secret, and press Authorize.', 'connector-for-mautic' ),
				);
			case 'explain.server_differs':
				return array(
					/* translators: %s: an address */
					sprintf( __( 'This comes from %s, and not from the base URL.', 'connector-for-mautic' ), $detail ),
					__( 'If that is your Mautic, make its address the base URL, enter the client secret again, save, and press Authorize. If it is not, close that page: this site has nothing to do with it.', 'connector-for-mautic' ),
				);
			case 'explain.address_only':
				return array(
					__( 'This is only the beginning of the address of Mautic’s page for an authorization. What this site asks for is missing, so Mautic cannot answer it.', 'connector-for-mautic' ),
					__( 'Do not open that address by hand: press Authorize here, which sends you there with all that belongs to it. If Authorize itself has led you there, paste the text of the page that Mautic shows.', 'connector-for-mautic' ),
				);
			case 'explain.returned':
				return array(
					__( 'Mautic has accepted: this is the return to this very site, with a code that is good for 30 seconds and for one use.', 'connector-for-mautic' ),
					__( 'See above whether the site is connected. If it is not, press Authorize again. If the return ends in an error page of this site each time, a firewall or security plugin holds it up: have it let “code” and “state” through to wp-admin/admin.php.', 'connector-for-mautic' ),
				);
			case 'explain.returned_elsewhere':
				return array(
					/* translators: %s: an address */
					sprintf( __( 'Mautic has accepted, but returned to %s, which is not the redirect URI of this page; nothing was changed here.', 'connector-for-mautic' ), $detail ),
					__( 'If that is another address of this same site, such as with www or without, log in to WordPress under the one that stands in Settings, General, open the page “Mautic” there, put its redirect URI into Mautic (Settings, API Credentials), and press Authorize.', 'connector-for-mautic' ),
				);
			case 'explain.secret':
				return array(
					__( 'This looks like a secret or a token. It was not kept, but it does not belong here.', 'connector-for-mautic' ),
					__( 'Enter a client secret or a password only in its own field under Settings. If others may have seen it, have it replaced in Mautic: delete the credentials under Settings, API Credentials, create new ones, and save them here; or give the user another password.', 'connector-for-mautic' ),
				);
			case 'explain.empty':
				return array(
					__( 'There is nothing to explain yet.', 'connector-for-mautic' ),
					__( 'Copy what Mautic showed, a message, an address or the text of the whole page, and paste it here.', 'connector-for-mautic' ),
				);
			case 'explain.unknown':
				return array(
					__( 'This is nothing that Mautic is known to show on the way.', 'connector-for-mautic' ),
					__( 'Paste more of it: the text of the whole page, and the address that the browser shows for it. If that does not help, press Test connection, which looks at the way from this site to Mautic step by step.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * What stands in front of Mautic, and the browser.
	 *
	 * @param string $code The code.
	 * @return array{0: string, 1: string}|null
	 */
	private static function about_the_way( string $code ): ?array {
		switch ( $code ) {
			case 'explain.not_found':
				return array(
					__( 'The server has no page at that address, and it is not Mautic that says so: the base URL is not Mautic’s, or the web server does not hand such addresses to Mautic. Nothing was changed.', 'connector-for-mautic' ),
					__( 'Open Mautic’s dashboard in a browser and compare its address, up to /s, with the base URL. If they are the same, press Test connection, which finds out whether Mautic answers at another address.', 'connector-for-mautic' ),
				);
			case 'explain.blocked':
				return array(
					__( 'A firewall in front of Mautic holds the page up, or asks whether you are a human being; nothing was changed.', 'connector-for-mautic' ),
					__( 'Answer its question, or have whoever runs the firewall let you through. It must also let this site’s server reach /oauth and /api of Mautic, where nobody can answer a question. Then press Authorize again.', 'connector-for-mautic' ),
				);
			case 'explain.server_error':
				return array(
					__( 'Mautic is out of order or under maintenance at the moment; nothing was changed.', 'connector-for-mautic' ),
					__( 'Wait some minutes, see whether Mautic’s own pages open, and press Authorize again. If it keeps happening, tell whoever runs Mautic: the log of its web server says more.', 'connector-for-mautic' ),
				);
			case 'explain.certificate':
				return array(
					__( 'The browser does not trust the certificate of the Mautic server. This site would not either, and sends no secret there.', 'connector-for-mautic' ),
					__( 'Have the certificate mended: it must be valid for the name in the base URL, not be expired, and come with its intermediate certificates. Do not pass the browser’s warning with your password.', 'connector-for-mautic' ),
				);
			case 'explain.unreachable':
				return array(
					__( 'The browser cannot reach the Mautic server: its name was not found, or nothing answers there.', 'connector-for-mautic' ),
					__( 'Check the base URL for a slip, and that Mautic is running. If it can be reached only from inside a network or a VPN, authorize from there. Whether this site’s own server reaches it, Test connection says.', 'connector-for-mautic' ),
				);
		}
		return null;
	}
}
