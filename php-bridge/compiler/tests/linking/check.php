<?php
/**
 * Links compiled modules with each other and with PHP, and checks what comes of it.
 *
 * usage: php check.php FOLDER
 *
 * Prints what is wrong, and `N passed, N failed` at the end.
 *
 * @package Wasm2Php
 */

use Wasm2Php\Caller;
use Wasm2Php\Function_Reference;
use Wasm2Php\Global_Variable;
use Wasm2Php\Host;
use Wasm2Php\Linear_Memory;
use Wasm2Php\Link_Error;
use Wasm2Php\Plain;
use Wasm2Php\Recursion;
use Wasm2Php\Table;
use Wasm2Php\Trap;

$passed = 0;
$failed = 0;

/** Checks what a callback gives: a value, or the class of an exception and words of its message. */
function check( string $what, $expected, callable $callback ): void {
	global $passed, $failed;
	try {
		$got = $callback();
	} catch ( Throwable $error ) {
		$got = array( get_class( $error ), $error->getMessage() );
		if ( is_array( $expected ) && $expected[0] === $got[0] && false !== strpos( $got[1], $expected[1] ) ) {
			$got = $expected;
		}
	}
	if ( $expected === $got ) {
		++$passed;
		return;
	}
	++$failed;
	echo "$what: got ", var_export( $got, true ), ', expected ', var_export( $expected, true ), "\n";
}

require "{$argv[1]}/plain.php";

$plain = new Plain();
check( 'an argument is rounded to f32', 0.05000000074505806, fn() => $plain->invoke( 'half', 0.1 ) );
check( 'a number in text is a number', 1.0, fn() => $plain->invoke( 'half', '2' ) );
check( 'text is no number', array( InvalidArgumentException::class, 'A number is wanted, not string' ), fn() => $plain->invoke( 'half', 'x' ) );
check( 'too many arguments', array( InvalidArgumentException::class, 'takes 1 arguments' ), fn() => $plain->invoke( 'half', 1, 2 ) );
check( 'arguments with names', array( InvalidArgumentException::class, 'have no names' ), fn() => $plain->invoke( 'half', value: 1 ) );
check( 'a function that is not exported', array( InvalidArgumentException::class, 'no function by the name of "none"' ), fn() => $plain->invoke( 'none' ) );
check( 'several results are a list', array( -2, 0xffffffff ), fn() => $plain->invoke( 'swap', -1, -2 ) );
check( 'a global keeps the bits of its NaN', '7ff4000020000000', fn() => bin2hex( strrev( pack( 'e', $plain->g0 ) ) ) );
check( 'a module that links nothing has no files for it', array( LogicException::class, 'class-exports.php' ), fn() => $plain->export( 'half' ) );

require "{$argv[1]}/host.php";
require "{$argv[1]}/recursion.php";
require "{$argv[1]}/caller.php";

/** What the module `Host` imports, with some of it changed. */
function imports( array $changes = array() ): array {
	$object = new stdClass();
	return array(
		'env' => $changes + array(
			'log'     => static function () {},
			'i32'     => static fn() => -1,
			'i64'     => static fn() => PHP_INT_MIN,
			'f32'     => static fn( $value ) => $value,
			'f64'     => static fn() => 1,
			'pair'    => static fn( $value ) => array( $value, 0.5 ),
			'extern'  => static fn( $value ) => $value,
			'memory'  => new Linear_Memory( 1, 4 ),
			'table'   => new Table( 'c', 4 ),
			'counter' => new Global_Variable( 'L', 40 ),
			'base'    => 8,
			'object'  => new Global_Variable( 'e', $object ),
		),
	);
}

/** An instance of `Host`, with some of its imports changed. */
function host( array $changes = array() ): Host {
	return new Host( imports( $changes ) );
}

