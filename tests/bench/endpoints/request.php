<?php
/**
 * What the core costs a request: everything from nothing loaded to the first answer.
 *
 * @package Connector_For_Mautic
 */

require __DIR__ . '/core.php';

$message = file_get_contents( 'php://input' );
$status  = opcache_get_status( false );
$known   = $status && opcache_is_script_cached( realpath( CORE . '/core.php' ) );

memory_reset_peak_usage();
$before  = memory_get_usage();
$started = hrtime( true );
$answer  = engine()->call( $message );
$ended   = hrtime( true );
$bytes   = memory_get_peak_usage() - $before;

header( 'Content-Type: application/json' );
echo json_encode(
	array(
		'php'          => PHP_VERSION,
		'opcache'      => false !== $status,
		'jit'          => $status['jit']['on'] ?? false,
		'known'        => $known, // OPcache had the core before.
		'milliseconds' => ( $ended - $started ) / 1e6,
		'bytes'        => $bytes,
		'answer'       => $answer,
	)
);
