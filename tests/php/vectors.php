<?php
/**
 * Holds the core in PHP to the answers of native Rust, to the byte: the vectors of tests/vectors/
 * and files of random and hostile ones. Says how much memory the module took.
 *
 * Usage: php vectors.php CORE-FOLDER none|opcache|jit CORPUS...   (the second: what must be on)
 *
 * @package Connector_For_Mautic
 */

define( 'ABSPATH', __DIR__ . '/' );
list( , $folder, $mode ) = $argv;

// Pages of 64 KiB that no message takes more of: see docs/boundary.md.
const MOST_PAGES = 40;

$status = function_exists( 'opcache_get_status' ) ? opcache_get_status( false ) : false;
$is     = false === $status ? 'none' : ( $status['jit']['on'] ? 'jit' : 'opcache' );
if ( $is !== $mode ) {
	fwrite( STDERR, "This PHP runs with \"$is\", not with \"$mode\".\n" );
	exit( 1 );
}

require "$folder/class-engine.php";
$engine = new Connector_For_Mautic\Wasm\Engine( "$folder/core.php", Connector_For_Mautic\Wasm\Core::class );

// What is thrown away after anything went wrong, and grows until then.
$instance = new ReflectionProperty( $engine, 'instance' );

$same      = 0;
$different = 0;
$pages     = 0;
foreach ( array( ...glob( dirname( __DIR__ ) . '/vectors/*.json' ), ...array_slice( $argv, 3 ) ) as $file ) {
	// A vector is a line: together they would need more memory than a core that has to do with 32 MB.
	foreach ( new SplFileObject( $file ) as $line ) {
		$line = rtrim( $line, ",\n" );
		if ( '' === $line || '[' === $line || ']' === $line ) {
			continue;
		}
		$vector  = json_decode( $line, true, 512, JSON_THROW_ON_ERROR );
		$message = $vector['message'] ?? hex2bin( $vector['hexadecimal'] );
		try {
			$answer = $engine->call( $message );
			$pages  = max( $pages, $instance->getValue( $engine )->pages );
		} catch ( Throwable $exception ) {
			$answer = (string) $exception;
		}
		if ( $answer === $vector['answer'] ) {
			++$same;
			continue;
		}
		++$different;
		if ( $different <= 3 ) {
			printf( "%s, %s\n  message  %.3000s\n  expected %s\n  answer   %s\n", basename( $file ), $vector['name'], $message, $vector['answer'], $answer );
		}
	}
}
printf( "%d answers are the same, %d differ; %d pages, %d MB of PHP's memory\n", $same, $different, $pages, memory_get_peak_usage() / 1e6 );
exit( $different || ! $same || $pages > MOST_PAGES ? 1 : 0 );
