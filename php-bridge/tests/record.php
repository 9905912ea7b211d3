<?php
/**
 * Prints which functions of a module run for some messages: the list that `wasm2php --hot` takes.
 *
 * usage: php record.php FOLDER NAME CLASS MESSAGES.json...
 *
 * FOLDER has the output of `wasm2php --profile`; the messages are lists of objects with `message`.
 *
 * @package Wasm2Php
 */

if ( $argc < 5 ) {
	fwrite( STDERR, "usage: php record.php FOLDER NAME CLASS MESSAGES.json...\n" );
	exit( 2 );
}
list( , $folder, $name, $module_class ) = $argv;
require "$folder/$name.php";

$module = new $module_class();
foreach ( array_slice( $argv, 4 ) as $file ) {
	$messages = json_decode( file_get_contents( $file ), true, 512, JSON_THROW_ON_ERROR );
	foreach ( $messages as $entry ) {
		$length  = strlen( $entry['message'] );
		$pointer = $module->invoke( 'alloc', $length );
		$module->write( $pointer, $entry['message'] );
		$module->invoke( 'call', $pointer, $length );
		$module->invoke( 'reset' );
	}
}
ksort( $module->ran );
echo 'module ', $module::MODULE, "\n";
foreach ( $module->ran as $function => $count ) {
	echo "$function $count\n";
}
