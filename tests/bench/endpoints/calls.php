<?php
/**
 * One message to the core and to the same work in plain PHP, by turns: nanoseconds of each call.
 *
 * @package Connector_For_Mautic
 */

require __DIR__ . '/core.php';
require __DIR__ . '/../plain-authorize.php';

$message = file_get_contents( 'php://input' );
$engine  = engine();
$times   = array();
$answers = array();
$warm_up = 100;
for ( $i = 0; $i < $warm_up + $_GET['pairs']; $i++ ) {
	$a     = hrtime( true );
	$core  = $engine->call( $message );
	$b     = hrtime( true );
	$c     = hrtime( true );
	$plain = plain_authorize( $message );
	$d     = hrtime( true );

	$times[]           = array( $b - $a, $d - $c );
	$answers[ $core ]  = true;
	$answers[ $plain ] = true;
}

header( 'Content-Type: application/json' );
echo json_encode(
	array(
		'times'   => array_slice( $times, $warm_up ),
		'answers' => array_keys( $answers ),
	)
);
