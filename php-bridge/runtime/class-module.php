<?php
/**
 * What every compiled module is.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

require_once __DIR__ . '/class-trap.php';
require_once __DIR__ . '/class-memory.php';

/**
 * An instance of a compiled module.
 *
 * Functions of the module are public methods so that those in the second file can call them; nothing
 * else should. From outside there are {@see Module::invoke()} and the memory's strings.
 */
abstract class Module extends Memory {

	/** Names which build a file is of; the second file has the same. */
	const BUILD = '';

	/**
	 * Exported functions by name: a letter for the type of each parameter, `>`, and one for each result,
	 * see {@see Module::coerce()}.
	 *
	 * @var array<string, string>
	 */
	const EXPORTS = array();

	/**
	 * Exported globals by name: the property of each.
	 *
	 * @var array<string, string>
	 */
	const GLOBALS = array();

	/**
	 * Types of the exported globals by property: a letter, and a capital if it is mutable.
	 *
	 * @var array<string, string>
	 */
	const GLOBAL_TYPES = array();

	/**
	 * Exported memory by name: its declared maximum in pages, or null.
	 *
	 * @var array<string, int|null>
	 */
	const MEMORIES = array();

	/**
	 * Exported tables by name: the index of each.
	 *
	 * @var array<string, int>
	 */
	const TABLES = array();

	/** The second file, if there is one. */
	const COLD_FILE = '';

	/**
	 * Which functions have run, in a build that records it.
	 *
	 * @var int[]
	 */
	public $ran = array();

	/**
	 * The class with the functions that seldom run, once it is loaded.
	 *
	 * @var string|null
	 */
	private $cold;

	/**
	 * Makes an instance: memory and globals as the module begins, its start function run.
	 */
	public function __construct() {
		self::trapping( array( $this, 'begin' ), array() );
	}

	/**
	 * Initialises memory and runs the start function.
	 */
	abstract protected function begin();

	/**
	 * Calls an exported function from compiled code: the values are as WebAssembly wants them.
	 *
	 * @param string $name      Its name.
	 * @param array  $arguments What it gets.
	 * @param int    $depth     How deep the stack is already.
	 */
	abstract public function call_export( $name, array $arguments, $depth = 0 );

	/**
	 * Calls an exported function. An i32 is unsigned, going in as coming out.
	 *
	 * @param string $name         Its name.
	 * @param mixed  ...$arguments What it gets.
	 * @return mixed The result, or the list of them if there are several.
	 * @throws \InvalidArgumentException If there is no such function, or it takes something else.
	 */
	public function invoke( string $name, ...$arguments ) {
		$type = static::EXPORTS[ $name ] ?? null;
		if ( null === $type ) {
			// phpcs:ignore WordPress.Security.EscapeOutput -- For whoever reads the error.
			throw new \InvalidArgumentException( "The module exports no function by the name of \"$name\"." );
		}
		return self::trapping( array( $this, 'call_export' ), array( $name, self::arguments( $type, $arguments ), static::depth() ) );
	}

	/**
	 * Gives something exported for another module to import, or for PHP to use.
	 *
	 * @param string $name Its name.
	 * @return Function_Reference|Linear_Memory|Table|Global_Variable
	 * @throws \InvalidArgumentException If nothing is exported by this name.
	 * @throws \LogicException           If the runtime's files for that are not loaded.
	 */
	public function export( string $name ) {
		if ( ! \class_exists( Exports::class ) ) {
			throw new \LogicException( 'Exports are handed out by class-exports.php, which comes with each module that imports something: load its files first.' );
		}
		return Exports::of( $this, $name );
	}

	/**
	 * How deep the stack is already when compiled code is called.
	 */
	protected static function depth() {
		return 0;
	}

	/**
	 * Gives the arguments of a call as WebAssembly wants them.
	 *
	 * @param string $type      Type of the function.
	 * @param array  $arguments Any values.
	 * @throws \InvalidArgumentException If they do not fit the type.
	 */
	public static function arguments( $type, array $arguments ) {
		$count = \strpos( $type, '>' );
		if ( \count( $arguments ) !== $count ) {
			throw new \InvalidArgumentException( 'The function takes ' . (int) $count . ' arguments.' );
		}
		if ( ! \array_is_list( $arguments ) ) {
			throw new \InvalidArgumentException( 'The arguments have no names: pass them in their order.' );
		}
		foreach ( $arguments as $index => $argument ) {
			$arguments[ $index ] = self::coerce( $type[ $index ], $argument );
		}
		return $arguments;
	}

