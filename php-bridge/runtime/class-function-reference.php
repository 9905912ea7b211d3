<?php
/**
 * References to functions.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * A function with its type: one of a module, or one of PHP for a module to import.
 *
 * PHP calls it like any callable. How deep the stack is goes along with each call between modules
 * and PHP, so that recursion through them ends in a trap as it does inside of one.
 */
final class Function_Reference {

	/**
	 * How deep the stack is where compiled code has called PHP.
	 *
	 * @var int
	 */
	public static $depth = 0;

	/**
	 * A letter for each parameter, `>`, and one for each result, see {@see Module::coerce()}.
	 *
	 * @var string
	 */
	public $type;

	/**
	 * What compiled code calls, with the depth and the list of arguments.
	 *
	 * @var \Closure
	 */
	public $callback;

	/**
	 * Makes a reference.
	 *
	 * @param string   $type        Its type, such as `ii>i`.
	 * @param callable $callable    What is called.
	 * @param bool     $is_compiled It takes the depth and a list of arguments, as compiled code does.
	 * @throws \InvalidArgumentException If that is no type.
	 */
	public function __construct( string $type, callable $callable, bool $is_compiled = false ) {
		if ( ! $is_compiled && ! \preg_match( '/^[ilfdce]*>[ilfdce]*$/D', $type ) ) {
			throw new \InvalidArgumentException( 'A type has a letter for each parameter, >, and a letter for each result: i is an i32, l an i64, f an f32, d an f64, c a funcref, e an externref.' );
		}
		$results        = \substr( $type, \strpos( $type, '>' ) + 1 );
		$this->type     = $type;
		$this->callback = $is_compiled ? $callable : static function ( $depth, array $arguments ) use ( $results, $callable ) {
			return self::results( $results, self::call_host( $callable, $depth, $arguments ) );
		};
	}

	/**
	 * Calls the function from PHP. An i32 is unsigned, going in as coming out.
	 *
	 * @param mixed ...$arguments What it gets.
	 * @return mixed The result, or the list of them if there are several.
	 */
	public function __invoke( ...$arguments ) {
		return Module::trapping( $this->callback, array( self::$depth, Module::arguments( $this->type, $arguments ) ) );
	}

	/**
	 * Calls PHP from compiled code, with PHP's own handling of errors back in place.
	 *
	 * @param callable $callable  What is called.
	 * @param int      $depth     How deep the stack is.
	 * @param array    $arguments What it gets.
	 */
	private static function call_host( callable $callable, $depth, array $arguments ) {
		$before      = self::$depth;
		self::$depth = $depth;
		\restore_error_handler();
		try {
			return $callable( ...$arguments );
		} finally {
			// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- As in Module.
			\set_error_handler( array( Module::class, 'on_error' ) );
			self::$depth = $before;
		}
	}

	/**
	 * Gives what PHP returned as WebAssembly wants it.
	 *
	 * @param string $types A letter for each result.
	 * @param mixed  $value What was returned.
	 * @throws \UnexpectedValueException If it does not fit the types.
	 */
	private static function results( $types, $value ) {
		try {
			switch ( \strlen( $types ) ) {
				case 0:
					return null;
				case 1:
					return Module::coerce( $types, $value );
			}
			if ( ! \is_array( $value ) || \count( $value ) !== \strlen( $types ) ) {
				throw new \InvalidArgumentException( 'A list of ' . \strlen( $types ) . ' values is wanted.' );
			}
			return \array_map( array( Module::class, 'coerce' ), \str_split( $types ), $value );
		} catch ( \InvalidArgumentException $error ) {
			// phpcs:ignore WordPress.Security.EscapeOutput -- Names of types.
			throw new \UnexpectedValueException( 'A function that must return ' . Link_Error::types( $types ) . ' has returned something else. ' . $error->getMessage(), 0, $error );
		}
	}
}
