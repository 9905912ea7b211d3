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

/** The value of an argument, from its type and its bits. */
function value( array $given ) {
	list( $type, $bits ) = $given;
	return 'f' === $type[0] ? float_from_bits( $type, (int) $bits ) : (int) $bits;
}

/** Whether a result is what is expected, to the bit. A NaN may have any sign where the suite leaves its payload open. */
function matches( array $expected, $got ): bool {
	list( $type, $bits ) = $expected;
	if ( 'i' === $type[0] ) {
		return (int) $bits === $got;
	}
	if ( ! is_float( $got ) ) {
		return false;
	}
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
