<?php
/**
 * The script of the page.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Adds the modules of assets/, and gives them what they need to know.
 *
 * They import each other by their files, under addresses into which the build puts the plugin's version. So they
 * need no import map, which WordPress prints as an inline script: a site's Content Security Policy may forbid those.
 */
final class Script_Modules {

	/**
	 * Modules that the entry imports, and those that they do. The compiled core comes when it is first asked.
	 */
	private const IMPORTED = array( 'checks', 'clock', 'copy', 'core', 'data', 'doctor', 'explain', 'guide', 'methods', 'preview' );

	/**
	 * What each is to know.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private static array $data = array();

	/**
	 * Adds the script to the page.
	 */
	public static function enqueue(): void {
		wp_enqueue_script_module( Settings_Page::SLUG, plugins_url( 'assets/settings.js', CONNECTOR_FOR_MAUTIC_FILE ), array(), CONNECTOR_FOR_MAUTIC_VERSION );
		add_action( 'admin_head', array( self::class, 'render_preloads' ) );
		self::print_in_administration();
	}

	/**
	 * Has the browser fetch all modules at once, and not one after the other as each import is found.
	 */
	public static function render_preloads(): void {
		foreach ( self::IMPORTED as $name ) {
			printf( "<link rel=\"modulepreload\" href=\"%s\">\n", esc_url( plugins_url( "assets/$name.js?ver=" . CONNECTOR_FOR_MAUTIC_VERSION, CONNECTOR_FOR_MAUTIC_FILE ) ) );
		}
	}

	/**
	 * Tells a module something, before the page ends.
	 *
	 * @param string               $name Its name.
	 * @param array<string, mixed> $data Facts and sentences; no secret.
	 */
	public static function tell( string $name, array $data ): void {
		self::$data[ $name ] = $data;
	}

	/**
	 * Prints what they are told.
	 */
	public static function render_data(): void {
		wp_print_inline_script_tag(
			(string) wp_json_encode( (object) self::$data, JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_SLASHES ),
			array(
				'type' => 'application/json',
				'id'   => 'connector-for-mautic-data',
			)
		);
		self::$data = array();
	}

	/**
	 * WordPress 6.5 and 6.6 have script modules, and print them on the site's own pages only.
	 */
	private static function print_in_administration(): void {
		$modules = wp_script_modules();
		if ( ! has_action( 'admin_print_footer_scripts', array( $modules, 'print_enqueued_script_modules' ) ) ) {
			add_action( 'admin_print_footer_scripts', array( $modules, 'print_enqueued_script_modules' ) );
		}
	}
}
