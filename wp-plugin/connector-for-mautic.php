<?php
/**
 * Plugin Name:       Connector for Mautic
 * Description:       Connects this site to your Mautic server with OAuth 2, keeps it connected, and gives other plugins an authenticated Mautic API.
 * Version:           0.1.0
 * Requires at least: 6.5
 * Requires PHP:      8.1
 * Author:            The Connector for Mautic contributors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       connector-for-mautic
 * Domain Path:       /languages
 *
 * This file must parse on any PHP that WordPress ever ran on: it only decides whether the rest may
 * be loaded.
 *
 * @package Connector_For_Mautic
 */

defined( 'ABSPATH' ) || exit;

define( 'CONNECTOR_FOR_MAUTIC_VERSION', '0.1.0' );
define( 'CONNECTOR_FOR_MAUTIC_FILE', __FILE__ );

/**
 * What keeps the plugin from running here, or an empty string. No sentence yet: it is too early to
 * translate when this is first asked.
 *
 * @return string
 */
function connector_for_mautic_obstacle() {
	if ( version_compare( $GLOBALS['wp_version'], '6.5', '<' ) ) {
		return 'wordpress';
	}
	if ( PHP_VERSION_ID < 80100 ) {
		return 'php';
	}
	if ( PHP_INT_SIZE < 8 ) {
		return '32-bit';
	}
	// The extension, or the implementation in PHP that WordPress brings.
	return function_exists( 'sodium_crypto_aead_xchacha20poly1305_ietf_encrypt' ) ? '' : 'sodium';
}

/**
 * Refuses activation, and says why.
 */
function connector_for_mautic_refuse() {
	$sentences = array(
		/* translators: %s: version of WordPress */
		'wordpress' => sprintf( __( 'Connector for Mautic needs WordPress 6.5 or newer; this site runs WordPress %s.', 'connector-for-mautic' ), $GLOBALS['wp_version'] ),
		/* translators: %s: version of PHP */
		'php'       => sprintf( __( 'Connector for Mautic needs PHP 8.1 or newer; this site runs PHP %s.', 'connector-for-mautic' ), PHP_VERSION ),
		'32-bit'    => __( 'Connector for Mautic needs a 64-bit PHP; this site runs a 32-bit one.', 'connector-for-mautic' ),
		'sodium'    => __( 'Connector for Mautic needs the PHP extension sodium to encrypt what it stores; ask your host to switch it on.', 'connector-for-mautic' ),
	);
	deactivate_plugins( plugin_basename( __FILE__ ) );
	wp_die( esc_html( $sentences[ connector_for_mautic_obstacle() ] ), '', array( 'back_link' => true ) );
}

if ( '' === connector_for_mautic_obstacle() ) {
	require __DIR__ . '/includes/loader.php';
} else {
	register_activation_hook( __FILE__, 'connector_for_mautic_refuse' );
}
