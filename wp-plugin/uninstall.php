<?php
/**
 * Removes everything that the plugin stored, on every site of a network.
 *
 * @package Connector_For_Mautic
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Removes the options (the connection, locks, the self-test), the transients and the schedule of
 * the current site.
 */
function connector_for_mautic_uninstall_site() {
	global $wpdb;
	wp_clear_scheduled_hook( 'connector_for_mautic_tick' );
	foreach ( array( 'connector_for_mautic_', '_transient_connector_for_mautic_', '_transient_timeout_connector_for_mautic_' ) as $prefix ) {
		$names = $wpdb->get_col( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- The options API has no search.
			$wpdb->prepare( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE %s", $wpdb->esc_like( $prefix ) . '%' )
		);
		array_map( 'delete_option', $names );
	}
}

if ( is_multisite() ) {
	$connector_for_mautic_sites = get_sites(
		array(
			'fields'                 => 'ids',
			'number'                 => 0,
			'update_site_meta_cache' => false,
		)
	);
	foreach ( $connector_for_mautic_sites as $connector_for_mautic_site ) {
		switch_to_blog( $connector_for_mautic_site );
		connector_for_mautic_uninstall_site();
		restore_current_blog();
	}
} else {
	connector_for_mautic_uninstall_site();
}
