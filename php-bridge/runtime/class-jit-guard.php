<?php
/**
 * Keeps PHP's JIT away from compiled modules.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * Switches the JIT off around compiled code, and on again after.
 *
 * The JIT of PHP 8.2 to 8.4 compiles code of this kind wrongly: variables get lost, loops do not end,
 * results are silently different. Where it is off, which is PHP's default, nothing is done.
 */
final class Jit_Guard {

	/**
	 * Runs a callback without the JIT.
	 *
	 * @param callable $callback What to run.
	 * @return mixed What it returns.
	 * @throws Jit_Enabled If the JIT stays on.
	 */
	public static function without_jit( callable $callback ) {
		if ( ! self::is_on() ) {
			return $callback();
		}
		$before = \ini_get( 'opcache.jit' );
		self::set( 'off' );
		try {
			if ( self::is_on() ) {
				require_once __DIR__ . '/class-jit-enabled.php';
				throw new Jit_Enabled( 'PHP\'s JIT is on and cannot be switched off here: set opcache.jit=off in php.ini.' );
			}
			return $callback();
		} finally {
			self::set( $before );
		}
	}

	/**
	 * Sets the JIT's mode, where the host lets that be done.
	 *
	 * @param string $mode The mode.
	 */
	private static function set( string $mode ): void {
		if ( \function_exists( 'ini_set' ) ) {
			// phpcs:ignore WordPress.PHP.IniSet.Risky, WordPress.PHP.NoSilencedErrors -- The only cure, see above; whether it worked is seen by what is on then.
			@\ini_set( 'opcache.jit', $mode );
		}
	}

	/**
	 * Whether the JIT is on now.
	 */
	public static function is_on(): bool {
		// phpcs:ignore WordPress.PHP.NoSilencedErrors -- A host may forbid to ask, which PHP answers with a warning.
		$status = \function_exists( 'opcache_get_status' ) ? @\opcache_get_status( false ) : false;
		if ( isset( $status['jit']['on'] ) ) {
			return $status['jit']['on'];
		}
		if ( ! \in_array( \strtolower( (string) \ini_get( 'opcache.enable' ) ), array( '1', 'on', 'yes', 'true' ), true ) ) {
			return false;
		}
		$mode = \strtolower( (string) \ini_get( 'opcache.jit' ) );
		return (int) \ini_get( 'opcache.jit_buffer_size' ) > 0
			&& ! \in_array( $mode, array( '', '0', 'off', 'no', 'false', 'disable' ), true );
	}
}
