<?php
/**
 * The plugin as it is built, judged by the rules of the plugin directory without running it. PLUGIN is its
 * folder, beside which its zip lies; ASSETS has the pictures that the directory shows; WORDPRESS and OLDEST_WORDPRESS are folders of WordPress.
 *
 * @package Connector_For_Mautic
 */

foreach ( array( 'PLUGIN', 'ASSETS', 'WORDPRESS', 'OLDEST_WORDPRESS' ) as $name ) {
	define( $name, realpath( (string) getenv( $name ) ) );
	if ( ! is_dir( constant( $name ) ) ) {
		fwrite( STDERR, "$name must name a folder.\n" );
		exit( 1 );
	}
}

require __DIR__ . '/class-call.php';
require __DIR__ . '/class-code-rules.php';
require __DIR__ . '/class-file-rules.php';
require __DIR__ . '/class-php-file.php';
require __DIR__ . '/class-plugin-folder.php';
require __DIR__ . '/class-readme-rules.php';
require __DIR__ . '/class-wordpress-rules.php';
