<?php
/**
 * Actions for other plugins.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Tells the rest of the site what has become of the connection.
 */
final class Hooks {

	/**
	 * Fires what a `notify` effect says.
	 *
	 * @param array<string, mixed> $notice The effect.
	 * @param array<string, mixed> $status The status object.
	 */
	public static function fire( array $notice, array $status ): void {
		switch ( $notice['code'] ) {
			case 'connected':
				/**
				 * Fires when the site has been connected to Mautic.
				 *
				 * @param array $status The status object.
				 */
				do_action( 'connector_for_mautic_connected', $status );
				break;
			case 'refreshed':
				/**
				 * Fires when new tokens are stored.
				 *
				 * @param array $status The status object.
				 */
				do_action( 'connector_for_mautic_refreshed', $status );
				break;
			case 'recovered':
				/**
				 * Fires at the first success after `connector_for_mautic_connection_lost`.
				 *
				 * @param array $status The status object.
				 */
				do_action( 'connector_for_mautic_recovered', $status );
				break;
			case 'disconnected':
				/**
				 * Fires when somebody has disconnected the site.
				 *
				 * @param array $status The status object.
				 */
				do_action( 'connector_for_mautic_disconnected', $status );
				break;
			case 'connection_lost':
				/**
				 * Fires once when it is sure that the connection does not work: Mautic has refused it, or it
				 * still fails after ten minutes.
				 *
				 * @param array  $status The status object.
				 * @param string $code   The error's code.
				 */
				do_action( 'connector_for_mautic_connection_lost', $status, $notice['error'] ?? '' );
				break;
		}
	}
}
