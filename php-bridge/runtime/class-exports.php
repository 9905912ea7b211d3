<?php
/**
 * What an instance exports.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * Hands out what an instance exports, for another one to import or for PHP to use.
 */
final class Exports {

	/**
	 * Gives something exported.
	 *
	 * @param Module $instance The instance.
	 * @param string $name     Its name.
	 * @return Function_Reference|Linear_Memory|Table|Global_Variable
	 * @throws \InvalidArgumentException If nothing is exported by this name.
	 */
	public static function of( Module $instance, string $name ) {
		$export = self::find( $instance, $name );
		if ( null === $export ) {
			// phpcs:ignore WordPress.Security.EscapeOutput -- For whoever reads the error.
			throw new \InvalidArgumentException( "The module exports nothing by the name of \"$name\"." );
		}
		return $export;
	}

	/**
	 * Gives something exported, or null.
	 *
	 * @param Module $instance The instance.
	 * @param string $name     Its name.
	 * @return Function_Reference|Linear_Memory|Table|Global_Variable|null
	 */
	public static function find( Module $instance, string $name ) {
		if ( isset( $instance::EXPORTS[ $name ] ) ) {
			$call = static function ( $depth, array $arguments ) use ( $instance, $name ) {
				return $instance->call_export( $name, $arguments, $depth );
			};
			return new Function_Reference( $instance::EXPORTS[ $name ], $call, true );
		}
		if ( \array_key_exists( $name, $instance::MEMORIES ) ) {
			return Linear_Memory::of( $instance, $instance::MEMORIES[ $name ] );
		}
		if ( isset( $instance::TABLES[ $name ] ) ) {
			return $instance->tables[ $instance::TABLES[ $name ] ];
		}
		if ( isset( $instance::GLOBALS[ $name ] ) ) {
			$property      = $instance::GLOBALS[ $name ];
			$global        = new Global_Variable( $instance::GLOBAL_TYPES[ $property ], $instance->$property );
			$global->value = &$instance->$property;
			return $global;
		}
		return null;
	}
}
