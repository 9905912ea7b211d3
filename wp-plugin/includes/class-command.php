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

	private const FAILED = 1;

	private const MISUSED = 2;

	/**
	 * Saves settings. A setting that is left out keeps its value.
	 *
	 * ## OPTIONS
	 *
	 * [--auth-method=<method>]
	 * : `authorization_code`.
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
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function configure( $args, $assoc ): void {
		$values = array();
		foreach ( array_merge( array( 'auth_method' ), Settings_Form::FIELDS ) as $name ) {
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
					$this->misused( sprintf( __( '--%s takes “yes” or “no”.', 'connector-for-mautic' ), $option ) );
				}
				$values[ $name ] = $on ? '1' : '0';
			}
		}
		if ( ! $values ) {
			$this->misused( __( 'Nothing was given to save; see “wp help mautic configure”.', 'connector-for-mautic' ) );
		}
		if ( '-' === ( $values['client_secret'] ?? '' ) ) {
			$values['client_secret'] = rtrim( file_get_contents( 'php://stdin' ), "\r\n" );
		}
		$this->finish( Form_Handler::save_values( $values ), __( 'Settings saved.', 'connector-for-mautic' ), $assoc );
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
			$this->fail( $result, $assoc );
		}
		WP_CLI::line( self::is_json( $assoc ) ? wp_json_encode( array( 'url' => $url ), JSON_UNESCAPED_SLASHES ) : $url );
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
			$this->fail( $result, $assoc );
		}
		$this->print_status( $result, $assoc );
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
		$this->finish( Runner::of_site()->run( array( 'type' => 'refresh' ) ), __( 'The token was renewed.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Asks Mautic who we are.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : `json` prints the status object.
	 *
	 * @param string[]              $args  None.
	 * @param array<string, string> $assoc Options.
	 */
	public function test( $args, $assoc ): void {
		$this->finish( Runner::of_site()->run( array( 'type' => 'test' ) ), __( 'The connection works: Mautic has answered.', 'connector-for-mautic' ), $assoc );
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
	 * : JSON.
	 *
	 * [--format=<format>]
	 * : `json` prints an object with `status`, `headers` and `body`.
	 *
	 * ## EXAMPLES
	 *
	 *     wp mautic request GET contacts --query='limit=1'
	 *
	 * @param string[]              $args  Method and path.
	 * @param array<string, string> $assoc Options.
	 */
	public function request( $args, $assoc ): void {
		if ( 2 !== count( $args ) ) {
			$this->misused( __( 'Give a method and a path, such as “GET contacts”.', 'connector-for-mautic' ) );
		}
		$response = Api::request( $args[0], $args[1], array_intersect_key( $assoc, array_flip( array( 'query', 'body' ) ) ) );
		if ( is_wp_error( $response ) ) {
			$error = $response->get_error_data() ?? array();
			$this->stop( (string) $response->get_error_code(), $response->get_error_message(), $error['kind'] ?? '', $assoc );
		}
		if ( self::is_json( $assoc ) ) {
			WP_CLI::line( wp_json_encode( $response, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		} else {
			WP_CLI::line( is_string( $response['body'] ) ? $response['body'] : wp_json_encode( $response['body'], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		}
		if ( $response['status'] >= 400 ) {
			/* translators: %d: HTTP status */
			WP_CLI::error( sprintf( __( 'Mautic answered with HTTP status %d.', 'connector-for-mautic' ), $response['status'] ), false );
			WP_CLI::halt( self::FAILED );
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
		$this->finish( Runner::of_site()->run( array( 'type' => 'site_moved' ) ), __( 'The connection goes on at this address.', 'connector-for-mautic' ), $assoc );
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
		$this->finish( Runner::of_site()->run( array( 'type' => 'site_copied' ) ), __( 'This copy has forgotten the connection. Its settings are kept.', 'connector-for-mautic' ), $assoc );
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
		$this->finish( Runner::of_site()->run( array( 'type' => 'disconnect' ) ), __( 'This site is disconnected. Its settings are kept.', 'connector-for-mautic' ), $assoc );
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
			$this->misused( __( 'This deletes settings and connection. Add --yes if you mean it.', 'connector-for-mautic' ) );
		}
		$this->finish( Runner::of_site()->run( array( 'type' => 'reset' ) ), __( 'Settings and connection were deleted.', 'connector-for-mautic' ), $assoc );
	}

	/**
	 * Reports what came of a command.
	 *
	 * @param Result                $result  From the runner.
	 * @param string                $success What to say if it has worked.
	 * @param array<string, string> $assoc   Options.
	 */
	private function finish( Result $result, string $success, array $assoc ): void {
		if ( ! $result->ok() ) {
			$this->fail( $result, $assoc );
		}
		if ( self::is_json( $assoc ) ) {
			$this->print_status( $result, $assoc );
		} else {
			WP_CLI::success( $success );
		}
	}

	/**
	 * Prints the status object.
	 *
	 * @param Result                $result From the runner.
	 * @param array<string, string> $assoc  Options.
	 */
	private function print_status( Result $result, array $assoc ): void {
		$status = Status::from_answer( $result->answer );
		if ( self::is_json( $assoc ) ) {
			WP_CLI::line( wp_json_encode( $status, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
			return;
		}
		$rows = array();
		foreach ( $status as $field => $value ) {
			if ( is_int( $value ) ) {
				$value = wp_date( 'c', $value );
			} elseif ( is_array( $value ) ) {
				$value = $value['code'] . ': ' . $value['message'] . ' ' . $value['fix'];
			}
			$rows[] = array(
				'field' => $field,
				'value' => (string) $value,
			);
		}
		WP_CLI\Utils\format_items( 'table', $rows, array( 'field', 'value' ) );
	}

	/**
	 * Ends with each thing that is wrong.
	 *
	 * @param Result                $result From the runner.
	 * @param array<string, string> $assoc  Options.
	 */
	private function fail( Result $result, array $assoc ): never {
		$problems = $result->problems();
		foreach ( array_slice( $problems, 1 ) as $problem ) {
			WP_CLI::error( $problem['code'] . ': ' . Messages::text( $problem ), false );
		}
		$error = $result->to_wp_error();
		$this->stop( (string) $error->get_error_code(), $error->get_error_message(), $result->error()['kind'] ?? '', $assoc );
	}

	/**
	 * Ends with one error: its code and sentences on standard error.
	 *
	 * @param string                $code    Prefixed code.
	 * @param string                $message Sentences.
	 * @param string                $kind    Whose move is next.
	 * @param array<string, string> $assoc   Options.
	 */
	private function stop( string $code, string $message, string $kind, array $assoc ): never {
		$code = preg_replace( '/^connector_for_mautic\./', '', $code );
		if ( self::is_json( $assoc ) ) {
			WP_CLI::line( wp_json_encode( array( 'error' => compact( 'code', 'kind', 'message' ) ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		}
		WP_CLI::error( $code . ': ' . $message, false );
		WP_CLI::halt( 'misuse' === $kind ? self::MISUSED : self::FAILED );
		exit;
	}

	/**
	 * Ends a command that was used wrongly.
	 *
	 * @param string $message How to use it.
	 */
	private function misused( string $message ): never {
		WP_CLI::error( $message, false );
		WP_CLI::halt( self::MISUSED );
		exit;
	}

	/**
	 * Whether JSON is wanted.
	 *
	 * @param array<string, string> $assoc Options.
	 */
	private static function is_json( array $assoc ): bool {
		return 'json' === ( $assoc['format'] ?? '' );
	}
}
