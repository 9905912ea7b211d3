<?php
/**
 * The exception that ends a trapped call.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * WebAssembly stopped. The message is the reason, in the words of the specification.
 */
final class Trap extends \RuntimeException {

	const OUT_OF_BOUNDS      = 'out of bounds memory access';
	const UNREACHABLE        = 'unreachable';
	const DIVIDE_BY_ZERO     = 'integer divide by zero';
	const OVERFLOW           = 'integer overflow';
	const INVALID_CONVERSION = 'invalid conversion to integer';
	const UNDEFINED_ELEMENT  = 'undefined element';
	const UNINITIALIZED      = 'uninitialized element';
	const TYPE_MISMATCH      = 'indirect call type mismatch';
	const EXHAUSTED          = 'call stack exhausted';
	const TABLE_BOUNDS       = 'out of bounds table access';
}
