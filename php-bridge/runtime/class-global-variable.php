<?php
/**
 * A global outside of a module.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * A global to import, or one that a module exports: then its value is the module's own variable.
 */
final class Global_Variable {

	/**
	 * The letter of its type, see {@see Module::coerce()}: a capital if it is mutable.
	 *
	 * @var string
	 */
	public $type;

	/**
	 * The value. Only that of a mutable global may be set, and to a value of its type.
	 *
	 * @var mixed
	 */
	public $value;

	/**
	 * Makes a global.
	 *
	 * @param string $type  The letter of its type, a capital if it is mutable.
	 * @param mixed  $value What it begins with.
	 */
	public function __construct( string $type, $value ) {
		$this->type  = $type;
		$this->value = Module::coerce( \strtolower( $type ), $value );
	}
}
