<?php
/**
 * Removes everything that the plugin stored, on every site of a network.
 *
 * @package Connector_For_Mautic
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * The names of our options and transients in a table: the connection, locks, alert, log, history, self-test.
 *
 * @param string $table A site's options.
 * @return string[]
 */
function connector_for_mautic_stored_in( $table ) {
	global $wpdb;
	$shown = $wpdb->suppress_errors(); // There are networks with a site that has lost its tables.
	$ours  = $wpdb->esc_like( 'connector_for_mautic_' ) . '%';
	$names = $wpdb->get_col( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- The options API has no search.
		$wpdb->prepare(
			'SELECT option_name FROM %i WHERE option_name LIKE %s OR option_name LIKE %s OR option_name LIKE %s',
			$table,
			$ours,
			$wpdb->esc_like( '_transient_' ) . $ours,
			$wpdb->esc_like( '_transient_timeout_' ) . $ours
		)
	);
	$wpdb->suppress_errors( $shown );
	return $names;
}

/**
 * Clears the current site.
 *
 * @param string[] $names What is stored there.
 */
function connector_for_mautic_uninstall_site( $names ) {
	wp_clear_scheduled_hook( 'connector_for_mautic_tick' );
	array_map( 'delete_option', $names );
}

/**
 * Clears the sites of all networks. To a site where nothing is stored it does not switch: that would load
 * all its options.
 */
function connector_for_mautic_uninstall_sites() {
	global $wpdb;
	$last = 0;
	do {
		$sites = $wpdb->get_col( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- get_sites() lists by offset, and keeps every list in memory.
			$wpdb->prepare( "SELECT blog_id FROM $wpdb->blogs WHERE blog_id > %d ORDER BY blog_id LIMIT 100", $last )
		);
		foreach ( $sites as $site ) {
			$last  = (int) $site;
			$names = connector_for_mautic_stored_in( $wpdb->get_blog_prefix( $last ) . 'options' );
			if ( $names ) {
				switch_to_blog( $last );
				connector_for_mautic_uninstall_site( $names );
				restore_current_blog();
			}
		}
		if ( function_exists( 'wp_cache_supports' ) && wp_cache_supports( 'flush_runtime' ) ) {
			wp_cache_flush_runtime(); // Each of these sites has left its options in memory.
		}
	} while ( $sites );
}

/**
 * Clears what belongs to the networks themselves.
 */
function connector_for_mautic_uninstall_networks() {
	global $wpdb;
	foreach ( get_networks( array( 'number' => 0 ) ) as $network ) {
		delete_network_option( $network->id, 'connector_for_mautic_looked_through' );
		switch_to_blog( $network->site_id );
		wp_clear_scheduled_hook( 'connector_for_mautic_network' );
		restore_current_blog();
	}
	$wpdb->query( $wpdb->prepare( 'DROP TABLE IF EXISTS %i', $wpdb->base_prefix . 'connector_for_mautic_due' ) ); // phpcs:ignore WordPress.DB -- The table is ours.
}

if ( is_multisite() ) {
	connector_for_mautic_uninstall_sites();
	connector_for_mautic_uninstall_networks();
} else {
	connector_for_mautic_uninstall_site( connector_for_mautic_stored_in( $GLOBALS['wpdb']->options ) );
}
