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

use Wasm2Php\Trap;

list( , $file ) = $argv;

$folder = dirname( $file );
foreach ( array( 'trap', 'numbers', 'memory', 'module' ) as $part ) {
	require "$folder/class-$part.php";
}

/** The value of an argument or a result, from its type and its bits. */
function value( array $given ) {
	list( $type, $bits ) = $given;
	switch ( $type ) {
		case 'f32':
			return unpack( 'g', pack( 'V', (int) $bits ) )[1];
		case 'f64':
			return unpack( 'e', pack( 'P', (int) $bits ) )[1];
		default:
			return (int) $bits;
	}
}

/** Whether a result is what is expected, to the bit. */
function matches( array $expected, $got ): bool {
	list( $type, $bits ) = $expected;
	switch ( $type ) {
		case 'f32':
			return is_float( $got ) && unpack( 'V', pack( 'g', $got ) )[1] === (int) $bits;
		case 'f64':
			return is_float( $got ) && unpack( 'P', pack( 'e', $got ) )[1] === (int) $bits;
		case 'nan':
			return is_float( $got ) && is_nan( $got );
		default:
			return (int) $bits === $got;
	}
}

/** Runs what a command asks for. */
function run( array $command, array &$modules ) {
	global $folder;
	if ( isset( $command['instantiate'] ) ) {
		require "$folder/{$command['file']}.php";
		$modules[ $command['instantiate'] ] = null;
		$module_class                       = $command['class'];
		$modules[ $command['instantiate'] ] = new $module_class();
		return null;
	}
	$module = $modules[ $command['module'] ];
	if ( isset( $command['global'] ) ) {
		return $module->{ $module::GLOBALS[ $command['global'] ] };
	}
	return $module->invoke( $command['invoke'], ...array_map( 'value', $command['arguments'] ) );
}

$modules = array();
foreach ( json_decode( file_get_contents( $file ), true, 512, JSON_THROW_ON_ERROR ) as $command ) {
	$wrong = null;
	try {
		$got = run( $command, $modules );
		if ( isset( $command['trap'] ) ) {
			$wrong = 'no trap, but ' . var_export( $got, true );
		} elseif ( isset( $command['result'] ) ) {
			$wrong = matches( $command['result'], $got ) ? null : 'got ' . var_export( $got, true ) . ( is_float( $got ) ? ' ' . bin2hex( strrev( pack( 'e', $got ) ) ) : '' );
		}
	} catch ( Trap $trap ) {
		$expected = $command['trap'] ?? null;
		$reason   = $trap->getMessage();
		if ( null === $expected || ( 0 !== strpos( $reason, $expected ) && 0 !== strpos( $expected, $reason ) ) ) {
			$wrong = "trap: $reason";
		}
	} catch ( Throwable $error ) {
		$wrong = get_class( $error ) . ': ' . $error->getMessage();
	}
	echo json_encode( array( $command['line'], $wrong ) ), "\n";
}
