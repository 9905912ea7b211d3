<?php
/**
 * Prints a page of the administration as its first user sees it.
 *
 * Usage: php admin-page.php SITE PATH-AND-QUERY
 *
 * @package Connector_For_Mautic
 */

define( 'CALLED', array_slice( $argv, 1, 2 ) );
$_SERVER['HTTP_HOST']       = '127.0.0.1:8080';
$_SERVER['SERVER_NAME']     = '127.0.0.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_URI']     = '/wp-admin/' . CALLED[1];
$_SERVER['QUERY_STRING']    = (string) parse_url( CALLED[1], PHP_URL_QUERY );
$_SERVER['PHP_SELF']        = '/wp-admin/' . strtok( CALLED[1], '?' );
$_SERVER['SCRIPT_NAME']     = $_SERVER['PHP_SELF'];
parse_str( $_SERVER['QUERY_STRING'], $_GET );
$_REQUEST = $_GET;

// In place of a login, which is not what this is about.
function auth_redirect() {
}
$wp_filter = array(
	'determine_current_user' => array(
		99 => array(
			array(
				'function'      => static fn() => 1,
				'accepted_args' => 1,
			),
		),
	),
);
chdir( CALLED[0] . '/wp-admin' );
require CALLED[0] . '/wp-admin/' . strtok( CALLED[1], '?' );
