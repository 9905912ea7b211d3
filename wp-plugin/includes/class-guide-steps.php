<?php
/**
 * The way to a connection, in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * What is to be done for each method, step by step, with the names that Mautic 4 to 7 have for it in English,
 * and the pages of Mautic where it is done.
 *
 * A step is an array of `title`; `text`, its sentences; and where they apply `links` (paths below the base URL
 * of Mautic, with their labels), `parts` (what the page shows in it: `values` to enter in Mautic, the
 * `redirect_uri` alone, the `preview` of what is asked), `proof` (the member of the core's `guide` that says it is
 * done, or `saved`) and `fields` (of the form; filled in, they say so as well).
 */
final class Guide_Steps {

	private const API_SETTINGS    = '/s/config/edit?tab=apiconfig';
	private const NEW_CREDENTIALS = '/s/credentials/new';

	/**
	 * The steps of a method, in order.
	 *
	 * @param Method $method The method.
	 * @return array<int, array<string, mixed>>
	 */
	public static function of( Method $method ): array {
		return match ( $method ) {
			Method::AUTHORIZATION_CODE => array( self::address(), self::api_with_lifetime(), self::credentials(), self::copy(), self::authorize() ),
			Method::CLIENT_CREDENTIALS => array( self::address(), self::api(), self::credentials_of_an_administrator(), self::copy(), self::test() ),
			Method::BASIC              => array( self::address(), self::api_with_basic(), self::user(), self::password(), self::test() ),
		};
	}

	/**
	 * The base URL.
	 *
	 * @return array<string, mixed>
	 */
	private static function address(): array {
		return array(
			'title'  => __( 'Tell this site where Mautic is', 'connector-for-mautic' ),
			'text'   => array( __( 'Open Mautic, copy its address from the browser, and paste it into Base URL. It may be the address of any page of Mautic: what is too much is cut off.', 'connector-for-mautic' ) ),
			'links'  => array( '/s/dashboard' => __( 'Open Mautic', 'connector-for-mautic' ) ),
			'proof'  => 'mautic',
			'fields' => array( 'base_url' ),
		);
	}

	/**
	 * The API.
	 *
	 * @return array<string, mixed>
	 */
	private static function api(): array {
		return array(
			'title' => __( 'Switch Mautic’s API on', 'connector-for-mautic' ),
			'text'  => array( __( 'In Mautic open Settings (the gear), Configuration, API Settings. Set “API enabled?” to Yes, and save.', 'connector-for-mautic' ) ),
			'links' => array( self::API_SETTINGS => __( 'Open API Settings', 'connector-for-mautic' ) ),
			'proof' => 'api',
		);
	}

	/**
	 * The API, and what is worth changing before the first token is issued.
	 *
	 * @return array<string, mixed>
	 */
	private static function api_with_lifetime(): array {
		return array(
			'text' => array(
				__( 'In Mautic open Settings (the gear), Configuration, API Settings. Set “API enabled?” to Yes.', 'connector-for-mautic' ),
				__( 'While you are there, raise “Refresh token lifetime (in days)” from 14 to, say, 90, and enter the same number here under More settings. If this site cannot reach Mautic for that long, somebody has to authorize it again. “Access token lifetime (in minutes)” may stay at 60: the site renews it by itself.', 'connector-for-mautic' ),
				__( 'Save. Lifetimes count for what is issued afterwards, so this comes before Authorize.', 'connector-for-mautic' ),
			),
		) + self::api();
	}

	/**
	 * The API and HTTP Basic.
	 *
	 * @return array<string, mixed>
	 */
	private static function api_with_basic(): array {
		return array(
			'text' => array( __( 'In Mautic open Settings (the gear), Configuration, API Settings. Set “API enabled?” and “Enable HTTP basic auth?” to Yes, and save.', 'connector-for-mautic' ) ),
		) + self::api();
	}

