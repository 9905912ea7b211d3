<?php
/**
 * Calls Mautic's API from a page of the site: through the plugin, and with WordPress' own function.
 *
 * The body is JSON: `calls` (a list of `plugin` and `bare`), `path` (below `/api/`), for `bare` the
 * same as `url`, `token` and `timeout`; `at` (Unix milliseconds) has the first call wait until then,
 * and `list` asks for the queries themselves.
 *
 * @package Connector_For_Mautic
 */

$order = json_decode( file_get_contents( 'php://input' ), true );
if ( ! empty( $order['list'] ) ) {
	define( 'SAVEQUERIES', true );
}
require dirname( __DIR__ ) . '/with/wp-load.php';

$functions = array(
	'plugin' => static fn() => connector_for_mautic_request( 'GET', $order['path'] ),
	'bare'   => static fn() => wp_remote_get(
		$order['url'],
		array(
			'headers' => array( 'Authorization' => 'Bearer ' . $order['token'] ),
			'timeout' => $order['timeout'],
		)
	),
);
if ( isset( $order['at'] ) ) {
	usleep( (int) max( 0, $order['at'] * 1000 - microtime( true ) * 1000000 ) );
}

$calls = array();
foreach ( $order['calls'] as $which ) {
	$queries  = $wpdb->num_queries;
	$listed   = count( $wpdb->queries ?? array() );
	$started  = hrtime( true );
	$response = $functions[ $which ]();
	$ended    = hrtime( true );
	$calls[]  = array(
		'milliseconds' => ( $ended - $started ) / 1e6,
		'queries'      => $wpdb->num_queries - $queries,
		'list'         => array_column( array_slice( $wpdb->queries ?? array(), $listed ), 0 ),
		'status'       => is_wp_error( $response ) ? $response->get_error_code() : ( $response['status'] ?? $response['response']['code'] ),
	);
}

header( 'Content-Type: application/json' );
echo json_encode(
	array(
		'php'     => PHP_VERSION,
		'opcache' => false !== opcache_get_status( false ),
		'jit'     => opcache_get_status( false )['jit']['on'] ?? false,
		'calls'   => $calls,
	)
);
