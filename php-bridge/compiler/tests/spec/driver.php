<?php
/**
 * Runs the commands of one file of the WebAssembly test suite.
 *
 * usage: php driver.php COMMANDS.json
 *
 * Prints one line of JSON for each command that is an assertion: its line in the file, and null or
 * what was wrong.
 *
 * @package Wasm2Php
 */

use Wasm2Php\Function_Reference;
use Wasm2Php\Global_Variable;
use Wasm2Php\Linear_Memory;
use Wasm2Php\Link_Error;
use Wasm2Php\Table;
use Wasm2Php\Trap;

list( , $file ) = $argv;

$folder = dirname( $file );
require "$folder/class-linked-module.php";

/** The float that has these bits. PHP has only f64: a NaN's payload is in the upper bits. */
function float_from_bits( string $type, int $bits ): float {
	if ( 'f64' === $type ) {
		return unpack( 'e', pack( 'P', $bits ) )[1];
	}
	if ( ( $bits & 0x7fffffff ) > 0x7f800000 ) {
		return float_from_bits( 'f64', ( $bits & 0x80000000 ) << 32 | 0x7ff << 52 | ( $bits & 0x7fffff ) << 29 );
	}
	return unpack( 'g', pack( 'V', $bits ) )[1];
}

/** The value of an argument, from its type and its bits. A reference of the host is a number. */
function value( array $given ) {
	list( $type, $bits ) = $given;
	if ( 'null' === $type ) {
		return null;
	}
	return 'f' === $type[0] ? float_from_bits( $type, (int) $bits ) : (int) $bits;
}

/** Whether a result is what is expected, to the bit. A NaN may have any sign where the suite leaves its payload open. */
function matches( array $expected, $got ): bool {
	list( $type, $bits ) = $expected;
	switch ( $type ) {
		case 'null':
			return null === $got;
		case 'func':
			return $got instanceof Function_Reference;
		case 'f32':
		case 'f64':
			return is_float( $got ) && float_matches( $type, $bits, $got );
		default:
			return (int) $bits === $got;
	}
}

/** Whether a float has the bits, or is a NaN of the kind, that is expected. */
function float_matches( string $type, string $bits, float $got ): bool {
	$quiet     = float_from_bits( $type, 'f32' === $type ? 0x7fc00000 : 0x7ff8 << 48 );
	$canonical = unpack( 'P', pack( 'e', $quiet ) )[1];
	$got       = unpack( 'P', pack( 'e', $got ) )[1];
	switch ( $bits ) {
		case 'nan:canonical':
			return ( $got & PHP_INT_MAX ) === $canonical;
		case 'nan:arithmetic':
			return ( $got & $canonical ) === $canonical;
		default:
			return unpack( 'P', pack( 'e', float_from_bits( $type, (int) $bits ) ) )[1] === $got;
	}
}

/** The module `spectest` that the suite expects of its host. */
function spectest(): array {
	$ignore = static function () {};
	$module = array(
		'global_i32' => new Global_Variable( 'i', 666 ),
		'global_i64' => new Global_Variable( 'l', 666 ),
		'global_f32' => new Global_Variable( 'f', 666.6 ),
		'global_f64' => new Global_Variable( 'd', 666.6 ),
		'table'      => new Table( 'c', 10, 20 ),
		'memory'     => new Linear_Memory( 1, 2 ),
	);
	foreach ( array(
		'print'         => '>',
		'print_i32'     => 'i>',
		'print_i64'     => 'l>',
		'print_f32'     => 'f>',
		'print_f64'     => 'd>',
		'print_i32_f32' => 'if>',
		'print_f64_f64' => 'dd>',
	) as $name => $type ) {
		$module[ $name ] = new Function_Reference( $type, $ignore );
	}
	return $module;
}

/** Runs what a command asks for; gives the results. */
function run( array $command, array &$modules, array &$registered ) {
	global $folder;
	if ( isset( $command['instantiate'] ) ) {
		require "$folder/{$command['file']}.php";
		$modules[ $command['instantiate'] ] = null;
		$module_class                       = $command['class'];
		$modules[ $command['instantiate'] ] = new $module_class( $registered );
		return array();
	}
	$module = $modules[ $command['module'] ];
	if ( isset( $command['register'] ) ) {
		$registered[ $command['register'] ] = $module;
		return array();
	}
	if ( isset( $command['global'] ) ) {
		return array( $module->export( $command['global'] )->value );
	}
	$results = $module->invoke( $command['invoke'], ...array_map( 'value', $command['arguments'] ) );
	switch ( count( $command['results'] ?? array() ) ) {
		case 0:
			return null === $results ? array() : array( $results );
		case 1:
			return array( $results );
		default:
			return is_array( $results ) ? $results : array( $results );
	}
}

/** Says what is wrong with results, or gives null. */
function difference( array $expected, array $results ): ?string {
	$same = count( $expected ) === count( $results );
	foreach ( $expected as $index => $value ) {
		$same = $same && matches( $value, $results[ $index ] );
	}
	if ( $same ) {
		return null;
	}
	$show = static function ( $value ) {
		return is_object( $value ) ? get_class( $value ) : var_export( $value, true ) . ( is_float( $value ) ? ' ' . bin2hex( strrev( pack( 'e', $value ) ) ) : '' );
	};
	return 'got ' . implode( ', ', array_map( $show, $results ) );
}

/** Says what is wrong with a message, or gives null. */
function unexpected( string $kind, ?string $expected, string $message ): ?string {
	$fits = null !== $expected && '' !== $expected && ( false !== strpos( $message, $expected ) || 0 === strpos( $expected, $message ) );
	return $fits ? null : "$kind: $message";
}

$modules    = array();
$registered = array( 'spectest' => spectest() );
foreach ( json_decode( file_get_contents( $file ), true, 512, JSON_THROW_ON_ERROR ) as $command ) {
	try {
		$got   = run( $command, $modules, $registered );
		$wrong = isset( $command['trap'] ) || isset( $command['unlinkable'] ) ? 'ended well' : difference( $command['results'] ?? array(), $got );
		if ( null !== $wrong && ! isset( $command['results'] ) && isset( $command['invoke'] ) && ! isset( $command['trap'] ) ) {
			$wrong = null; // A call whose result nobody asks for.
		}
	} catch ( Trap $trap ) {
		$wrong = unexpected( 'trap', $command['trap'] ?? null, $trap->getMessage() );
	} catch ( Link_Error $error ) {
		$wrong = unexpected( 'link error', $command['unlinkable'] ?? null, $error->getMessage() );
	} catch ( Throwable $error ) {
		$wrong = get_class( $error ) . ': ' . $error->getMessage();
	}
	echo json_encode( array( $command['line'], $wrong ) ), "\n";
}