	/**
	 * The credentials.
	 *
	 * @return array<string, mixed>
	 */
	private static function credentials(): array {
		return array(
			'title'  => __( 'Create API credentials in Mautic', 'connector-for-mautic' ),
			'text'   => array( __( 'In Mautic open Settings, API Credentials (it is there once the API is on) and press New. Enter this, and press Apply (in newer versions Save):', 'connector-for-mautic' ) ),
			'links'  => array( self::NEW_CREDENTIALS => __( 'Open API Credentials', 'connector-for-mautic' ) ),
			'parts'  => array( 'values' ),
			'proof'  => 'credentials',
			'fields' => array( 'client_id', 'client_secret' ),
		);
	}

	/**
	 * The credentials, where those who create them matter.
	 *
	 * @return array<string, mixed>
	 */
	private static function credentials_of_an_administrator(): array {
		return array(
			'text' => array(
				__( 'Only credentials that an administrator of Mautic has created can be used without a login. They have the rights of that administrator’s role.', 'connector-for-mautic' ),
				__( 'In Mautic open Settings, API Credentials (it is there once the API is on) and press New. Enter this, and press Apply (in newer versions Save). The redirect URI is not used with this method, but Mautic asks for one:', 'connector-for-mautic' ),
			),
		) + self::credentials();
	}

	/**
	 * What comes from Mautic into the form.
	 *
	 * @return array<string, mixed>
	 */
	private static function copy(): array {
		return array(
			'title' => __( 'Copy Client ID and Client Secret', 'connector-for-mautic' ),
			'text'  => array( __( 'Mautic shows both once you have saved; in its list of credentials they are called “Public Key” and “Secret Key”. Paste them into the fields of the same name here, and press Save settings. The site then asks Mautic whether they are right.', 'connector-for-mautic' ) ),
			'proof' => 'credentials',
		);
	}

	/**
	 * The authorization.
	 *
	 * @return array<string, mixed>
	 */
	private static function authorize(): array {
		return array(
			'title' => __( 'Authorize', 'connector-for-mautic' ),
			'text'  => array(
				__( 'Press Authorize above. Mautic asks for your user name and password once more, even if you are logged in already. Then press Accept, once, and you come back here.', 'connector-for-mautic' ),
				__( 'If Mautic shows something else, paste it below under “Mautic showed something else?”.', 'connector-for-mautic' ),
			),
			'parts' => array( 'preview' ),
			'proof' => 'connected',
		);
	}

	/**
	 * The user of Basic.
	 *
	 * @return array<string, mixed>
	 */
	private static function user(): array {
		return array(
			'title'  => __( 'Create a user for this site', 'connector-for-mautic' ),
			'text'   => array( __( 'In Mautic open Settings, Roles, and create a role that may do only what this site needs. Then open Settings, Users, and create a user with that role, for this site alone.', 'connector-for-mautic' ) ),
			'links'  => array(
				'/s/roles/new' => __( 'Create a role', 'connector-for-mautic' ),
				'/s/users/new' => __( 'Create a user', 'connector-for-mautic' ),
			),
			'proof'  => 'saved',
			'fields' => array( 'username', 'password' ),
		);
	}

	/**
	 * What of that user comes into the form.
	 *
	 * @return array<string, mixed>
	 */
	private static function password(): array {
		return array(
			'title' => __( 'Enter User name and Password', 'connector-for-mautic' ),
			'text'  => array( __( 'Enter that user’s name and password here, and press Save settings.', 'connector-for-mautic' ) ),
			'proof' => 'saved',
		);
	}

	/**
	 * The first call, where nobody authorizes.
	 *
	 * @return array<string, mixed>
	 */
	private static function test(): array {
		return array(
			'title' => __( 'Test the connection', 'connector-for-mautic' ),
			'text'  => array( __( 'Press Test connection above. With the first answer of Mautic the site is connected.', 'connector-for-mautic' ) ),
			'proof' => 'connected',
		);
	}
}
