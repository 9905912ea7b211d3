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

	/** Exported functions by name: one letter for the type of each parameter. */
	const EXPORTS = array();

	/** Exported globals by name: the property of each. */
	const GLOBALS = array();

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
		$this->trapping( array( $this, 'begin' ), array() );
	}

	/**
	 * Initialises memory and runs the start function.
	 */
	abstract protected function begin();

	/**
	 * Calls an exported function.
	 *
	 * @param string $name      Its name.
	 * @param array  $arguments What it gets.
	 */
	abstract protected function call_export( $name, array $arguments );

	/**
	 * Calls an exported function. An i32 is unsigned, going in as coming out.
	 *
	 * @param string    $name         Its name.
	 * @param int|float ...$arguments What it gets.
	 * @return int|float|null
	 * @throws \InvalidArgumentException If there is no such function, or it takes something else.
	 */
	public function invoke( string $name, ...$arguments ) {
		$types = static::EXPORTS[ $name ] ?? null;
		if ( null === $types ) {
			throw new \InvalidArgumentException( 'The module exports no function of this name.' );
		}
		if ( \strlen( $types ) !== \count( $arguments ) ) {
			throw new \InvalidArgumentException( 'The function takes ' . \strlen( $types ) . ' arguments.' );
		}
		foreach ( $arguments as $index => $argument ) {
			// One letter a parameter: i and l are integers of 32 and 64 bits, f and d floats.
			switch ( $types[ $index ] ) {
				case 'i':
					$arguments[ $index ] = (int) $argument & 0xffffffff;
					break;
				case 'l':
					$arguments[ $index ] = (int) $argument;
					break;
				default:
					$arguments[ $index ] = (float) $argument;
			}
		}
		return $this->trapping( array( $this, 'call_export' ), array( $name, $arguments ) );
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
	private function trapping( callable $callback, array $arguments ) {
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- See above.
		\set_error_handler( array( self::class, 'on_error' ) );
		try {
			return $callback( ...$arguments );
		} catch ( \DivisionByZeroError $error ) {
			throw new Trap( Trap::DIVIDE_BY_ZERO, 0, $error ); // phpcs:ignore WordPress.Security.EscapeOutput
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
		throw new Trap( $undefined ? Trap::OUT_OF_BOUNDS : $message ); // phpcs:ignore WordPress.Security.EscapeOutput
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
