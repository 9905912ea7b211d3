<?php
/**
 * How WP-CLI's commands end.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

use WP_CLI;

defined( 'ABSPATH' ) || exit;

/**
 * What every command prints, and its exit status: 0 done, 1 failed (the error's code is on standard
 * error), 2 used wrongly.
 */
final class Command_Output {

	public const FAILED = 1;

	public const MISUSED = 2;

	/**
	 * Ends a command that is to print in a format that there is not, before it does anything.
	 */
	public static function check_format(): void {
		$format = WP_CLI::get_runner()->assoc_args['format'] ?? 'table';
		if ( ! in_array( $format, array( 'table', 'json', 'csv' ), true ) ) {
			self::misused( __( '--format takes “table”, “json” or “csv”.', 'connector-for-mautic' ) );
		}
	}

	/**
	 * Reports what came of a command.
	 *
	 * @param Result                $result  From the runner.
	 * @param string                $success What to say if it has worked.
	 * @param array<string, string> $assoc   Options.
	 */
	public static function finish( Result $result, string $success, array $assoc ): void {
		if ( ! $result->ok() ) {
			self::fail( $result, $assoc );
		}
		if ( self::is_json( $assoc ) ) {
			self::print_status( $result, $assoc );
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
	public static function print_status( Result $result, array $assoc ): void {
		$status = Status::from_answer( $result->answer );
		if ( self::is_json( $assoc ) ) {
			WP_CLI::line( (string) wp_json_encode( $status + self::steps( $result ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
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
		WP_CLI\Utils\format_items( $assoc['format'] ?? 'table', $rows, array( 'field', 'value' ) );
	}

	/**
	 * Ends with each thing that is wrong.
	 *
	 * @param Result                $result From the runner.
	 * @param array<string, string> $assoc  Options.
	 */
	public static function fail( Result $result, array $assoc ): never {
		$problems = $result->problems();
		foreach ( array_slice( $problems, 1 ) as $problem ) {
			WP_CLI::error( $problem['code'] . ': ' . Messages::text( $problem ), false );
		}
		$error = $result->to_wp_error();
		self::stop( (string) $error->get_error_code(), $error->get_error_message(), $result->error()['kind'] ?? '', $assoc, self::steps( $result ) );
	}

	/**
	 * What prints the steps of a test as they come: how each ended, and of what was found cause, remedy and
	 * evidence.
	 *
	 * @return \Closure(array<string, mixed>): void
	 */
	public static function printer_of_steps(): \Closure {
		$has_failed = false;
		return static function ( array $step ) use ( &$has_failed ): void {
			$word = Doctor_Messages::state( $step['state'], $has_failed );
			$time = isset( $step['milliseconds'] ) ? ' (' . Doctor_Messages::duration( $step['milliseconds'] ) . ')' : '';
			WP_CLI::line( $word . str_repeat( ' ', max( 1, 14 - mb_strlen( $word ) ) ) . Doctor_Messages::title( $step ) . $time );
			$has_failed = $has_failed || 'failed' === $step['state'];
			if ( isset( $step['error'] ) && 'skipped' !== $step['state'] ) {
				$words = Messages::of( $step['error'] );
				foreach ( array_filter( array( $step['error']['code'], $words['message'], $words['fix'], Explain_Messages::suggestion( $step['error'] ), ...Doctor_Messages::evidence( $step ), ...array( Messages::said( $step['error'] ) ) ) ) as $line ) {
					WP_CLI::line( str_repeat( ' ', 14 ) . $line );
				}
			}
		};
	}

	/**
	 * The steps of a test, for JSON; nothing of what had none.
	 *
	 * @param Result $result From the runner.
	 * @return array<string, mixed>
	 */
	private static function steps( Result $result ): array {
		return $result->steps ? array( 'steps' => Doctor::describe( $result ) ) : array();
	}

	/**
	 * Ends with one error: its code and sentences on standard error.
	 *
	 * @param string                $code    Prefixed code.
	 * @param string                $message Sentences.
	 * @param string                $kind    Whose move is next.
	 * @param array<string, string> $assoc   Options.
	 * @param array<string, mixed>  $more    What else its JSON has.
	 */
	public static function stop( string $code, string $message, string $kind, array $assoc, array $more = array() ): never {
		$code = (string) preg_replace( '/^connector_for_mautic\./', '', $code );
		if ( self::is_json( $assoc ) ) {
			WP_CLI::line( (string) wp_json_encode( array( 'error' => compact( 'code', 'kind', 'message' ) ) + $more, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
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
	public static function misused( string $message ): never {
		WP_CLI::error( $message, false );
		WP_CLI::halt( self::MISUSED );
		exit;
	}

	/**
	 * Whether JSON is wanted.
	 *
	 * @param array<string, string> $assoc Options.
	 */
	public static function is_json( array $assoc ): bool {
		return 'json' === ( $assoc['format'] ?? '' );
	}
}
