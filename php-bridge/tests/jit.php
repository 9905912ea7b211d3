<?php
/**
 * Holds what is said of PHP's JIT to be true, on each PHP that is named.
 *
 * Usage: php jit.php PHP...   (commands, such as php)
 *
 * The programs of testdata/jit must be right without OPcache, and wrong where their heads say so. One
 * that has become right is told: that PHP has been mended. And jit-guard.php must pass in all modes.
 *
 * @package Wasm2Php
 */

/** What the programs run with: the optimizer alone, and the JIT at work from the second round on. */
const MODES = array(
	'none'     => array( 'opcache.enable_cli=0' ),
	'opcache'  => array( 'opcache.jit_buffer_size=0' ),
	'function' => array( 'opcache.jit=function', 'opcache.jit_buffer_size=32M' ),
	'tracing'  => array(
		'opcache.jit=tracing',
		'opcache.jit_buffer_size=32M',
		'opcache.jit_hot_func=2',
		'opcache.jit_hot_loop=2',
		'opcache.jit_hot_return=2',
		'opcache.jit_hot_side_exit=1',
	),
);

/**
 * What a host may have set: `opcache.jit`, and the size of its buffer, null where it has set none; and the
 * versions in which the guard lets that be.
 */
const SETTINGS = array(
	array( null, null, array() ),
	array( 'off', '32M', array() ),
	array( 'disable', '32M', array() ),
	array( 'on', '32M', array() ),
	array( 'function', '32M', array( '8.1', '8.2', '8.3' ) ),
	array( 'tracing', '32M', array() ),
	array( 'tracing', '0x2000000', array() ),
	array( '1205', '32M', array( '8.1', '8.2', '8.3' ) ),
	array( '1215', '32M', array() ),
	array( '1235', '32M', array() ),
	array( '1254', '32M', array() ),
	array( '1255', '32M', array() ),
	array( 'tracing', '0', array() ),
);

/** The last line that PHP prints for a script. */
function run( string $php, array $settings, string ...$script ): string {
	// A file that has just been written is compiled too.
	$command = $php . ' -d opcache.enable_cli=1 -d opcache.file_update_protection=0 -d display_errors=1';
	foreach ( $settings as $setting ) {
		$command .= ' -d ' . escapeshellarg( $setting );
	}
	$command .= ' ' . implode( ' ', array_map( 'escapeshellarg', $script ) ) . ' 2>&1';
	// What goes wrong may be that there is no end.
	exec( "timeout 60 $command", $lines, $status );
	$last = $lines ? end( $lines ) : 'nothing';
	return 0 === $status ? $last : "$last (status $status)";
}

/** Versions by mode in which a program is wrong, from its head. */
function wrong_in( string $file ): array {
	preg_match_all( '/^ \* @wrong (\w+) ([\d. ]+)$/m', file_get_contents( $file ), $found, PREG_SET_ORDER );
	$wrong = array();
	foreach ( $found as list( , $mode, $versions ) ) {
		$wrong[ $mode ] = explode( ' ', $versions );
	}
	return $wrong;
}

$passed = 0;
$failed = 0;
$check  = static function ( bool $right, string $what ) use ( &$passed, &$failed ) {
	if ( $right ) {
		++$passed;
		return;
	}
	++$failed;
	echo "$what\n";
};

$versions = array();
foreach ( array_slice( $argv, 1 ) as $php ) {
	$versions[ $php ] = run( $php, array(), '-r', 'echo PHP_MAJOR_VERSION . "." . PHP_MINOR_VERSION;' );
}

foreach ( glob( dirname( __DIR__ ) . '/testdata/jit/*.php' ) as $file ) {
	$name  = basename( $file );
	$wrong = wrong_in( $file );
	$shown = 0;
	$said  = 0;
	foreach ( $versions as $php => $version ) {
		foreach ( MODES as $mode => $settings ) {
			$answer = run( $php, $settings, $file );
			if ( ! in_array( $version, $wrong[ $mode ] ?? array(), true ) ) {
				$check( 'right' === $answer, "$name, $mode on PHP $version: $answer" );
				continue;
			}
			++$said;
			if ( 'right' === $answer ) {
				echo "$name, $mode on PHP $version: this PHP has been mended\n";
			} else {
				++$shown;
			}
		}
	}
	$check( $shown > 0 || ! $said, "$name: right everywhere, so it shows nothing any more" );
}

foreach ( $versions as $php => $version ) {
	foreach ( SETTINGS as list( $mode, $buffer, $lets ) ) {
		$settings = array();
		if ( null !== $mode ) {
			$settings = array( "opcache.jit=$mode", "opcache.jit_buffer_size=$buffer" );
		}
		$said = null === $mode ? 'nothing set' : "$mode, $buffer";
		// Nobody may change settings, nobody may ask; or both is as it is everywhere.
		foreach ( array( '', 'ini_set', 'opcache_get_status' ) as $forbidden ) {
			$passes = in_array( $version, $lets, true ) && 'opcache_get_status' !== $forbidden;
			$script = array( __DIR__ . '/jit-guard.php', $forbidden, $passes ? 'passes' : 'stops' );
			$answer = run( $php, array_merge( $settings, array( "disable_functions=$forbidden" ) ), ...$script );
			$check( 'right' === $answer, "Jit_Guard, $said on PHP $version, without '$forbidden': $answer" );
		}
	}
}

echo "$passed passed, $failed failed\n";
exit( $failed || ! $passed ? 1 : 0 );
