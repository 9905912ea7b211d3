<?php
/**
 * Router for PHP's own server: files as they are, everything else to WordPress.
 *
 * @package Connector_For_Mautic
 */

$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );

// The database and the log are files of this site.
if ( preg_match( '~\.\.|/\.|^/wp-content/database(/|$)|/debug\.log$~', $path ) ) {
	http_response_code( 403 );
	return true;
}
if ( is_dir( $root . $path ) ) {
	if ( ! str_ends_with( $path, '/' ) ) {
		header( "Location: $path/", true, 301 );
		return true;
	}
	$path .= 'index.php';
}
if ( ! is_file( $root . $path ) ) {
	$path = '/index.php';
}
if ( str_ends_with( $path, '.php' ) ) {
	$_SERVER['SCRIPT_NAME']     = $path;
	$_SERVER['PHP_SELF']        = $path;
	$_SERVER['SCRIPT_FILENAME'] = $root . $path;
	chdir( dirname( $root . $path ) );
	require $root . $path;
	return true;
}
if ( str_ends_with( $path, '.wasm' ) ) {
	header( 'Content-Type: application/wasm' );
	readfile( $root . $path );
	return true;
}
return false;