	/**
	 * Gives a value as WebAssembly wants it.
	 *
	 * @param string $type  Its type: i and l are integers of 32 and 64 bits, f and d floats, c is a
	 *                      reference to a function (or null), and e anything.
	 * @param mixed  $value Any value.
	 * @throws \InvalidArgumentException If it is not of this kind.
	 */
	public static function coerce( $type, $value ) {
		if ( 'e' === $type || 'c' === $type && ( null === $value || $value instanceof Function_Reference ) ) {
			return $value;
		}
		if ( 'c' === $type || ! \is_numeric( $value ) && ! \is_bool( $value ) ) {
			// phpcs:ignore WordPress.Security.EscapeOutput -- The name of a type.
			throw new \InvalidArgumentException( ( 'c' === $type ? 'A Function_Reference or null' : 'A number' ) . ' is wanted, not ' . \gettype( $value ) . '.' );
		}
		switch ( $type ) {
			case 'i':
				return (int) $value & 0xffffffff;
			case 'l':
				return (int) $value;
			case 'f':
				return self::single( (float) $value );
			default:
				return (float) $value;
		}
	}

	/**
	 * Rounds to f32. A NaN keeps what of its payload an f32 has.
	 *
	 * @param float $value Value.
	 */
	private static function single( $value ) {
		if ( ! \is_nan( $value ) ) {
			return \unpack( 'g', \pack( 'g', $value ) )[1];
		}
		$bits = \unpack( 'P', \pack( 'e', $value ) )[1] & ~0x1fffffff;
		return \unpack( 'e', \pack( 'P', $bits & 0xfffffffffffff ? $bits : $bits | 1 << 51 ) )[1];
	}

	/**
	 * Runs compiled code, with PHP's complaints turned into traps.
	 *
	 * The error handler is what makes a load beyond memory a trap: testing each address would cost
	 * more than all the rest. It is in place only as long as compiled code runs.
	 *
	 * @param callable $callback  What to run.
	 * @param array    $arguments What it gets.
	 * @throws Trap If the code traps.
	 */
	public static function trapping( callable $callback, array $arguments ) {
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- See above.
		\set_error_handler( array( self::class, 'on_error' ) );
		try {
			return $callback( ...$arguments );
		} catch ( \DivisionByZeroError $error ) {
			throw new Trap( Trap::DIVIDE_BY_ZERO, 0, $error ); // phpcs:ignore WordPress.Security.EscapeOutput -- For whoever reads the error.
		} finally {
			\restore_error_handler();
		}
	}

	/**
	 * Traps on anything that PHP complains of.
	 *
	 * @param int    $level   Level.
	 * @param string $message Message.
	 * @throws Trap Always.
	 */
	public static function on_error( $level, $message ): never {
		$undefined = 0 === \strncmp( $message, 'Undefined array key', 19 );
		throw new Trap( $undefined ? Trap::OUT_OF_BOUNDS : $message ); // phpcs:ignore WordPress.Security.EscapeOutput -- As above.
	}

	/**
	 * Traps where code should never come.
	 *
	 * @throws Trap Always.
	 */
	public function unreachable(): never {
		throw new Trap( Trap::UNREACHABLE );
	}

	/**
	 * Traps where recursion is too deep.
	 *
	 * @throws Trap Always.
	 */
	public function exhausted(): never {
		throw new Trap( Trap::EXHAUSTED );
	}

	/**
	 * Traps where a table has no function of the right type.
	 *
	 * @param int   $slot  Index that was called.
	 * @param int   $size  Size of the table.
	 * @param array $taken Slots that hold a function: pairs of a first one and the one behind a last.
	 * @throws Trap Always.
	 */
	public function no_callee( $slot, $size, array $taken ): never {
		if ( $slot >= $size ) {
			throw new Trap( Trap::UNDEFINED_ELEMENT );
		}
		foreach ( $taken as list( $first, $end ) ) {
			if ( $slot >= $first && $slot < $end ) {
				throw new Trap( Trap::TYPE_MISMATCH );
			}
		}
		throw new Trap( Trap::UNINITIALIZED );
	}

	/**
	 * Gives the class with the functions that seldom run.
	 *
	 * @throws Build_Mismatch If its file is of another build: a deploy has swapped files meanwhile.
	 */
	public function cold() {
		if ( null === $this->cold ) {
			$class = static::class . '_Cold';
			if ( ! \class_exists( $class, false ) ) {
				require static::COLD_FILE;
			}
			if ( ! \class_exists( $class, false ) || static::BUILD !== $class::BUILD ) {
				require_once __DIR__ . '/class-build-mismatch.php';
				throw new Build_Mismatch( 'The files of the compiled module do not belong together.' );
			}
			$this->cold = $class;
		}
		return $this->cold;
	}
}
