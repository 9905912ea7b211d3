<?php
/**
 * Tables that can change.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * A table of references: one of a module whose slots may change, or one to import.
 *
 * Only slots that hold something take room.
 */
final class Table {

	/**
	 * Slots that a table never grows beyond: full, they take 16 to 40 MB.
	 */
	const LIMIT = 1000000;

	/**
	 * What it holds: c for references to functions, e for anything.
	 *
	 * @var string
	 */
	public $type;

	/**
	 * How many slots there are.
	 *
	 * @var int
	 */
	public $size;

	/**
	 * The declared maximum, if there is one.
	 *
	 * @var int|null
	 */
	public $maximum;

	/**
	 * What is in the slots; those that are null are left out.
	 *
	 * @var array
	 */
	private $slots = array();

	/**
	 * Makes a table full of null.
	 *
	 * @param string   $type    What it holds: c for references to functions, e for anything.
	 * @param int      $size    How many slots there are.
	 * @param int|null $maximum Slots that it never grows beyond.
	 */
	public function __construct( string $type, int $size, ?int $maximum = null ) {
		$this->type    = $type;
		$this->size    = $size;
		$this->maximum = $maximum;
	}

	/**
	 * Gives what is in a slot.
	 *
	 * @param int $index The slot.
	 */
	public function get( $index ) {
		$this->check( $index, 1 );
		return $this->slots[ $index ] ?? null;
	}

	/**
	 * Puts something into a slot.
	 *
	 * @param int   $index The slot.
	 * @param mixed $value What.
	 */
	public function set( $index, $value ) {
		$this->check( $index, 1 );
		$this->put( $index, Module::coerce( $this->type, $value ) );
	}

	/**
	 * Adds slots.
	 *
	 * @param mixed $value What they hold.
	 * @param int   $by    How many.
	 * @return int The old size, or -1 as an i32.
	 */
	public function grow( $value, $by ) {
		$old = $this->size;
		if ( $old + $by > \min( $this->maximum ?? self::LIMIT, self::LIMIT ) ) {
			return 0xffffffff;
		}
		$this->size = $old + $by;
		$this->fill( $old, $value, $by );
		return $old;
	}

	/**
	 * Puts one value into a range of slots.
	 *
	 * @param int   $to    First slot.
	 * @param mixed $value What.
	 * @param int   $count How many.
	 */
	public function fill( $to, $value, $count ) {
		$this->check( $to, $count );
		if ( null === $value && $count > \count( $this->slots ) ) {
			foreach ( $this->slots as $index => $old ) {
				if ( $index >= $to && $index < $to + $count ) {
					unset( $this->slots[ $index ] );
				}
			}
			return;
		}
		for ( $end = $to + $count; $to < $end; $to++ ) {
			$this->put( $to, $value );
		}
	}

	/**
	 * Copies a range of slots; the ranges may overlap.
	 *
	 * @param int   $to     First slot here.
	 * @param int   $from   First slot there.
	 * @param int   $count  How many.
	 * @param Table $source The table to copy from.
	 */
	public function copy( $to, $from, $count, self $source ) {
		$source->check( $from, $count );
		$this->check( $to, $count );
		$values = array();
		for ( $index = 0; $index < $count; $index++ ) {
			$values[] = $source->slots[ $from + $index ] ?? null;
		}
		foreach ( $values as $index => $value ) {
			$this->put( $to + $index, $value );
		}
	}

	/**
	 * Copies from a list of references.
	 *
	 * @param int   $to      First slot.
	 * @param int   $from    Index in the list.
	 * @param int   $count   How many.
	 * @param array $segment The list.
	 * @throws Trap If either is too short.
	 */
	public function init( $to, $from, $count, array $segment ) {
		if ( $from + $count > \count( $segment ) ) {
			throw new Trap( Trap::TABLE_BOUNDS );
		}
		$this->check( $to, $count );
		for ( $index = 0; $index < $count; $index++ ) {
			$this->put( $to + $index, $segment[ $from + $index ] );
		}
	}

	/**
	 * Calls the function in a slot.
	 *
	 * @param int    $depth     How deep the stack is.
	 * @param string $type      Type that it must have.
	 * @param array  $arguments What it gets.
	 * @param int    $index     The slot.
	 * @throws Trap If there is no function of this type.
	 */
	public function call( $depth, $type, array $arguments, $index ) {
		$function = $this->slots[ $index ] ?? null;
		if ( null === $function ) {
			throw new Trap( $index < $this->size ? Trap::UNINITIALIZED : Trap::UNDEFINED_ELEMENT );
		}
		if ( $function->type !== $type ) {
			throw new Trap( Trap::TYPE_MISMATCH );
		}
		return ( $function->callback )( $depth, $arguments );
	}

	/**
	 * Puts something into a slot that exists.
	 *
	 * @param int   $index The slot.
	 * @param mixed $value What.
	 */
	private function put( $index, $value ) {
		if ( null === $value ) {
			unset( $this->slots[ $index ] );
		} else {
			$this->slots[ $index ] = $value;
		}
	}

	/**
	 * Traps unless a range of slots exists.
	 *
	 * @param int $first First slot.
	 * @param int $count How many.
	 * @throws Trap If it does not.
	 */
	private function check( $first, $count ) {
		if ( $first < 0 || $first + $count > $this->size ) {
			throw new Trap( Trap::TABLE_BOUNDS );
		}
	}
}
