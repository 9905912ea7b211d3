<?php
/**
 * What compiled modules are that take something from outside, or refer to functions.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

require_once __DIR__ . '/class-module.php';
require_once __DIR__ . '/class-exports.php';
require_once __DIR__ . '/class-function-reference.php';
require_once __DIR__ . '/class-global-variable.php';
require_once __DIR__ . '/class-linear-memory.php';
require_once __DIR__ . '/class-link-error.php';
require_once __DIR__ . '/class-table.php';

/**
 * An instance with imports, tables that can change, and references to its functions.
 *
 * Memory and mutable globals are shared between instances by PHP's references, so compiled code need
 * not know whether they are its own.
 */
abstract class Linked_Module extends Module {

	/**
	 * What is imported: module, name, kind, and what it must be.
	 */
	const IMPORTS = array();

	/**
	 * The callbacks of imported functions, by index.
	 *
	 * @var \Closure[]
	 */
	public $imports = array();

	/**
	 * Those tables that can change, by index.
	 *
	 * @var Table[]
	 */
	public $tables = array();

	/**
	 * Element segments that have not been dropped.
	 *
	 * @var array[]
	 */
	private $elements = array();

	/**
	 * References to functions that have been made, by index.
	 *
	 * @var Function_Reference[]
	 */
	private $references = array();

	/**
	 * Makes an instance: imports bound, memory, tables and globals as the module begins, its start function run.
	 *
	 * @param array $imports What it imports, by module and name. Instead of a module's names there can be an
	 *                       instance that exports them. A function is a Function_Reference or any callable,
	 *                       a memory a Linear_Memory, a table a Table, and a global a Global_Variable or, if
	 *                       it is not mutable, just its value.
	 * @throws Link_Error If one is missing, or is something else.
	 * @throws Trap       If instantiation or the start function traps.
	 */
	public function __construct( array $imports = array() ) {
		foreach ( static::IMPORTS as $import ) {
			list( $module, $name, $kind ) = $import;
			$wanted = \array_slice( $import, 3 );
			$source = $imports[ $module ] ?? array();
			if ( $source instanceof Module ) {
				$given = Exports::find( $source, $name );
			} else {
				$given = \is_array( $source ) ? $source[ $name ] ?? null : null;
			}
			if ( null === $given ) {
				throw Link_Error::unknown( $module, $name, Link_Error::wanted( $kind, ...$wanted ) );
			}
			if ( ! $this->{"import_$kind"}( $given, ...$wanted ) ) {
				throw Link_Error::incompatible( $module, $name, Link_Error::wanted( $kind, ...$wanted ), Link_Error::given( $given ) );
			}
		}
		parent::__construct();
	}

	/**
	 * Makes the reference to a function; a module that refers to some has a method of its own for it.
	 *
	 * @param int $index The function's index.
	 * @throws \LogicException If there is no reference to this function.
	 */
	protected function new_reference( $index ) {
		throw new \LogicException( 'The module does not refer to function ' . (int) $index . '.' );
	}

	/**
	 * How deep the stack is already when compiled code is called.
	 */
	protected static function depth() {
		return Function_Reference::$depth;
	}

	/**
	 * Binds an imported function.
	 *
	 * @param mixed  $given What is given.
	 * @param string $type  Its type.
	 * @return bool Whether it fits.
	 */
	private function import_function( $given, $type ) {
		if ( ! $given instanceof Function_Reference ) {
			if ( ! \is_callable( $given ) ) {
				return false;
			}
			$given = new Function_Reference( $type, $given );
		}
		$this->imports[] = $given->callback;
		return $given->type === $type;
	}

	/**
	 * Binds an imported memory.
	 *
	 * @param mixed    $given   What is given.
	 * @param int      $pages   Pages that it must have.
	 * @param int|null $maximum The maximum that it must not be above, if there is one.
	 * @return bool Whether it fits.
	 */
	private function import_memory( $given, $pages, $maximum ) {
		if ( ! $given instanceof Linear_Memory || ! self::fits( $given->pages, $given->maximum, $pages, $maximum ) ) {
			return false;
		}
		Linear_Memory::share( $given, $this );
		return true;
	}

	/**
	 * Binds an imported table.
	 *
	 * @param mixed    $given   What is given.
	 * @param string   $type    What it must hold.
	 * @param int      $size    Slots that it must have.
	 * @param int|null $maximum The maximum that it must not be above, if there is one.
	 * @return bool Whether it fits.
	 */
	private function import_table( $given, $type, $size, $maximum ) {
		$this->tables[] = $given;
		return $given instanceof Table && $given->type === $type && self::fits( $given->size, $given->maximum, $size, $maximum );
	}

