<?php
/**
 * Holds the core in PHP to the answers of native Rust, to the byte: the vectors of tests/vectors/
 * and a file of random ones.
 *
 * Usage: php vectors.php CORE-FOLDER none|opcache|jit CORPUS   (the second: what must be on)
 *
 * @package Connector_For_Mautic
 */

define( 'ABSPATH', __DIR__ . '/' );
list( , $folder, $mode, $corpus ) = $argv;

$status = function_exists( 'opcache_get_status' ) ? opcache_get_status( false ) : false;
$is     = false === $status ? 'none' : ( $status['jit']['on'] ? 'jit' : 'opcache' );
if ( $is !== $mode ) {
	fwrite( STDERR, "This PHP runs with \"$is\", not with \"$mode\".\n" );
	exit( 1 );
}

require "$folder/class-engine.php";
$engine = new Connector_For_Mautic\Wasm\Engine( "$folder/core.php", Connector_For_Mautic\Wasm\Core::class );

$same = 0;
$different = 0;
foreach ( array( ...glob( dirname( __DIR__ ) . '/vectors/*.json' ), $corpus ) as $file ) {
	foreach ( json_decode( file_get_contents( $file ), true, 512, JSON_THROW_ON_ERROR ) as $vector ) {
		$answer = $engine->call( $vector['message'] );
		if ( $answer === $vector['answer'] ) {
			++$same;
			continue;
		}
		++$different;
		if ( $different <= 3 ) {
			printf( "%s, %s\n  message  %s\n  expected %s\n  answer   %s\n", basename( $file ), $vector['name'], $vector['message'], $vector['answer'], $answer );
		}
	}
}
echo "$same answers are the same, $different differ\n";
exit( $different || ! $same ? 1 : 0 );
