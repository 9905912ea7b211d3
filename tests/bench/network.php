<?php
/**
 * Fills a network: some connected sites, and rows of others, whose time comes in hours.
 *
 * Usage: php network.php SITE CONNECTED ROWS
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;

if ( PHP_SAPI !== 'cli' ) {
	exit( 1 );
}

define( 'FILL', array_combine( array( 'site', 'connected', 'rows' ), array_slice( $argv, 1, 3 ) ) );
$_SERVER['HTTP_HOST'] = 'wordpress.test';
require FILL['site'] . '/wp-load.php';
require dirname( __DIR__ ) . '/network/fixtures/mautics.php';
wp_set_current_user( 1 );
add_filter( 'pre_http_request', static fn( $response, $arguments, $url ) => answer_of_a_mautic( $url ), 20, 3 );

for ( $number = 1; $number <= FILL['connected']; ++$number ) {
	$site = wp_insert_site(
		array(
			'domain'  => 'wordpress.test',
			'path'    => "/connected-$number/",
			'title'   => "Connected $number",
			'user_id' => 1,
		)
	);
	switch_to_blog( $site );
	$settings = array(
		'base_url'      => "https://mautic-$number.example",
		'client_id'     => '1_bench',
		'client_secret' => 'secret',
	);
	$saved    = Form_Handler::save_values( $settings );
	parse_str( (string) wp_parse_url( (string) Runner::of_site()->run( Form_Handler::authorize_event() )->redirect, PHP_URL_QUERY ), $query );
	$returned = Authorize_Return::handle( 'code=code&state=' . ( $query['state'] ?? '' ) );
	restore_current_blog();
	if ( ! $returned->ok() ) {
		fwrite( STDERR, wp_json_encode( array( $saved->answer, $returned->answer ) ) . "\n" );
		exit( 1 );
	}
}

mt_srand( 5 );
$others = FILL['rows'] > FILL['connected'] ? range( 100, 99 + FILL['rows'] - FILL['connected'] ) : array();
foreach ( array_chunk( $others, 500 ) as $ids ) {
	$sites = array_map( static fn( $id ) => "($id, 1, 'wordpress.test', '/site-$id/')", $ids );
	$rows  = array_map( static fn( $id ) => sprintf( "(%d, 'default', %d)", $id, time() + mt_rand( 6 * HOUR_IN_SECONDS, 12 * HOUR_IN_SECONDS ) ), $ids );
	$wpdb->query( "INSERT INTO $wpdb->blogs (blog_id, site_id, domain, path) VALUES " . implode( ',', $sites ) );
	$wpdb->query( 'INSERT INTO ' . Due_Table::name() . ' (blog_id, connection_id, due_at) VALUES ' . implode( ',', $rows ) );
}
wp_update_network_counts();
$wpdb->query( 'ANALYZE TABLE ' . Due_Table::name() . ", $wpdb->blogs" );
