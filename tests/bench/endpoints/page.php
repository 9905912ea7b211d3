<?php
/**
 * What a page of a site asks of the database, and which files it includes: `of` is the site, `file` the
 * page's file, and all else the page's own parameters.
 *
 * @package Connector_For_Mautic
 */

define( 'BENCH_SITE', dirname( __DIR__ ) . '/' . preg_replace( '/\W/', '', $_GET['of'] ) . '/' );
define( 'BENCH_FILE', preg_replace( '~[^\w/.-]|\.\.~', '', $_GET['file'] ) );
define( 'SAVEQUERIES', true );
define( 'WP_USE_THEMES', true );
unset( $_GET['of'], $_GET['file'] );
$_REQUEST                = $_GET;
$_SERVER['QUERY_STRING'] = http_build_query( $_GET );
$_SERVER['PHP_SELF']     = '/' . BENCH_FILE;
$_SERVER['SCRIPT_NAME']  = '/' . BENCH_FILE;
$_SERVER['REQUEST_URI']  = 'index.php' === BENCH_FILE ? '/' : '/' . BENCH_FILE . ( $_GET ? '?' . $_SERVER['QUERY_STRING'] : '' );

ob_start();
register_shutdown_function(
	static function () {
		$text = '';
		while ( ob_get_level() ) {
			$text = ob_get_clean() . $text;
		}
		header( 'Content-Type: application/json' );
		echo json_encode(
			array(
				'title'   => preg_match( '~<title>(.*?)</title>~s', $text, $title ) ? html_entity_decode( $title[1] ) : '',
				'queries' => array_column( $GLOBALS['wpdb']->queries, 0 ),
				'files'   => str_replace( BENCH_SITE, '', get_included_files() ),
			)
		);
	}
);
chdir( dirname( BENCH_SITE . BENCH_FILE ) );
require BENCH_SITE . BENCH_FILE;
