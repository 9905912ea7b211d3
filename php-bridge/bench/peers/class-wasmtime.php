<?php
/**
 * The module in wasmtime, through PHP's FFI: native code, where a host allows it.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php\Bench;

/**
 * An instance of the module, compiled by wasmtime when it is loaded.
 */
final class Wasmtime {

	/**
	 * As much of wasmtime's C interface as is needed; version 50.
	 */
	private const C = '
		typedef struct { size_t size; char *data; } wasm_byte_vec_t;
		typedef struct { uint64_t store_id; void *private; } wasmtime_func_t;
		typedef struct { struct { uint64_t store_id; uint32_t private1; } first; uint32_t private2; } wasmtime_memory_t;
		typedef struct { uint64_t store_id; size_t private; } wasmtime_instance_t;
		typedef struct {
			uint8_t kind;
			union { wasmtime_func_t func; wasmtime_memory_t memory; uint64_t room[3]; } of;
		} wasmtime_extern_t;
		typedef struct {
			uint8_t kind;
			union { int32_t i32; int64_t i64; uint64_t room[3]; } of;
		} wasmtime_val_t;
		void *wasm_engine_new(void);
		void *wasmtime_store_new(void *engine, void *data, void *finalizer);
		void *wasmtime_store_context(void *store);
		void *wasmtime_module_new(void *engine, const char *wasm, size_t length, void **module);
		void *wasmtime_instance_new(void *context, void *module, void *imports, size_t count,
			wasmtime_instance_t *instance, void **trap);
		bool wasmtime_instance_export_get(void *context, wasmtime_instance_t *instance, const char *name,
			size_t length, wasmtime_extern_t *item);
		void *wasmtime_func_call(void *context, wasmtime_func_t *function, wasmtime_val_t *arguments, size_t count,
			wasmtime_val_t *results, size_t result_count, void **trap);
		uint8_t *wasmtime_memory_data(void *context, wasmtime_memory_t *memory);
		void wasmtime_error_message(void *error, wasm_byte_vec_t *message);
	';

	/**
	 * The library.
	 *
	 * @var \FFI
	 */
	private $ffi;

	/**
	 * What its functions need.
	 *
	 * @var \FFI\CData
	 */
	private $context;

	/**
	 * The instance.
	 *
	 * @var \FFI\CData
	 */
	private $instance;

	/**
	 * The exported memory.
	 *
	 * @var \FFI\CData
	 */
	private $memory;

	/**
	 * The exported functions that were called, by name.
	 *
	 * @var \FFI\CData[]
	 */
	private $functions = array();

	/**
	 * How many results functions have that have not one.
	 *
	 * @var int[]
	 */
	private $results;

	/**
	 * Compiles and starts the module.
	 *
	 * @param string $library wasmtime's shared library.
	 * @param string $file    The module, WebAssembly.
	 * @param int[]  $results How many results functions have that have not one, by name.
	 */
	public function __construct( string $library, string $file, array $results = array() ) {
		$this->results  = $results;
		$this->ffi      = \FFI::cdef( self::C, $library );
		$engine         = $this->ffi->wasm_engine_new();
		$this->context  = $this->ffi->wasmtime_store_context( $this->ffi->wasmtime_store_new( $engine, null, null ) );
		$wasm           = file_get_contents( $file );
		$module         = $this->ffi->new( 'void *' );
		$trap           = $this->ffi->new( 'void *' );
		$this->instance = $this->ffi->new( 'wasmtime_instance_t' );
		$this->expect( $this->ffi->wasmtime_module_new( $engine, $wasm, strlen( $wasm ), \FFI::addr( $module ) ) );
		$this->expect(
			$this->ffi->wasmtime_instance_new( $this->context, $module, null, 0, \FFI::addr( $this->instance ), \FFI::addr( $trap ) ),
			$trap
		);
		$this->memory = $this->export( 'memory' );
	}

	/**
	 * Calls an exported function, whose parameters are `i32` and whose result is an integer.
	 *
	 * @param string $name         Its name.
	 * @param int    ...$arguments Its arguments.
	 */
	public function call( string $name, int ...$arguments ): ?int {
		$this->functions[ $name ] = $this->functions[ $name ] ?? $this->export( $name );

		$count  = count( $arguments );
		$values = $this->ffi->new( 'wasmtime_val_t[2]' );
		foreach ( $arguments as $index => $argument ) {
			$values[ $index ]->kind    = 0;
			$values[ $index ]->of->i32 = $argument;
		}
		$result = $this->ffi->new( 'wasmtime_val_t' );
		$trap   = $this->ffi->new( 'void *' );
		$error  = $this->ffi->wasmtime_func_call(
			$this->context,
			\FFI::addr( $this->functions[ $name ]->of->func ),
			\FFI::addr( $values[0] ),
			$count,
			\FFI::addr( $result ),
			$this->results[ $name ] ?? 1,
			\FFI::addr( $trap )
		);
		$this->expect( $error, $trap );
		return 0 === $result->kind ? $result->of->i32 : $result->of->i64;
	}

	/**
	 * Writes into memory.
	 *
	 * @param int    $address Where to.
	 * @param string $bytes   What.
	 */
	public function write( int $address, string $bytes ): void {
		\FFI::memcpy( $this->at( $address ), $bytes, strlen( $bytes ) );
	}

	/**
	 * Reads out of memory.
	 *
	 * @param int $address Where from.
	 * @param int $length  How many bytes.
	 */
	public function read( int $address, int $length ): string {
		return \FFI::string( $this->at( $address ), $length );
	}

	/**
	 * The pointer to an address.
	 *
	 * @param int $address The address.
	 */
	private function at( int $address ): \FFI\CData {
		return $this->ffi->wasmtime_memory_data( $this->context, \FFI::addr( $this->memory->of->memory ) ) + $address;
	}

	/**
	 * Something that the module exports.
	 *
	 * @param string $name Its name.
	 * @throws \RuntimeException If there is none.
	 */
	private function export( string $name ): \FFI\CData {
		$item = $this->ffi->new( 'wasmtime_extern_t' );
		if ( ! $this->ffi->wasmtime_instance_export_get( $this->context, \FFI::addr( $this->instance ), $name, strlen( $name ), \FFI::addr( $item ) ) ) {
			throw new \RuntimeException( "the module exports no '$name'" );
		}
		return $item;
	}

	/**
	 * Throws what wasmtime says went wrong.
	 *
	 * @param \FFI\CData|null $error An error, or null.
	 * @param \FFI\CData|null $trap  A trap, or a null pointer.
	 * @throws \RuntimeException If there is either.
	 */
	private function expect( ?\FFI\CData $error, ?\FFI\CData $trap = null ): void {
		if ( null !== $error ) {
			$message = $this->ffi->new( 'wasm_byte_vec_t' );
			$this->ffi->wasmtime_error_message( $error, \FFI::addr( $message ) );
			throw new \RuntimeException( 'wasmtime: ' . \FFI::string( $message->data, $message->size ) );
		}
		if ( null !== $trap && ! \FFI::isNull( $trap ) ) {
			throw new \RuntimeException( 'wasmtime: the module trapped' );
		}
	}
}
