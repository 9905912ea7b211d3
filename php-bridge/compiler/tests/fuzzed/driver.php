<?php
/**
 * Runs compiled modules, and tells all that can be seen of it from outside.
 *
 * usage: php driver.php TASKS
 *
 * Each line of the file is a task, in JSON: the file and class of a module, and the calls to make. One
 * line of JSON is printed for each: the answers. `fuzz/src/oracle.rs` makes the same of wasmtime.
 *
 * @package Wasm2Php
 */

use Wasm2Php\Function_Reference;
use Wasm2Php\Global_Variable;
use Wasm2Php\Linear_Memory;
use Wasm2Php\Linked_Module;
use Wasm2Php\Module;
use Wasm2Php\Table;
use Wasm2Php\Trap;

list( , $tasks ) = $argv;

$folder = dirname( $tasks );
require "$folder/class-module.php";

// Nothing that PHP complains of, when it reads the files, is right.
set_error_handler(
	static function ( int $level, string $message, string $file, int $line ) {
		throw new ErrorException( $message, 0, $level, $file, $line );
	}
);

/** The runtime's own functions for exact bits. */
final class Bits extends Wasm2Php\Numbers {}

/** An argument, from its type and its bits. */
function argument( string $given ) {
	static $bits_of      = null;
	$bits_of             = $bits_of ?? new Bits();
	list( $type, $bits ) = explode( ':', "$given:" );
	switch ( $type ) {
		case 'f32':
			return $bits_of->f32_from_bits( (int) $bits );
		case 'f64':
			return $bits_of->f64_from_bits( (int) $bits );
		case 'null':
			return null;
		default:
			return (int) $bits;
	}
}

/** A value as its type, which the module states with one letter, and its bits. */
function value( string $letter, $value ): string {
	static $bits_of = null;
	$bits_of        = $bits_of ?? new Bits();
	switch ( $letter ) {
		case 'i':
			return is_int( $value ) && $value >= 0 && $value <= 0xffffffff ? "i32:$value" : 'no i32: ' . var_export( $value, true );
		case 'l':
			return is_int( $value ) ? "i64:$value" : 'no i64: ' . var_export( $value, true );
		case 'f':
			return is_float( $value ) ? 'f32:' . $bits_of->f32_bits( $value ) : 'no f32: ' . var_export( $value, true );
		case 'd':
			return is_float( $value ) ? 'f64:' . $bits_of->f64_bits( $value ) : 'no f64: ' . var_export( $value, true );
		default:
			return null === $value ? 'null' : 'reference';
	}
}

/** Globals, tables and memory of an instance. */
function state( Module $module, array $task ): string {
	$state = array();
	foreach ( $task['globals'] as list( $name, $letter ) ) {
		$state[] = value( $letter, $module->{ $module::GLOBALS[ $name ] } );
	}
	foreach ( $task['tables'] as $name ) {
		$table = $module->export( $name );
		$slots = '';
		for ( $slot = 0; $slot < $table->size; $slot++ ) {
			$slots .= null === $table->get( $slot ) ? '-' : 'x';
		}
		$state[] = "table:$slots";
	}
	$used    = rtrim( $module->read( 0, $module->pages * Module::PAGE ), "\0" );
	$state[] = "pages:$module->pages bytes:" . strlen( $used ) . ' ' . hash( 'fnv1a32', $used );
	return implode( ' ', $state );
}

/** What modules may import, as in `fuzz/src/host.rs`. */
function host(): array {
	return array(
		'host' => array(
			'none'      => static function () {},
			'add_seven' => new Function_Reference(
				'i>i',
				static function ( int $value ): int {
					return $value + 7;
				}
			),
			'swap'      => static function ( int $first, float $second ): array {
				return array( $second, $first );
			},
			'negate'    => array( new Bits(), 'float_neg' ),
			'same'      => static function ( $value ) {
				return $value;
			},
			'fixed'     => 666,
			'changes'   => new Global_Variable( 'L', 777 ),
			'memory'    => new Linear_Memory( 1, 4 ),
			'table'     => new Table( 'c', 10, 20 ),
		),
	);
}

/** What a call returns, or why it traps. */
function answer( Module $module, array $call ): array {
	list( $name, $arguments, $results ) = $call;
	try {
		$got = $module->invoke( $name, ...array_map( 'argument', $arguments ) );
	} catch ( Trap $trap ) {
		return array( 'trap: ' . $trap->getMessage(), true );
	}
	switch ( strlen( $results ) ) {
		case 0:
			return array( null === $got ? '' : 'no result: ' . var_export( $got, true ), false );
		case 1:
			return array( value( $results, $got ), false );
		default:
			return array( implode( ' ', array_map( 'value', str_split( $results ), $got ) ), false );
	}
}

/** All answers to a task. A trap ends an instance, and at its end its state is told. */
function answers( array $task ): array {
	$answers = array();
	$class   = $task['class'];
	$calls   = $task['calls'];
	do {
		try {
			$module = is_subclass_of( $class, Linked_Module::class ) ? new $class( host() ) : new $class();
		} catch ( Trap $trap ) {
			$answers[] = 'trap: ' . $trap->getMessage();
			return $answers;
		}
		$trapped = false;
		while ( $calls && ! $trapped ) {
			list( $answer, $trapped ) = answer( $module, array_shift( $calls ) );
			$answers[]                = $answer;
		}
		$answers[] = state( $module, $task );
	} while ( $calls );
	return $answers;
}

foreach ( file( $tasks ) as $line ) {
	$task = json_decode( $line, true, 512, JSON_THROW_ON_ERROR );
	try {
		require "$folder/{$task['file']}";
		$answers = answers( $task );
	} catch ( Throwable $error ) {
		$answers = array( get_class( $error ) . ': ' . $error->getMessage() . ' in ' . basename( $error->getFile() ) . ':' . $error->getLine() );
	}
	echo json_encode( $answers, JSON_INVALID_UTF8_SUBSTITUTE ), "\n";
}
