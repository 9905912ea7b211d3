<?php
/**
 * Plugin Name: Direction
 * Description: Writes from right to left if the constant TEXT_DIRECTION is 'rtl', as WordPress does in a language that does, in the words of its own.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'init',
	static function () {
		if ( defined( 'TEXT_DIRECTION' ) && 'rtl' === TEXT_DIRECTION ) {
			$GLOBALS['wp_locale']->text_direction = 'rtl';
			wp_styles()->text_direction           = 'rtl';
		}
	},
	0
);
