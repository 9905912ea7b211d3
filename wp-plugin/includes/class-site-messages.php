<?php
/**
 * Codes of this site, in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The sentences of callers, storage, keys, schedule and the core itself; see Messages.
 */
final class Site_Messages {

	/**
	 * This site: callers, storage, and the core itself.
	 *
	 * @param string $code   The code.
	 * @param string $detail What it is about.
	 * @return array{0: string, 1: string}|null
	 */
	public static function about_site( string $code, string $detail ): ?array {
		$update = __( 'Update or reinstall the plugin. What is stored was left as it is.', 'connector-for-mautic' );
		switch ( $code ) {
			case 'message.invalid':
			case 'message.entropy':
				return array( __( 'The parts of the plugin do not understand each other.', 'connector-for-mautic' ), $update );
			case 'api_call.method_unknown':
				return array(
					__( 'The API was called with a method that it does not have.', 'connector-for-mautic' ),
					__( 'Use GET, HEAD, POST, PUT, PATCH or DELETE. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.path_invalid':
				return array(
					__( 'The API was called with a path that cannot be one.', 'connector-for-mautic' ),
					__( 'Give the path below /api/, such as “contacts/42”, and the query apart from it. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.query_invalid':
				return '' === $detail
					? array(
						__( 'The API was called with a query that is not encoded.', 'connector-for-mautic' ),
						__( 'Give the query as an array, or encoded. Nothing was sent.', 'connector-for-mautic' ),
					)
					: array(
						/* translators: %s: name of a parameter in an address */
						sprintf( __( 'The API was called with “%s” in the query, which only the connection itself may send.', 'connector-for-mautic' ), $detail ),
						__( 'Leave it out: the call is authenticated with the site’s own connection. Nothing was sent.', 'connector-for-mautic' ),
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
			case 'api_call.form_invalid':
				return array(
					/* translators: %s: name of a field of a form */
					sprintf( __( 'The API was called with a form that has a field “%s”, which only the connection itself may send.', 'connector-for-mautic' ), $detail ),
					__( 'Leave it out: the connection authenticates the call. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.body_not_allowed':
				return array(
					__( 'The API was called with a body and a method that takes none.', 'connector-for-mautic' ),
					__( 'Give what a GET or HEAD asks for as the query. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.body_not_utf8':
				return array(
					__( 'The API was called with a body that is not in UTF-8, and JSON has to be.', 'connector-for-mautic' ),
					__( 'Convert the text to UTF-8 first, or send a file as an upload. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.body_too_large':
				return array(
					__( 'The API was called with a body of more than 16 MiB.', 'connector-for-mautic' ),
					__( 'Send less at a time. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.arguments_invalid':
				return array(
					/* translators: %s: name of an argument of a function, or of a filter */
					sprintf( __( 'The API was called with “%s” in a shape that it cannot use.', 'connector-for-mautic' ), $detail ),
					__( 'The page on the PHP API in the plugin’s documentation says what it takes. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'api_call.not_a_list':
				return array(
					__( 'The records of that path cannot be walked page by page.', 'connector-for-mautic' ) . ( '' === $detail ? '' : ' ' . $detail ),
					__( 'Give a path that lists records, such as “contacts”, or call it with connector_for_mautic_request().', 'connector-for-mautic' ),
				);
			case 'api_call.refused':
				return array(
					'' === $detail
						? __( 'Mautic refused the call.', 'connector-for-mautic' )
						/* translators: %s: words of the Mautic server */
						: sprintf( __( 'Mautic refused the call, and said: “%s”.', 'connector-for-mautic' ), $detail ),
					__( 'Check that the path exists, and that the role of this site’s account in Mautic allows it.', 'connector-for-mautic' ),
				);
			case 'api_call.file_unreadable':
				return array(
					'' === $detail
						? __( 'A file that was to be uploaded cannot be read.', 'connector-for-mautic' )
						/* translators: %s: name of a file */
						: sprintf( __( 'The file “%s”, which was to be uploaded, cannot be read.', 'connector-for-mautic' ), $detail ),
					__( 'Give the path of a file on this server that PHP may read. Nothing was sent.', 'connector-for-mautic' ),
				);
			case 'connection.disconnected':
				return array(
					__( 'This site was disconnected from Mautic, and sends nothing until somebody connects it again.', 'connector-for-mautic' ),
					__( 'Press Test connection on the page “Mautic”.', 'connector-for-mautic' ),
				);
			case 'connection.not_configured':
				return array(
					__( 'This site is not set up for Mautic yet.', 'connector-for-mautic' ),
					__( 'Open the page “Mautic”, enter the settings and save them; the page says what to press then.', 'connector-for-mautic' ),
				);
			case 'connection.needs_authorization':
				return array(
					__( 'This site is not connected to Mautic.', 'connector-for-mautic' ),
					__( 'Press Authorize on the page “Mautic”.', 'connector-for-mautic' ),
				);
			case 'connection.key_missing':
				return null === Overrides::source( 'key' )
					? array(
						__( 'There is no key to encrypt secrets with: AUTH_KEY and AUTH_SALT are not set in wp-config.php.', 'connector-for-mautic' ),
						__( 'Set them as wp-config-sample.php describes, or define CONNECTOR_FOR_MAUTIC_KEY with at least 32 random characters.', 'connector-for-mautic' ),
					)
					: array(
						__( 'There is no key to encrypt secrets with: CONNECTOR_FOR_MAUTIC_KEY is too short to be one.', 'connector-for-mautic' ),
						__( 'Give it at least 32 random characters, or remove it to have the key made of AUTH_KEY and AUTH_SALT.', 'connector-for-mautic' ),
					);
			case 'connection.key_changed':
				return array(
					__( 'The keys in wp-config.php have changed since the connection was stored, so it cannot be read.', 'connector-for-mautic' ),
					__( 'Put the former AUTH_KEY and AUTH_SALT (or CONNECTOR_FOR_MAUTIC_KEY) back; or, if the new ones are to stay, have “wp mautic rotate-key” take the connection over with the former ones. If they are lost, press Reset and set the connection up again.', 'connector-for-mautic' ),
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
			case 'connection.site_changed':
				$changed = '' === $detail
					? __( 'This site’s address is not the one that was connected to Mautic.', 'connector-for-mautic' )
					/* translators: 1 and 2: addresses of sites */
					: sprintf( __( 'This site’s address is %1$s, but %2$s was connected to Mautic.', 'connector-for-mautic' ), get_option( 'siteurl' ), $detail );
				return array(
					$changed . ' ' . __( 'Renewal is paused, since two sites that renew the same token end each other’s connection.', 'connector-for-mautic' ),
					__( 'Say whether this site has moved or is a copy.', 'connector-for-mautic' ),
				);
			case 'connection.site_unchanged':
				return array(
					__( 'This site’s address is the one that was connected to Mautic, so there is nothing to decide.', 'connector-for-mautic' ),
					__( 'To forget the connection on this site all the same, press Disconnect.', 'connector-for-mautic' ),
				);
			case 'cron.silent':
				return array(
					Network::is_active()
						? __( 'The connection is overdue for its renewal in the background: the scheduled tasks (WP-Cron) of this network’s main site have not run.', 'connector-for-mautic' )
						: __( 'The connection is overdue for its renewal in the background: this site’s scheduled tasks (WP-Cron) have not run.', 'connector-for-mautic' ),
					__( 'Press Refresh token now.', 'connector-for-mautic' ) . ' ' . self::how_to_run_cron(),
				);
			case 'lock.busy':
				return array(
					__( 'Another process is renewing the connection and has not finished.', 'connector-for-mautic' ),
					__( 'Try again in a minute.', 'connector-for-mautic' ),
				);
			case 'store.failed':
				return array(
					__( 'The database failed, and what was asked for was not done.', 'connector-for-mautic' ),
					__( 'Try again. If it keeps happening, ask your host about the database.', 'connector-for-mautic' ),
				);
			case 'message.too_large':
				return array(
					__( 'What was entered, or what a plugin has called the API with, is too long to be one of the values that Mautic knows.', 'connector-for-mautic' ),
					__( 'Give shorter values; only the body of a call may be long. Nothing was sent or saved.', 'connector-for-mautic' ),
				);
			case 'core.trap':
				return array( __( 'The compiled core of the plugin stopped. What is stored was left as it is.', 'connector-for-mautic' ), __( 'Try again. If it keeps happening, update or reinstall the plugin.', 'connector-for-mautic' ) );
			case 'core.jit':
				return array(
					__( 'PHP’s JIT compiler is on and cannot be switched off for this plugin, whose code it would run wrongly.', 'connector-for-mautic' ),
					__( 'Set opcache.jit=off in php.ini, or ask your host to. What is stored was left as it is.', 'connector-for-mautic' ),
				);
			case 'core.files':
				return array(
					__( 'The files of the plugin’s core do not belong together, as happens in the middle of an update.', 'connector-for-mautic' ),
					__( 'Wait a minute and try again. If it keeps happening, reinstall the plugin.', 'connector-for-mautic' ),
				);
		}
		return null;
	}

	/**
	 * Whether visits do not run WP-Cron here.
	 */
	public static function cron_is_off(): bool {
		return defined( 'DISABLE_WP_CRON' ) && DISABLE_WP_CRON;
	}

	/**
	 * What runs it, or has to.
	 */
	public static function how_to_run_cron(): string {
		if ( Network::is_active() ) {
			return __( 'The main site of this network renews the connections of all: who runs the network has to see to it that the server’s cron runs “wp cron event run --due-now” there every few minutes.', 'connector-for-mautic' );
		}
		return ! self::cron_is_off()
			? __( 'Visits run WP-Cron, unless a cache answers them or nobody comes: then have your server’s cron run “wp cron event run --due-now” every few minutes.', 'connector-for-mautic' )
			: __( 'Visits do not run WP-Cron here (DISABLE_WP_CRON), so your server’s cron has to: with “wp cron event run --due-now” every few minutes, or “wp mautic refresh” every six hours.', 'connector-for-mautic' );
	}
}
