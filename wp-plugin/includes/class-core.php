<?php
/**
 * The compiled core.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Hands messages to the core, which the build compiled to PHP, and names what may go wrong with it.
 */
final class Core {

	/**
	 * PHP versions with which the core of a version of the plugin has passed its self-test. Loaded
	 * with every page's options, since each use of the core looks at it; it is tiny.
	 */
	private const PASSED = 'connector_for_mautic_self_test';

	private const FOLDER = __DIR__ . '/core';

	/**
	 * The engine, once there is one.
	 *
	 * @var Wasm\Engine|null
	 */
	private static ?Wasm\Engine $engine = null;

	/**
	 * Gives the core's answer to a message, both JSON.
	 *
	 * @param string $message The message.
	 * @throws Core_Exception If the core stops, must not run, or does not pass its self-test.
	 */
	public static function call( #[\SensitiveParameter] string $message ): string {
		$passed = get_option( self::PASSED );
		if ( ! is_array( $passed ) || CONNECTOR_FOR_MAUTIC_VERSION !== ( $passed[ PHP_VERSION ] ?? '' ) ) {
			self::self_test();
		}
		return self::ask( $message );
	}

	/**
	 * Asks what is known: messages with the answers that they have on every machine. Remembers that
	 * it went well; if it did not, nothing is remembered and the next use tries again.
	 *
	 * @throws Core_Exception If an answer differs.
	 */
	public static function self_test(): void {
		$file    = self::FOLDER . '/self-test.json';
		$vectors = is_readable( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : null;
		if ( ! $vectors ) {
			throw new Core_Exception( 'core.files' );
		}
		foreach ( $vectors as $vector ) {
			if ( self::ask( $vector['message'] ) !== $vector['answer'] ) {
				throw new Core_Exception( 'core.trap', new \RuntimeException( 'self-test' ) );
			}
		}
		$passed = get_option( self::PASSED );
		$passed = is_array( $passed ) ? array_slice( $passed, -9, null, true ) : array();
		// One for each version: PHP of the command line is often another than the web server's.
		$passed[ PHP_VERSION ] = CONNECTOR_FOR_MAUTIC_VERSION;
		update_option( self::PASSED, $passed, true );
	}

	/**
	 * Versions of PHP with which this version of the plugin has passed.
	 *
	 * @return string[]
	 */
	public static function tested_with(): array {
		$passed = get_option( self::PASSED );
		return is_array( $passed ) ? array_keys( $passed, CONNECTOR_FOR_MAUTIC_VERSION, true ) : array();
	}

	/**
	 * Has OPcache compile the core before somebody waits for it.
	 */
	public static function warm(): void {
		try {
			self::engine()->warm();
		} catch ( \Throwable ) {
			return; // Then the first message is slower, or says what is wrong.
		}
	}

	/**
	 * Asks the engine.
	 *
	 * @param string $message The message.
	 * @throws Core_Exception With the code for what went wrong.
	 */
	private static function ask( #[\SensitiveParameter] string $message ): string {
		try {
			return self::engine()->call( $message );
		} catch ( Core_Exception $exception ) {
			throw $exception;
		} catch ( Wasm\Jit_Enabled $exception ) {
			throw new Core_Exception( 'core.jit', $exception );
		} catch ( Wasm\Build_Mismatch $exception ) {
			throw new Core_Exception( 'core.files', $exception );
		} catch ( \Throwable $exception ) {
			throw new Core_Exception( 'core.trap', $exception );
		}
	}

	/**
	 * The engine; one instance serves the request.
	 *
	 * @throws Core_Exception If the build's files are not there.
	 */
	private static function engine(): Wasm\Engine {
		if ( null === self::$engine ) {
			if ( ! is_file( self::FOLDER . '/class-engine.php' ) || ! is_file( self::FOLDER . '/core.php' ) ) {
				throw new Core_Exception( 'core.files' );
			}
			require_once self::FOLDER . '/class-engine.php';
			self::$engine = new Wasm\Engine( self::FOLDER . '/core.php', Wasm\Core::class );
		}
		return self::$engine;
	}
}
