<?php
/**
 * Plugin Name:      Contact on registration
 * Description:      Makes a contact in Mautic of everybody who registers on this site.
 * Requires Plugins: connector-for-mautic
 * License:          GPL-2.0-or-later
 */

add_action( 'user_register', function ( $user_id ) {
	$user     = get_userdata( $user_id );
	$contact  = array( 'email' => $user->user_email, 'firstname' => $user->first_name, 'lastname' => $user->last_name, 'tags' => array( 'registered' ) );
	$response = connector_for_mautic_request( 'POST', 'contacts/new', array( 'body' => $contact, 'timeout' => 5 ) );
	if ( is_wp_error( $response ) ) {
		error_log( 'No contact for user ' . $user_id . ': ' . $response->get_error_message() );
	} elseif ( $response['status'] >= 400 ) {
		error_log( 'No contact for user ' . $user_id . ': Mautic answered with HTTP status ' . $response['status'] );
	}
} );
