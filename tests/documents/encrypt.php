<?php
/**
 * Encrypts documents as the plugin in a folder does: a JSON list in, a JSON list of rows out.
 *
 * @package Connector_For_Mautic
 */

define( 'ABSPATH', __DIR__ );
require $argv[1] . '/class-cipher.php';

// Plugin_Case::KEY, and the place of a site that is no network.
$cipher = new Connector_For_Mautic\Cipher( 'a key of the tests, which is long enough' );
echo json_encode(
	array_map(
		static fn( string $document ) => $cipher->encrypt( $document, json_decode( $document )->revision, '1|1|default' ),
		json_decode( stream_get_contents( STDIN ), true )
	),
	JSON_UNESCAPED_SLASHES
);
