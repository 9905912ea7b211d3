<?php
/**
 * Words for the site's privacy policy.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Suggests what to tell about the connection.
 */
final class Privacy {

	/**
	 * Adds the suggestion to WordPress' policy guide.
	 */
	public static function suggest_policy(): void {
		$explanation = array(
			__( 'Connector for Mautic stores the connection to your Mautic server in this site’s database, encrypted: the server’s address; depending on the method, a client ID and secret, or the user name and password of a Mautic user; tokens; and the name, e-mail address and role of the Mautic user that the connection speaks for. Tokens and that user’s data stay until somebody presses Disconnect, everything until somebody presses Reset or uninstalls the plugin.', 'connector-for-mautic' ),
			__( 'An authorization that has begun is kept with the ID of the WordPress user for up to 15 minutes, and what somebody entered on the page “Mautic” for up to 5. The log keeps the latest events as times, codes and numbers, and the history of 30 days when the connection was renewed, failed, lost and mended: no names, no addresses, no content. When the connection is lost and when it works again, the plugin writes to the site’s administration e-mail address, unless that is switched off.', 'connector-for-mautic' ),
			__( 'By itself it sends nothing about your visitors, and it contacts no server but your Mautic. Other plugins may send data to Mautic through it; describe here what they send.', 'connector-for-mautic' ),
			__( 'The tools to export and to erase personal data know the Mautic user’s name and e-mail address, and what is kept of a WordPress user.', 'connector-for-mautic' ),
		);
		wp_add_privacy_policy_content(
			__( 'Connector for Mautic', 'connector-for-mautic' ),
			implode( '', array_map( static fn( $text ) => '<p class="privacy-policy-tutorial">' . esc_html( $text ) . '</p>', $explanation ) )
			. '<p><strong class="privacy-policy-tutorial">' . esc_html__( 'Suggested text:', 'connector-for-mautic' ) . ' </strong>' . esc_html__( 'This site is connected to a Mautic server that we run or have run for us. Data that you give us may be processed there.', 'connector-for-mautic' ) . '</p>'
		);
	}
}