	/**
	 * Whether something has the size that is wanted, and grows no further than that.
	 *
	 * @param int      $size        Its size.
	 * @param int|null $maximum     Its maximum.
	 * @param int      $min_size    The least that is wanted.
	 * @param int|null $max_maximum The largest maximum that is wanted.
	 */
	private static function fits( $size, $maximum, $min_size, $max_maximum ) {
		return $size >= $min_size && ( null === $max_maximum || null !== $maximum && $maximum <= $max_maximum );
	}

	/**
	 * Binds an imported global.
	 *
	 * @param mixed  $given    What is given.
	 * @param string $type     The letter of its type, a capital if it is mutable.
	 * @param string $property Where compiled code looks for it.
	 * @return bool Whether it fits.
	 */
	private function import_global( $given, $type, $property ) {
		$is_mutable = \strtolower( $type ) !== $type;
		if ( ! $given instanceof Global_Variable ) {
			if ( $is_mutable || ! \is_numeric( $given ) && 'e' !== $type ) {
				return false;
			}
			$given = new Global_Variable( $type, $given );
		}
		if ( $is_mutable ) {
			$this->$property = &$given->value;
		} else {
			$this->$property = $given->value;
		}
		return $given->type === $type;
	}

	/**
	 * Gives the reference to a function.
	 *
	 * @param int $index The function's index.
	 */
	public function reference( $index ) {
		if ( ! isset( $this->references[ $index ] ) ) {
			$this->references[ $index ] = $this->new_reference( $index );
		}
		return $this->references[ $index ];
	}

	/**
	 * Gives references to functions.
	 *
	 * @param int[] $indices Their indices.
	 * @return Function_Reference[]
	 */
	public function functions( array $indices ) {
		foreach ( $indices as $key => $index ) {
			$indices[ $key ] = $this->reference( $index );
		}
		return $indices;
	}

	/**
	 * Sets an element segment.
	 *
	 * @param array $references What it holds.
	 * @param int   $segment    Its index.
	 */
	public function elements( array $references, $segment ) {
		$this->elements[ $segment ] = $references;
	}

	/**
	 * Forgets an element segment.
	 *
	 * @param int $segment Its index.
	 */
	public function elem_drop( $segment ) {
		unset( $this->elements[ $segment ] );
	}

	/**
	 * Gives what is in a slot of a table.
	 *
	 * @param int $index The slot.
	 * @param int $table The table's index.
	 */
	public function table_get( $index, $table ) {
		return $this->tables[ $table ]->get( $index );
	}

	/**
	 * Puts something into a slot of a table.
	 *
	 * @param int   $index The slot.
	 * @param mixed $value What.
	 * @param int   $table The table's index.
	 */
	public function table_set( $index, $value, $table ) {
		$this->tables[ $table ]->set( $index, $value );
	}

	/**
	 * Gives the size of a table.
	 *
	 * @param int $table The table's index.
	 */
	public function table_size( $table ) {
		return $this->tables[ $table ]->size;
	}

	/**
	 * Adds slots to a table.
	 *
	 * @param mixed $value What they hold.
	 * @param int   $by    How many.
	 * @param int   $table The table's index.
	 * @return int The old size, or -1 as an i32.
	 */
	public function table_grow( $value, $by, $table ) {
		return $this->tables[ $table ]->grow( $value, $by );
	}

	/**
	 * Puts one value into a range of slots of a table.
	 *
	 * @param int   $to    First slot.
	 * @param mixed $value What.
	 * @param int   $count How many.
	 * @param int   $table The table's index.
	 */
	public function table_fill( $to, $value, $count, $table ) {
		$this->tables[ $table ]->fill( $to, $value, $count );
	}

	/**
	 * Copies slots between tables.
	 *
	 * @param int $to     First slot to write.
	 * @param int $from   First slot to read.
	 * @param int $count  How many.
	 * @param int $table  Index of the table that is written.
	 * @param int $source Index of the table that is read.
	 */
	public function table_copy( $to, $from, $count, $table, $source ) {
		$this->tables[ $table ]->copy( $to, $from, $count, $this->tables[ $source ] );
	}

	/**
	 * Copies from an element segment into a table.
	 *
	 * @param int $to      First slot.
	 * @param int $from    Index in the segment.
	 * @param int $count   How many.
	 * @param int $segment The segment's index.
	 * @param int $table   The table's index.
	 */
	public function table_init( $to, $from, $count, $segment, $table ) {
		$this->tables[ $table ]->init( $to, $from, $count, $this->elements[ $segment ] ?? array() );
	}
}