check( 'an i32 is unsigned', 0xffffffff, fn() => host()->invoke( 'i32' ) );
check( 'a boolean is an i32', 1, fn() => host( array( 'i32' => fn() => true ) )->invoke( 'i32' ) );
check( 'an i64 is what PHP has', PHP_INT_MIN, fn() => host()->invoke( 'i64' ) );
check( 'an integer is a float', 1.0, fn() => host()->invoke( 'f64' ) );
check( 'a result is rounded to f32', 0.10000000149011612, fn() => host( array( 'f32' => fn() => 0.1 ) )->invoke( 'f32', 0 ) );
check( 'a list is several results', array( 0.5, 7 ), fn() => host()->invoke( 'pair', 7 ) );
check( 'one value is not two', array( UnexpectedValueException::class, 'must return i32, f64 has returned something else. A list of 2 values is wanted' ), fn() => host( array( 'pair' => fn() => 1 ) )->invoke( 'pair', 7 ) );
check( 'three values are not two', array( UnexpectedValueException::class, 'must return i32, f64 has returned something else. A list of 2 values is wanted' ), fn() => host( array( 'pair' => fn() => array( 1, 2, 3 ) ) )->invoke( 'pair', 7 ) );
check( 'null is no number', array( UnexpectedValueException::class, 'A number is wanted, not NULL' ), fn() => host( array( 'i32' => fn() => null ) )->invoke( 'i32' ) );
check(
	'the host gets numbers as WebAssembly has them',
	array( 0xffffffff, 0.5 ),
	function () {
		$got = null;
		host(
			array(
				'log' => function ( ...$arguments ) use ( &$got ) {
					$got = $arguments;
				},
			)
		)->invoke( 'log' );
		return $got;
	}
);
check( 'any value is an externref', array( 'a' => 0 ), fn() => host()->invoke( 'extern', array( 'a' => 0 ) ) );
check( 'null stays null', null, fn() => host()->invoke( 'extern', null ) );
check( 'a global can hold an externref', true, fn() => host()->invoke( 'object' ) instanceof stdClass );

check( 'an object in place of the names of a module', array( Link_Error::class, 'unknown import: env.log' ), fn() => new Host( array( 'env' => new stdClass() ) ) );
check( 'a missing import', array( Link_Error::class, "unknown import: env.log is not given; it must be a function of type (i32, f32) -> ()" ), fn() => host( array( 'log' => null ) ) );
check( 'a missing module', array( Link_Error::class, "array( 'env' => array( 'log' => ... ) )" ), fn() => new Host() );
check( 'a function of another type', array( Link_Error::class, 'incompatible import type: env.i32 must be a function of type () -> (i32), but a function of type (i32) -> () is given' ), fn() => host( array( 'i32' => new Function_Reference( 'i>', fn() => 1 ) ) ) );
check( 'a function of the type', 5, fn() => host( array( 'i32' => new Function_Reference( '>i', fn() => 5 ) ) )->invoke( 'i32' ) );
check( 'no function at all', array( Link_Error::class, 'something else (integer)' ), fn() => host( array( 'i32' => 5 ) ) );
check( 'a type that is none', array( InvalidArgumentException::class, 'A type has a letter' ), fn() => new Function_Reference( 'int', fn() => 1 ) );
check( 'a memory without a maximum', array( Link_Error::class, 'env.memory must be a memory of 1 pages and at most 4, but a memory of 1 pages without a maximum is given' ), fn() => host( array( 'memory' => new Linear_Memory( 1 ) ) ) );
check( 'a table that is too small', array( Link_Error::class, 'a table of funcref of 4 slots without a maximum, but a table of funcref of 3 slots' ), fn() => host( array( 'table' => new Table( 'c', 3 ) ) ) );
check( 'a table of something else', array( Link_Error::class, 'but a table of externref' ), fn() => host( array( 'table' => new Table( 'e', 4 ) ) ) );
check( 'a global that is not mutable', array( Link_Error::class, 'a mutable global of type i64, but an immutable global of type i64' ), fn() => host( array( 'counter' => new Global_Variable( 'l', 1 ) ) ) );
check( 'a value for a mutable global', array( Link_Error::class, 'a mutable global of type i64, but something else (integer)' ), fn() => host( array( 'counter' => 1 ) ) );

