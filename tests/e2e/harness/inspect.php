<?php
/**
 * What a site has stored and what it shows, as JSON: `keys`, and by name `tables` and `shown`, each as one text.
 * Runs inside WordPress.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Log_Download;
use Connector_For_Mautic\Overrides;

global $wpdb;
wp_set_current_user( 1 );

$keys = array( AUTH_KEY, AUTH_SALT );
foreach ( array( 'key', 'client_secret', 'password' ) as $name ) {
	$keys[] = Overrides::value( $name );
}
$cipher = Cipher::of_site();
if ( $cipher ) {
	$derived = Closure::bind( static fn() => $cipher->key, null, Cipher::class )();
	array_push( $keys, bin2hex( $derived ), base64_encode( $derived ) );
}

$tables = array();
foreach ( $wpdb->get_col( 'SHOW TABLES' ) as $table ) {
	$rows = '';
	foreach ( $wpdb->get_results( "SELECT * FROM $table", ARRAY_N ) as $row ) {
		$rows .= implode( "\t", $row ) . "\n";
	}
	$tables[ "the table $table" ] = mb_convert_encoding( $rows, 'UTF-8', 'UTF-8' );
}

$shown = array(
	'the downloaded log'     => Log_Download::text(),
	'the status over REST'   => wp_json_encode( rest_do_request( '/connector-for-mautic/v1/status' ) ),
	'Site Health’s debug section' => wp_json_encode( apply_filters( 'debug_information', array() ) ),
);

echo wp_json_encode(
	array(
		'keys'   => array_values( array_filter( $keys, static fn( $key ) => is_string( $key ) && strlen( $key ) >= 8 ) ),
		'tables' => $tables,
		'shown'  => $shown,
	)
);
