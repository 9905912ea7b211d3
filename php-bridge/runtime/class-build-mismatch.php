<?php
/**
 * The exception for files that do not belong together.
 *
 * @package Wasm2Php
 */

namespace Wasm2Php;

/**
 * The two files of a compiled module are of different builds: run again once the deploy is complete.
 */
final class Build_Mismatch extends \RuntimeException {}
