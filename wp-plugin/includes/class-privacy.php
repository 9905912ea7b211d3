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
		wp_add_privacy_policy_content(
			__( 'Connector for Mautic', 'connector-for-mautic' ),
			'<p class="privacy-policy-tutorial">' . esc_html__( 'Connector for Mautic stores the connection to your Mautic server, encrypted: its address, client ID and secret, tokens, and the name, e-mail address and role of the Mautic user who authorized it. By itself it sends nothing about your visitors. Other plugins may send data to Mautic through it; describe here what they send.', 'connector-for-mautic' ) . '</p>'
			. '<p><strong class="privacy-policy-tutorial">' . esc_html__( 'Suggested text:', 'connector-for-mautic' ) . ' </strong>' . esc_html__( 'This site is connected to a Mautic server that we run or have run for us. Data that you give us may be processed there.', 'connector-for-mautic' ) . '</p>'
		);
	}
}
