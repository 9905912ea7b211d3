<?php
/**
 * Keeps PHP's JIT away from compiled modules.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * Switches the JIT off around compiled code, and on again after, unless it is proven to be right.
 *
 * The JIT that compiles traces loses variables of code of this kind, in 8.1 to 8.5: loops do not end,
 * results are silently different. That which compiles functions does so in 8.4 and 8.5. Where the JIT is
 * off, which is PHP's default, nothing is done.
 *
 * Off means that no file is compiled which PHP loads meanwhile, so the files of a module must come in
 * through here. A file that OPcache has from elsewhere, by preloading for one, stays what it is.
 */
final class Jit_Guard {

	/**
	 * Minor versions of PHP whose JIT may compile functions (`opcache.jit=function`).
	 *
	 * The official test suite (65,850 assertions), 1,300 generated modules and 3,700 messages to the core
	 * gave the same with and without it in 8.1.29, 8.2.36 and 8.3.8. In 8.4.14 and 8.5.2 they did not.
	 */
	private const FUNCTIONS_PROVEN = array( '8.1', '8.2', '8.3' );

	/**
	 * How PHP's status describes that mode: compiled when the file is loaded, with all optimization.
	 */
	private const FUNCTIONS = array(
		'kind'      => 0,
		'opt_level' => 5,
		'opt_flags' => 6,
	);

	/**
	 * Runs a callback without a JIT that is not proven.
	 *
	 * @param callable $callback What to run.
	 * @return mixed What it returns.
	 * @throws Jit_Enabled If such a JIT stays on.
	 */
	public static function run( callable $callback ) {
		if ( ! self::is_on() || self::is_proven() ) {
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
		// Where the settings rule it out, which is most hosts, PHP's status need not be put together.
		// Any number but zero is yes for PHP, and the buffer's size may be hexadecimal.
		if ( \in_array( \strtolower( (string) \ini_get( 'opcache.enable' ) ), array( '', '0', 'off', 'no', 'false' ), true )
			|| ! \preg_match( '/[1-9a-f]/i', (string) \ini_get( 'opcache.jit_buffer_size' ) )
			|| \in_array( \strtolower( (string) \ini_get( 'opcache.jit' ) ), array( '', '0', 'off', 'no', 'false', 'disable' ), true )
		) {
			return false;
		}
		return self::status()['on'] ?? true;
	}

	/**
	 * Whether the JIT, if it is on, is one that compiles modules rightly.
	 */
	private static function is_proven(): bool {
		return \in_array( PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION, self::FUNCTIONS_PROVEN, true )
			&& \array_intersect_key( self::status(), self::FUNCTIONS ) === self::FUNCTIONS;
	}

	/**
	 * What PHP says of its JIT; nothing where it may not be asked.
	 */
	private static function status(): array {
		// phpcs:ignore WordPress.PHP.NoSilencedErrors -- A host may forbid to ask, which PHP answers with a warning.
		$status = \function_exists( 'opcache_get_status' ) ? @\opcache_get_status( false ) : false;
		return $status['jit'] ?? array();
	}
}
