<?php
/**
 * WP-CLI.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

use WP_CLI;

defined( 'ABSPATH' ) || exit;

/**
 * Connects this site to Mautic and looks after the connection.
 *
 * Exit status: 0 done, 1 failed (the error's code is on standard error), 2 used wrongly.
 */
final class Command {

	/**
	 * Saves settings. A setting that is left out keeps its value.
	 *
	 * ## OPTIONS
	 *
	 * [--auth-method=<method>]
	 * : `authorization_code`, `client_credentials` or `basic`.
	 *
	 * [--base-url=<url>]
	 * : The address of Mautic.
	 *
	 * [--client-id=<id>]
	 * : From Mautic's API credentials.
	 *
	 * [--client-secret=<secret>]
	 * : From the same place; `-` reads it from standard input, which keeps it out of the shell's history.
	 *
	 * [--username=<name>]
	 * : For `basic`: a user of Mautic.
	 *
	 * [--password=<password>]
	 * : That user's; `-` reads it from standard input.
	 *
	 * [--token-in-query=<yes|no>]
	 * : Whether to send the token in the address, for a web server that keeps the Authorization header to itself.
	 *
	 * [--refresh-token-lifetime-days=<days>]
	 * : As it stands in Mautic.
	 *
	 * [--notify-lost=<yes|no>]
	 * : Whether to write an e-mail when the connection is lost.
	 *
	 * [--notify-recovered=<yes|no>]
	 * : Whether to write one when it works again.
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * ## EXAMPLES
	 *
	 *     wp mautic configure --base-url=https://mautic.example.org --client-id=1_abc --client-secret=- < secret.txt
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function configure( $args, $assoc ): void {
		$values = array();
		foreach ( Settings_Form::FIELDS as $name ) {
			$option = str_replace( '_', '-', $name );
			if ( isset( $assoc[ $option ] ) ) {
				$values[ $name ] = (string) $assoc[ $option ];
			}
		}
		foreach ( Settings_Form::SWITCHES as $name ) {
			$option = str_replace( '_', '-', $name );
			if ( isset( $assoc[ $option ] ) ) {
				$on = filter_var( $assoc[ $option ], FILTER_VALIDATE_BOOLEAN, FILTER_NULL_ON_FAILURE );
				if ( null === $on ) {
					/* translators: %s: name of an option */
					Command_Output::misused( sprintf( __( '--%s takes “yes” or “no”.', 'connector-for-mautic' ), $option ) );
				}
				$values[ $name ] = $on ? '1' : '0';
			}
		}
		if ( ! $values ) {
			Command_Output::misused( __( 'Nothing was given to save; see “wp help mautic configure”.', 'connector-for-mautic' ) );
		}
		foreach ( array_keys( array_intersect_key( $values, Overrides::all() ) ) as $name ) {
			Command_Output::misused( '--' . str_replace( '_', '-', $name ) . ': ' . Overrides::origin( $name ) . ' ' . __( 'It cannot be changed here.', 'connector-for-mautic' ) );
		}
		$piped = array_keys( array_intersect_key( $values, array_flip( Overrides::SECRETS ) ), '-', true );
		if ( count( $piped ) > 1 ) {
			Command_Output::misused( __( 'Standard input can give one secret only: save the other with a command of its own.', 'connector-for-mautic' ) );
		}
		foreach ( $piped as $name ) {
			// The line's end is the terminal's, every other byte the secret's.
			$values[ $name ] = (string) preg_replace( '/\r?\n$/D', '', (string) file_get_contents( 'php://stdin' ) );
		}
		foreach ( array_keys( array_intersect_key( $values, array_flip( Overrides::SECRETS ) ), '', true ) as $name ) {
			// It would keep what is stored; whoever names it means to change it.
			/* translators: %s: name of an option */
			Command_Output::misused( sprintf( __( '--%s is empty: nothing was saved. If it comes from standard input, see what went wrong before.', 'connector-for-mautic' ), str_replace( '_', '-', $name ) ) );
		}
		Command_Output::finish( Form_Handler::save_values( $values ), __( 'Settings saved.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Prints the address at which to authorize. Open it in a browser where that user is logged in.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints an object with `url`.
	 *
	 * ## EXAMPLES
	 *
	 *     wp mautic authorize-url --user=admin
	 *
	 * @subcommand authorize-url
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function authorize_url( $args, $assoc ): void {
		$result = Runner::of_site()->run( Form_Handler::authorize_event() );
		$url    = $result->answer['url'] ?? $result->redirect;
		if ( ! $result->ok() || null === $url ) {
			Command_Output::fail( $result, $assoc );
		}
		WP_CLI::line( Command_Output::is_json( $assoc ) ? wp_json_encode( array( 'url' => $url ), JSON_UNESCAPED_SLASHES ) : $url );
	}

	/**
	 * Says where the connection stands.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function status( $args, $assoc ): void {
		$result = Runner::of_site()->run( array( 'type' => 'view' ) );
		if ( ! $result->ok() ) {
			Command_Output::fail( $result, $assoc );
		}
		Command_Output::print_status( $result, $assoc );
	}

	/**
	 * Renews the tokens now.
	 *
	 * Where visits do not run WP-Cron (DISABLE_WP_CRON, or hardly any visits),
	 * let the system's own cron run this every six hours, or “wp cron event run
	 * --due-now” every few minutes. It fails with `lock.busy` while another
	 * process renews, and with `token.retry_later` while it is too early to ask
	 * Mautic again; the next run makes up for it.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * ## EXAMPLES
	 *
	 *     # In a crontab, at a minute of the site's own:
	 *     17 5,11,17,23 * * * wp --path=/var/www/html mautic refresh
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function refresh( $args, $assoc ): void {
		Command_Output::finish( Runner::of_site()->run( array( 'type' => 'refresh' ) ), __( 'The token was renewed.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Looks for what keeps this site from Mautic, step by step, and prints each as it is known.
	 *
	 * Whether the connection works decides the exit status. What is wrong with the site itself, such as its
	 * scheduled tasks, shows in its steps.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object with `steps`.
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function test( $args, $assoc ): void {
		Command_Output::finish( Doctor::run( false, Command_Output::is_json( $assoc ) ? null : Command_Output::printer_of_steps() ), __( 'The connection works: Mautic has answered.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Calls Mautic's API and prints the body of the answer.
	 *
	 * ## OPTIONS
	 *
	 * [<method>]
	 * : HTTP method.
	 *
	 * [<path>]
	 * : Below `/api/`, such as `contacts`.
	 *
	 * [--query=<query>]
	 * : Encoded query string.
	 *
	 * [--body=<body>]
	 * : JSON; `-` reads it from standard input.
	 *
	 * [--format=<format>]
	 * : `json` prints an object with `status`, `headers` and `body`.
	 *
	 * ## EXAMPLES
	 *
	 *     wp mautic request GET contacts --query='limit=1'
	 *     wp mautic request POST contacts/new --body='{"email": "ada@example.org"}'
	 *
	 * @param string[]              $args  Method and path.
	 * @param array<string, string> $assoc Options.
	 */
	public function request( $args, $assoc ): void {
		if ( 2 !== count( $args ) ) {
			Command_Output::misused( __( 'Give a method and a path, such as “GET contacts”.', 'connector-for-mautic' ) );
		}
		$given = array_intersect_key( $assoc, array_flip( array( 'query', 'body' ) ) );
		if ( '-' === ( $given['body'] ?? '' ) ) {
			$given['body'] = file_get_contents( 'php://stdin' );
		}
		$response = Api::request( $args[0], $args[1], $given );
		if ( is_wp_error( $response ) ) {
			$error = $response->get_error_data() ?? array();
			Command_Output::stop( (string) $response->get_error_code(), $response->get_error_message(), $error['kind'] ?? '', $assoc );
		}
		if ( Command_Output::is_json( $assoc ) ) {
			WP_CLI::line( (string) wp_json_encode( $response, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		} else {
			WP_CLI::line( is_string( $response['body'] ) ? $response['body'] : (string) wp_json_encode( $response['body'], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		}
		if ( $response['status'] >= 400 ) {
			/* translators: %d: HTTP status */
			WP_CLI::error( sprintf( __( 'Mautic answered with HTTP status %d.', 'connector-for-mautic' ), $response['status'] ), false );
			WP_CLI::halt( Command_Output::FAILED );
		}
	}

	/**
	 * Answers that this site has moved: the connection goes on at its new address.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * @subcommand site-moved
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function site_moved( $args, $assoc ): void {
		Command_Output::finish( Runner::of_site()->run( array( 'type' => 'site_moved' ) ), __( 'The connection goes on at this address.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Answers that this site is a copy: it forgets the connection, which stays with the original.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * @subcommand site-copied
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function site_copied( $args, $assoc ): void {
		Command_Output::finish( Runner::of_site()->run( array( 'type' => 'site_copied' ) ), __( 'This copy has forgotten the connection. Its settings are kept.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Forgets tokens and account, and keeps the settings.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function disconnect( $args, $assoc ): void {
		Command_Output::finish( Runner::of_site()->run( array( 'type' => 'disconnect' ) ), __( 'This site is disconnected. Its settings are kept.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Forgets settings and connection.
	 *
	 * ## OPTIONS
	 *
	 * [--yes]
	 * : Needed: there is no way back.
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function reset( $args, $assoc ): void {
		if ( empty( $assoc['yes'] ) ) {
			Command_Output::misused( __( 'This deletes settings and connection. Add --yes if you mean it.', 'connector-for-mautic' ) );
		}
		Command_Output::finish( Runner::of_site()->run( array( 'type' => 'reset' ) ), __( 'Settings and connection were deleted.', 'connector-for-mautic' ), $assoc );
	}
}
