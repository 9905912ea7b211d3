<?php
/**
 * The exception of a module that does not get what it imports.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * An import is missing, or is not what the module wants. The message names both.
 */
final class Link_Error extends \RuntimeException {

	/**
	 * An import that is not given.
	 *
	 * @param string $module Module that it is imported from.
	 * @param string $name   Its name there.
	 * @param string $wanted What it must be.
	 */
	public static function unknown( string $module, string $name, string $wanted ): self {
		return new self( "unknown import: $module.$name is not given; it must be $wanted. Pass it to the constructor, in array( '$module' => array( '$name' => ... ) )." );
	}

	/**
	 * An import of another kind or type.
	 *
	 * @param string $module Module that it is imported from.
	 * @param string $name   Its name there.
	 * @param string $wanted What it must be.
	 * @param string $given  What it is.
	 */
	public static function incompatible( string $module, string $name, string $wanted, string $given ): self {
		return new self( "incompatible import type: $module.$name must be $wanted, but $given is given. Pass another one." );
	}

	/**
	 * Says what an import must be.
	 *
	 * @param string          $kind      Kind of it.
	 * @param int|string|null ...$wanted What the compiled module says of it.
	 */
	public static function wanted( string $kind, ...$wanted ): string {
		switch ( $kind ) {
			case 'function':
				return 'a function of type ' . self::signature( $wanted[0] );
			case 'memory':
				return 'a memory' . self::limits( 'pages', ...$wanted );
			case 'table':
				return 'a table of ' . self::types( $wanted[0] ) . self::limits( 'slots', $wanted[1], $wanted[2] );
			default:
				return self::global_type( $wanted[0] );
		}
	}

	/**
	 * Says what is given.
	 *
	 * @param mixed $given Any value.
	 */
	public static function given( $given ): string {
		if ( $given instanceof Function_Reference ) {
			return self::wanted( 'function', $given->type );
		}
		if ( $given instanceof Linear_Memory ) {
			return self::wanted( 'memory', $given->pages, $given->maximum );
		}
		if ( $given instanceof Table ) {
			return self::wanted( 'table', $given->type, $given->size, $given->maximum );
		}
		if ( $given instanceof Global_Variable ) {
			return self::global_type( $given->type );
		}
		return 'something else (' . ( \is_object( $given ) ? \get_class( $given ) : \gettype( $given ) ) . ')';
	}

	/**
	 * Names a size and a maximum in words.
	 *
	 * @param string   $unit    What is counted.
	 * @param int      $size    The size.
	 * @param int|null $maximum The maximum, if there is one.
	 */
	private static function limits( string $unit, int $size, ?int $maximum ): string {
		return " of $size $unit" . ( null === $maximum ? ' without a maximum' : " and at most $maximum" );
	}

	/**
	 * Names a global's type in words.
	 *
	 * @param string $letter The letter of it, a capital if it is mutable.
	 */
	private static function global_type( string $letter ): string {
		$lower = \strtolower( $letter );
		return ( $lower === $letter ? 'an immutable' : 'a mutable' ) . ' global of type ' . self::types( $lower );
	}

	/**
	 * Names a function's type in words.
	 *
	 * @param string $type Its letters, as in `ii>i`.
	 */
	public static function signature( string $type ): string {
		list( $params, $results ) = \explode( '>', $type );
		return '(' . self::types( $params ) . ') -> (' . self::types( $results ) . ')';
	}

	/**
	 * Names types in words.
	 *
	 * @param string $letters A letter for each.
	 */
	public static function types( string $letters ): string {
		$names = array(
			'i' => 'i32',
			'l' => 'i64',
			'f' => 'f32',
			'd' => 'f64',
			'c' => 'funcref',
			'e' => 'externref',
		);
		$words = array();
		foreach ( '' === $letters ? array() : \str_split( $letters ) as $letter ) {
			$words[] = $names[ $letter ];
		}
		return \implode( ', ', $words );
	}
}
