<?php
/**
 * Lists the functions of the core that the test vectors reach, for `wasm2php --hot`.
 *
 * Usage: php hot-functions.php FOLDER VECTORS...   (FOLDER: what `wasm2php --profile` wrote)
 *
 * @package Connector_For_Mautic
 */

use Wasm2Php\Core;

array_shift( $argv );
$folder = array_shift( $argv );
foreach ( array( 'trap', 'numbers', 'memory', 'module' ) as $name ) {
	require "$folder/class-$name.php";
}
require "$folder/core.php";

$core = new Core();
foreach ( $argv as $file ) {
	foreach ( json_decode( file_get_contents( $file ), true, 512, JSON_THROW_ON_ERROR ) as $vector ) {
		$length  = strlen( $vector['message'] );
		$pointer = $core->invoke( 'alloc', $length );
		$core->write( $pointer, $vector['message'] );
		$core->invoke( 'call', $pointer, $length );
		$core->invoke( 'reset' );
	}
}
ksort( $core->ran );
echo 'module ' . Core::MODULE . "\n";
foreach ( $core->ran as $function => $count ) {
	echo "$function $count\n";
}
