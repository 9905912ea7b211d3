<?php
/**
 * Calls Mautic's API from a page of the site: through the plugin, with WordPress' own function, and through the
 * clients of plain-client.php.
 *
 * The body is JSON: `calls` (a list of `plugin`, `bare`, `unlocked` and `locked`), `path` (below `/api/`), for `bare` the
 * same as `url`, `token` and `timeout`; `at` (Unix milliseconds) has the first call wait until then,
 * and `list` asks for the queries themselves. Of each call it says among others by how many bytes memory
 * rose at most, and how many bytes of PHP were loaded.
 *
 * @package Connector_For_Mautic
 */

$order = json_decode( file_get_contents( 'php://input' ), true );
if ( ! empty( $order['list'] ) ) {
	define( 'SAVEQUERIES', true );
}
require dirname( __DIR__ ) . '/with/wp-load.php';

$functions = array(
	'plugin'   => static fn() => connector_for_mautic_request( 'GET', $order['path'] ),
	'unlocked' => static fn() => plain_client( false )->request( 'GET', $order['path'] ),
	'locked'   => static fn() => plain_client( true )->request( 'GET', $order['path'] ),
	'bare'     => static fn() => wp_remote_get(
		$order['url'],
		array(
			'headers' => array( 'Authorization' => 'Bearer ' . $order['token'] ),
			'timeout' => $order['timeout'],
		)
	),
);

/**
 * The client written by hand, loaded where it is called.
 *
 * @param bool $locked Whether it locks.
 */
function plain_client( bool $locked ): Plain_Client {
	require_once dirname( __DIR__ ) . '/plain-client.php';
	return new Plain_Client( $locked );
}

/**
 * Bytes of all PHP that is loaded.
 */
function loaded_bytes(): int {
	return array_sum( array_map( 'filesize', get_included_files() ) );
}

if ( isset( $order['at'] ) ) {
	usleep( (int) max( 0, $order['at'] * 1000 - microtime( true ) * 1000000 ) );
}

$calls = array();
foreach ( $order['calls'] as $which ) {
	$queries  = $wpdb->num_queries;
	$listed   = count( $wpdb->queries ?? array() );
	$code     = loaded_bytes();
	memory_reset_peak_usage();
	$memory   = memory_get_usage();
	$started  = hrtime( true );
	$response = $functions[ $which ]();
	$ended    = hrtime( true );
	$calls[]  = array(
		'bytes'        => memory_get_peak_usage() - $memory,
		'code'         => loaded_bytes() - $code,
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
