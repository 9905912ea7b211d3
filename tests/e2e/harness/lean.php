<?php
/**
 * Plugin Name: Lean
 * Description: Leaves the command palette out of wp-admin, which loads sixty scripts into every page, unless the constant COMMAND_PALETTE is true.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

if ( ! defined( 'COMMAND_PALETTE' ) || ! COMMAND_PALETTE ) {
	remove_action( 'admin_enqueue_scripts', 'wp_enqueue_command_palette_assets' );
}
