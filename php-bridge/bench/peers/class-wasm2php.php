<?php
/**
 * The module as `wasm2php` compiles it.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php\Bench;

/**
 * An instance of the compiled module.
 */
final class Wasm2php {

	/**
	 * The instance.
	 *
	 * @var \Wasm2Php\Module
	 */
	private $module;

	/**
	 * Loads the module.
	 *
	 * @param string $file         The module's main file.
	 * @param string $module_class The module's class.
	 */
	public function __construct( string $file, string $module_class ) {
		require_once $file;
		$this->module = new $module_class();
	}

	/**
	 * Calls an exported function.
	 *
	 * @param string $name         Its name.
	 * @param int    ...$arguments Its arguments.
	 */
	public function call( string $name, int ...$arguments ): ?int {
		return $this->module->invoke( $name, ...$arguments );
	}

	/**
	 * Writes into memory.
	 *
	 * @param int    $address Where to.
	 * @param string $bytes   What.
	 */
	public function write( int $address, string $bytes ): void {
		$this->module->write( $address, $bytes );
	}

	/**
	 * Reads out of memory.
	 *
	 * @param int $address Where from.
	 * @param int $length  How many bytes.
	 */
	public function read( int $address, int $length ): string {
		return $this->module->read( $address, $length );
	}
}
