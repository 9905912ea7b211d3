<?php
/**
 * Times the compiled core with the messages that messages.mjs writes.
 *
 * Usage: php messages.php CORE MESSAGES.json SECONDS
 *
 * Takes each message of a list for so many seconds, at least nine times, and prints a list: for each message its
 * `answer` and the `nanoseconds` of each call.
 *
 * @package Connector_For_Mautic
 */

const ABSPATH = '/'; // Without which the core's files do nothing.
const LEAST   = 9;

list( , $core, $file, $seconds ) = $argv;

require "$core/class-engine.php";
$engine = new Connector_For_Mautic\Wasm\Engine( "$core/core.php", Connector_For_Mautic\Wasm\Core::class );
$status = opcache_get_status( false );
if ( ! $status || ! empty( $status['jit']['on'] ) ) {
	fwrite( STDERR, "This PHP runs without OPcache, or with the JIT.\n" );
	exit( 1 );
}

$taken = array();
foreach ( json_decode( file_get_contents( $file ), true, 8, JSON_THROW_ON_ERROR ) as $message ) {
	$answer      = $engine->call( $message );
	$nanoseconds = array();
	$end         = hrtime( true ) + $seconds * 1e9;
	while ( count( $nanoseconds ) < LEAST || hrtime( true ) < $end ) {
		$started = hrtime( true );
		$engine->call( $message );
		$nanoseconds[] = hrtime( true ) - $started;
	}
	$taken[] = array(
		'answer'      => $answer,
		'nanoseconds' => $nanoseconds,
	);
}
echo json_encode( $taken, JSON_THROW_ON_ERROR );
