<?php
/**
 * The connection of the client written by hand: the body, if there is one, is stored; the answer has the tokens that
 * are stored then.
 *
 * @package Connector_For_Mautic
 */

require dirname( __DIR__ ) . '/with/wp-load.php';
require dirname( __DIR__ ) . '/plain-client.php';

$connection = json_decode( file_get_contents( 'php://input' ), true );
if ( $connection ) {
	Plain_Client::connect( $connection );
}
header( 'Content-Type: application/json' );
echo json_encode( (object) Plain_Client::stored() );
