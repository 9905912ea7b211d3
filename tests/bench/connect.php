<?php
/**
 * Connects a site with a code that Mautic has already issued: what the owner does in the browser,
 * event by event. Without settings and code, to a Mautic that there is not, but which accepts everything.
 *
 * Usage: php connect.php SITE [SETTINGS-AS-JSON CODE]
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;

if ( PHP_SAPI !== 'cli' ) {
	exit( 1 );
}

const INVENTED = '{"base_url":"https://mautic.example","client_id":"1_bench","client_secret":"secret"}';

define( 'CONNECT', array_combine( array( 'site', 'settings', 'code' ), array_slice( $argv, 1, 3 ) + array( 1 => INVENTED, 2 => 'code' ) ) );
$_SERVER['HTTP_HOST'] = 'wordpress.test';
require CONNECT['site'] . '/wp-load.php';
if ( INVENTED === CONNECT['settings'] ) {
	require dirname( __DIR__ ) . '/network/fixtures/mautics.php';
	add_filter( 'pre_http_request', static fn( $response, $arguments, $url ) => answer_of_a_mautic( $url ), 20, 3 );
}
wp_set_current_user( 1 );

/**
 * Sends one event, and goes no further if it does not go well.
 *
 * @param array $event The event.
 */
function send( array $event ): Connector_For_Mautic\Result {
	$result = Runner::of_site()->run( $event );
	if ( ! $result->ok() ) {
		fwrite( STDERR, wp_json_encode( $result->answer ) . "\n" );
		exit( 1 );
	}
	return $result;
}

send(
	array(
		'type'   => 'settings_saved',
		'values' => json_decode( CONNECT['settings'], true ),
	)
);
$authorize = Form_Handler::authorize_event();
parse_str( wp_parse_url( send( $authorize )->redirect, PHP_URL_QUERY ), $parameters );
send(
	array(
		'type'         => 'returned',
		'user'         => $authorize['user'],
		'redirect_uri' => $authorize['redirect_uri'],
		'query'        => http_build_query(
			array(
				'state' => $parameters['state'],
				'code'  => CONNECT['code'],
			)
		),
	)
);
