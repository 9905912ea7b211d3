<?php
/**
 * The doctor's steps as they come.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Answers the form "Test connection" with a line of JSON for each step, for the page's script: `html` is the
 * step as the page shows it, `next` what is being checked now; the last line has `summary`.
 *
 * The outcome is kept for the page as after any form: who leaves meanwhile finds it there.
 */
final class Doctor_Stream {

	public const TYPE = 'application/x-ndjson';

	/**
	 * Whether the browser asks for lines.
	 */
	public static function is_wanted(): bool {
		$accept = isset( $_SERVER['HTTP_ACCEPT'] ) && is_string( $_SERVER['HTTP_ACCEPT'] ) ? wp_unslash( $_SERVER['HTTP_ACCEPT'] ) : ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- Only searched.
		return str_contains( $accept, self::TYPE );
	}

	/**
	 * Sends the lines.
	 */
	public static function send(): never {
		nocache_headers();
		header( 'Content-Type: ' . self::TYPE . '; charset=UTF-8' );
		header( 'X-Content-Type-Options: nosniff' );
		// nginx would collect the lines otherwise.
		header( 'X-Accel-Buffering: no' );
		// PHP's own compression is no buffer that may be ended once its header is out; it gives the lines at the end.
		while ( ob_get_level() > 0 && 'zlib output compression' !== ob_get_status()['name'] ) {
			if ( ! ob_end_flush() ) {
				break;
			}
		}
		self::write(
			static function ( string $line ): void {
				echo $line; // phpcs:ignore WordPress.Security.EscapeOutput -- JSON; what is HTML in it is escaped where it is made.
				if ( ob_get_level() > 0 ) {
					ob_flush();
				}
				flush();
			}
		);
		exit;
	}

	/**
	 * Runs the doctor.
	 *
	 * @param callable(string): void $send Takes each line.
	 */
	public static function write( callable $send ): void {
		$view   = Runner::of_site()->run( array( 'type' => 'view' ) );
		$panel  = new Doctor_Panel( $view->answer['status'] ?? array() );
		$line   = static fn( array $members ) => $send( (string) wp_json_encode( $members, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE ) . "\n" );
		$result = Doctor::run(
			false,
			static function ( array $step ) use ( $panel, $line ): void {
				ob_start();
				$panel->render_step( $step );
				$html = (string) ob_get_clean();
				$at   = array_search( $step['name'], Doctor::STEPS, true );
				$next = false === $at ? null : Doctor::STEPS[ $at + 1 ] ?? null;
				$line(
					array(
						'html' => $html,
						'next' => null === $next ? '' : Doctor_Messages::title( array( 'name' => $next ) ),
					)
				);
			}
		);
		Flash::set( 'test', $result );
		$line( array( 'summary' => Doctor_Messages::summary( $result->steps ) ) );
	}
}
