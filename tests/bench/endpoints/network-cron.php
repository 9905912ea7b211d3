<?php
/**
 * One run of the event of a network's main site, for which `due` of the connected sites are due: `of` is the network.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Due_Table;
use Connector_For_Mautic\Network;

define( 'DOING_CRON', true );
require dirname( __DIR__ ) . '/' . preg_replace( '/\W/', '', $_GET['of'] ) . '/wp-load.php';

$table = Due_Table::name();
$now   = time();
$wpdb->query( "UPDATE $table SET due_at = $now + 21600 WHERE blog_id < 100" );
$wpdb->query( "UPDATE $table SET due_at = $now - 5 WHERE blog_id < 100 ORDER BY blog_id LIMIT " . (int) $_GET['due'] );
$count = static fn( $where ) => (int) $wpdb->get_var( "SELECT COUNT(*) FROM $table $where" );
$due   = $count( "WHERE due_at <= $now" );

$queries = $wpdb->num_queries;
$started = hrtime( true );
do_action( Network::HOOK );
$ended   = hrtime( true );
$queries = $wpdb->num_queries - $queries;

header( 'Content-Type: application/json' );
echo json_encode(
	array(
		'php'          => PHP_VERSION,
		'opcache'      => false !== opcache_get_status( false ),
		'jit'          => opcache_get_status( false )['jit']['on'] ?? false,
		'milliseconds' => ( $ended - $started ) / 1e6,
		'queries'      => $queries,
		'due'          => $due,
		'woken'        => $due - $count( "WHERE due_at <= $now" ),
		'rows'         => $count( '' ),
	)
);
