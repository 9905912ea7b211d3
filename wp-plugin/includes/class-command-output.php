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
			WP_CLI::line( (string) wp_json_encode( $status, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
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
		self::stop( (string) $error->get_error_code(), $error->get_error_message(), $result->error()['kind'] ?? '', $assoc );
	}

	/**
	 * Ends with one error: its code and sentences on standard error.
	 *
	 * @param string                $code    Prefixed code.
	 * @param string                $message Sentences.
	 * @param string                $kind    Whose move is next.
	 * @param array<string, string> $assoc   Options.
	 */
	public static function stop( string $code, string $message, string $kind, array $assoc ): never {
		$code = (string) preg_replace( '/^connector_for_mautic\./', '', $code );
		if ( self::is_json( $assoc ) ) {
			WP_CLI::line( (string) wp_json_encode( array( 'error' => compact( 'code', 'kind', 'message' ) ), JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
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