check( 'a memory above its maximum', array( InvalidArgumentException::class, 'larger than its maximum' ), fn() => new Linear_Memory( 3, 2 ) );
check( 'a memory below nothing', array( InvalidArgumentException::class, '0 to 65536 pages' ), fn() => new Linear_Memory( -1 ) );
check( 'a memory above what an i32 addresses', array( InvalidArgumentException::class, '0 to 65536 pages' ), fn() => new Linear_Memory( 65537 ) );
check( 'a memory that PHP has no room for', array( InvalidArgumentException::class, 'memory_limit' ), fn() => new Linear_Memory( 4000 ) );
check(
	'memory is shared',
	array( 'from the module', 1, 2, 'x', 0x78 ),
	function () {
		$memory   = new Linear_Memory( 1, 4 );
		$instance = host( array( 'memory' => $memory ) );
		$text     = $memory->read( 8, 15 );
		$grown    = $instance->invoke( 'grow' );
		$memory->write( 65536, 'x' );
		return array( $text, $grown, $memory->pages, $instance->read( 65536, 1 ), $instance->invoke( 'load_after_call', 65536 ) );
	}
);
check( 'memory grows to its maximum', array( 1, 2, 3, 0xffffffff ), function () {
	$instance = host();
	return array( $instance->invoke( 'grow' ), $instance->invoke( 'grow' ), $instance->invoke( 'grow' ), $instance->invoke( 'grow' ) );
} );
check( 'a segment that does not fit', array( Trap::class, 'out of bounds memory access' ), fn() => host( array( 'base' => 65530 ) ) );
check(
	'a mutable global is shared',
	array( 41, 11 ),
	function () {
		$counter  = new Global_Variable( 'L', 40 );
		$instance = host( array( 'counter' => $counter ) );
		$instance->invoke( 'count' );
		$first          = $counter->value;
		$counter->value = 10;
		$instance->invoke( 'count' );
		return array( $first, $counter->value );
	}
);
check(
	'functions go into slots and are called from there',
	array( 6, 1, 0, array( 'Trap', 'indirect call type mismatch' ), 0xffffffff ),
	function () {
		$table    = new Table( 'c', 4 );
		$instance = host( array( 'table' => $table ) );
		$table->set( 1, new Function_Reference( '>i', fn() => 6 ) );
		$instance->invoke( 'set_slot', 2, new Function_Reference( '>l', fn() => 6 ) );
		$instance->invoke( 'set_slot', 3, $instance->export( 'i32' ) );
		try {
			$instance->invoke( 'call_slot', 2 );
		} catch ( Trap $trap ) {
			$wrong = array( 'Trap', $trap->getMessage() );
		}
		return array( $instance->invoke( 'call_slot', 1 ), $instance->invoke( 'is_null', null ), $instance->invoke( 'is_null', $table->get( 1 ) ), $wrong, $instance->invoke( 'call_slot', 3 ) );
	}
);
check( 'a closure is no function reference', array( InvalidArgumentException::class, 'A Function_Reference or null is wanted' ), fn() => host()->invoke( 'is_null', fn() => 1 ) );
check( 'an empty slot', array( Trap::class, 'uninitialized element' ), fn() => host()->invoke( 'call_slot', 1 ) );
check( 'no slot', array( Trap::class, 'undefined element' ), fn() => host()->invoke( 'call_slot', 4 ) );

set_error_handler(
	static function ( $level, $message ) {
		echo "noticed $message\n";
		return true;
	}
);
ob_start();
check( 'a warning in the host is the host\'s', 3, fn() => host( array( 'i32' => fn() => (int) array( 3 )[0] + (int) @array()['none'] + ( array()['none'] ?? 0 ) + intdiv( 0, 1 ) + ( trigger_error( 'this' ) ? 0 : 1 ) ) )->invoke( 'i32' ) );
$noticed = ob_get_clean();
check( 'the host\'s handler has heard of it', "noticed Undefined array key \"none\"\nnoticed this\n", fn() => $noticed );
check( 'after a call of the host compiled code traps as before', array( Trap::class, 'out of bounds memory access' ), fn() => host()->invoke( 'load_after_call', 70000 ) );
ob_start();
$missing = array()['missing'];
$noticed = ob_get_clean();
check( 'after all the host\'s handler is back', "noticed Undefined array key \"missing\"\n", fn() => $noticed );
restore_error_handler();

check( 'an exception of the host passes', array( DomainException::class, 'mine' ), fn() => host( array( 'i32' => function () {
	throw new DomainException( 'mine' );
} ) )->invoke( 'i32' ) );

$instance = null;
$again    = function ( $rounds ) use ( &$instance ) {
	return $instance->invoke( 'through_import', $rounds );
};
$instance = new Recursion( array( 'env' => array( 'again' => $again ) ) );
check( 'the host can call back', 100, fn() => $instance->invoke( 'through_import', 100 ) );
check( 'recursion through the host is exhausted', array( Trap::class, 'call stack exhausted' ), fn() => $instance->invoke( 'through_import', 100000000 ) );
check( 'after that nothing is deep', array( 0, 100 ), fn() => array( Function_Reference::$depth, $instance->invoke( 'through_import', 100 ) ) );
$caller = new Caller( array( 'recursion' => $instance ) );
check( 'a table grows to its ceiling', array( 1, 0xffffffff, 1000000 ), function () {
	$function = new Function_Reference( '>', static function () {} );
	$table    = new Table( 'c', 1 );
	return array( $table->grow( $function, 999999 ), $table->grow( $function, 1 ), $table->size );
} );
check( 'recursion through a table is exhausted', array( Trap::class, 'call stack exhausted' ), fn() => $instance->invoke( 'through_table' ) );

check( 'exports of a module that links nothing', 2.0, fn() => ( $plain->export( 'half' ) )( 4 ) );
check( 'its memory', 1, fn() => $plain->export( 'memory' )->pages );
check( 'its type', 'f>f', fn() => $plain->export( 'half' )->type );
check( 'nothing of the name', array( InvalidArgumentException::class, 'exports nothing by the name of "third"' ), fn() => $plain->export( 'third' ) );

echo "$passed passed, $failed failed\n";
exit( $failed ? 1 : 0 );
