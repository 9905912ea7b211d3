<?php
/**
 * The exception for a JIT that stays on.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * PHP's JIT is on, cannot be switched off from here, and would compile the module wrongly.
 */
final class Jit_Enabled extends \RuntimeException {}
