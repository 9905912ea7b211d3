<?php
/**
 * The module as wasm2lang compiles it.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php\Bench;

/**
 * An instance of the module: closures by name, and its memory as a string.
 */
final class Wasm2lang {

	/**
	 * The exported functions.
	 *
	 * @var callable[]
	 */
	private $exports;

	/**
	 * The memory.
	 *
	 * @var string
	 */
	private $memory;

	/**
	 * Which functions have an `i64` as their result.
	 *
	 * @var true[]
	 */
	private $wide;

	/**
	 * Loads the module.
	 *
	 * @param string $file What wasm2lang wrote, with `--emit-metadata memory --emit-code module`.
	 * @param true[] $wide Which functions have an `i64` as their result, by name.
	 */
	public function __construct( string $file, array $wide = array() ) {
		$this->wide = $wide;
		require $file;
		$this->memory  = $memory;
		$this->exports = $module( self::intrinsics(), $this->memory );
	}

	/**
	 * What the code imports where the module did not: the halves of a double, through eight bytes.
	 *
	 * @return callable[]
	 */
	private static function intrinsics(): array {
		$scratch = array( 0, 0 );
		return array(
			'wasm2js_scratch_load_i32'  => static function ( int $index ) use ( &$scratch ): int {
				return $scratch[ $index ];
			},
			'wasm2js_scratch_store_i32' => static function ( int $index, int $value ) use ( &$scratch ): void {
				$scratch[ $index ] = $value;
			},
			'wasm2js_scratch_load_f64'  => static function () use ( &$scratch ): float {
				return unpack( 'e', pack( 'VV', ...$scratch ) )[1];
			},
			'wasm2js_scratch_store_f64' => static function ( float $value ) use ( &$scratch ): void {
				$scratch = array_map(
					static function ( $half ) {
						return $half << 32 >> 32;
					},
					array_values( unpack( 'V2', pack( 'e', $value ) ) )
				);
			},
		);
	}

	/**
	 * Calls an exported function. Its integers have a sign, and of an `i64` it gives the lower half; the
	 * upper half it keeps to itself, in a variable that its functions share.
	 *
	 * @param string $name         Its name.
	 * @param int    ...$arguments Its arguments.
	 */
	public function call( string $name, int ...$arguments ): ?int {
		$export = $this->exports[ $name ];
		$result = $export( ...$arguments );
		if ( ! isset( $this->wide[ $name ] ) ) {
			return $result;
		}
		$upper = ( new \ReflectionFunction( $export ) )->getStaticVariables()['g_i64toi32_i32_HIGH_BITS'];
		return $upper << 32 | $result & 0xffffffff;
	}

	/**
	 * Writes into memory.
	 *
	 * @param int    $address Where to.
	 * @param string $bytes   What.
	 */
	public function write( int $address, string $bytes ): void {
		// Byte by byte in place: anything else would copy all of memory.
		for ( $i = 0, $length = strlen( $bytes ); $i < $length; $i++ ) {
			$this->memory[ $address + $i ] = $bytes[ $i ];
		}
	}

	/**
	 * Reads out of memory.
	 *
	 * @param int $address Where from.
	 * @param int $length  How many bytes.
	 */
	public function read( int $address, int $length ): string {
		return substr( $this->memory, $address, $length );
	}
}
