<?php
/**
 * What the front page of a site asks of the database, and which files it includes.
 *
 * @package Connector_For_Mautic
 */

$site = preg_replace( '/\W/', '', $_GET['of'] );

define( 'SAVEQUERIES', true );
define( 'WP_USE_THEMES', true );
$_GET                    = array();
$_SERVER['REQUEST_URI']  = '/';
$_SERVER['QUERY_STRING'] = '';
$_SERVER['PHP_SELF']     = '/index.php';
$_SERVER['SCRIPT_NAME']  = '/index.php';

ob_start();
register_shutdown_function(
	static function () use ( $site ) {
		while ( ob_get_level() ) {
			ob_end_clean();
		}
		header( 'Content-Type: application/json' );
		echo json_encode(
			array(
				'queries' => array_column( $GLOBALS['wpdb']->queries, 0 ),
				'files'   => str_replace( dirname( __DIR__ ) . "/$site/", '', get_included_files() ),
			)
		);
	}
);
require dirname( __DIR__ ) . "/$site/wp-blog-header.php";
