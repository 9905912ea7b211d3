<?php
/**
 * Checks Jit_Guard in this process, whatever PHP's JIT is set to.
 *
 * Usage: php jit-guard.php FORBIDDEN stops|passes   (a function that is disabled here, or nothing; what the
 * guard should do with the JIT as it is set)
 *
 * @package Wasm2Php
 */

use Wasm2Php\Jit_Enabled;
use Wasm2Php\Jit_Guard;

require dirname( __DIR__ ) . '/runtime/class-jit-guard.php';

list( , $forbidden, $does ) = $argv;

/** What of the JIT can be seen from outside. */
function state(): array {
	$jit = function_exists( 'opcache_get_status' ) ? opcache_get_status( false )['jit'] : array();
	return array( ini_get( 'opcache.jit' ), $jit['on'] ?? null );
}

/**
 * How much machine code there is for a file that is compiled here for the first time. The loop is in
 * that file: one of this file is the JIT's already, whatever is set now.
 */
function compiled(): int {
	$free = static function () {
		return function_exists( 'opcache_get_status' ) ? opcache_get_status( false )['jit']['buffer_free'] : 0;
	};
	$file = tempnam( sys_get_temp_dir(), 'jit' );
	file_put_contents( $file, '<?php return static function ( $a ) { do { $a = $a * 3 % 1000003; } while ( $a !== 1 ); };' );
	$before   = $free();
	$function = require $file;
	$function( 1 );
	unlink( $file );
	return $before - $free();
}

/** Ends with what is not as it should be. */
function expect( bool $right, string $what ) {
	if ( ! $right ) {
		exit( "$what\n" );
	}
}

$before = state();
$on     = Jit_Guard::is_on();
$passes = 'passes' === $does;
// What the guard has to switch off, and must refuse where it cannot.
$stops = $on && ! $passes;
expect( null === $before[1] || $on === $before[1], 'is_on() says ' . var_export( $on, true ) );

try {
	$result = Jit_Guard::run(
		static function () use ( $passes ) {
			expect( $passes === Jit_Guard::is_on(), 'inside is_on() says ' . var_export( ! $passes, true ) );
			expect( $passes === ( true === state()[1] ), 'PHP says the opposite' );
			expect( $passes === ( compiled() > 0 ), $passes ? 'the JIT compiles nothing inside' : 'the JIT compiles inside' );
			return 'result';
		}
	);
	expect( 'ini_set' !== $forbidden || ! $stops, 'it runs though the JIT stays on' );
	expect( 'result' === $result, 'the result is lost' );
} catch ( Jit_Enabled $error ) {
	expect( 'ini_set' === $forbidden && $stops, 'it refuses' );
}
expect( state() === $before, 'after it the JIT is ' . json_encode( state() ) . ', before ' . json_encode( $before ) );

try {
	Jit_Guard::run(
		static function () {
			throw new LogicException( 'inside' );
		}
	);
	expect( false, 'an exception is lost' );
} catch ( LogicException $error ) {
	expect( 'inside' === $error->getMessage(), 'an exception is changed' );
} catch ( Jit_Enabled $error ) {
	expect( 'ini_set' === $forbidden && $stops, 'it refuses an exception' );
}
expect( state() === $before, 'after an exception the JIT is ' . json_encode( state() ) );

// What follows has the JIT again, as the host wants it.
if ( true === $before[1] ) {
	expect( compiled() > 0, 'the JIT does not come back' );
}
echo "right\n";
