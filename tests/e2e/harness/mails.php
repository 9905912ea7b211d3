<?php
/**
 * Plugin Name: Mails
 * Description: Keeps every e-mail of this test site in wp-content/mails.jsonl, and sends none.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

add_filter(
	'pre_wp_mail',
	static function ( $handled, $mail ) {
		file_put_contents( WP_CONTENT_DIR . '/mails.jsonl', wp_json_encode( $mail ) . "\n", FILE_APPEND | LOCK_EX );
		return true;
	},
	PHP_INT_MAX,
	2
);
