<?php
/**
 * The script of the page.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Registers the modules of assets/ under the names by which they import each other, so that each is
 * fetched under an address with the plugin's version in it, and gives them what they need to know.
 */
final class Script_Modules {

	/**
	 * Modules beside the entry, by their files in assets/.
	 */
	private const NAMES = array( 'checks', 'clock', 'copy', 'core', 'data', 'doctor', 'explain', 'guide', 'methods', 'preview' );

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
		$imports = array();
		foreach ( self::NAMES as $name ) {
			$imports[] = self::register( $name, "assets/$name.js" );
		}
		// The compiled core comes when it is first asked.
		$imports[] = array(
			'id'     => self::register( 'wasm', 'assets/wasm/core.js' ),
			'import' => 'dynamic',
		);
		wp_enqueue_script_module( Settings_Page::SLUG, plugins_url( 'assets/settings.js', CONNECTOR_FOR_MAUTIC_FILE ), $imports, CONNECTOR_FOR_MAUTIC_VERSION );
		self::print_in_administration();
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
	 * Registers a module.
	 *
	 * @param string $name Its name.
	 * @param string $file Below the plugin's folder.
	 * @return string What the others import it as.
	 */
	private static function register( string $name, string $file ): string {
		$id = '@' . Settings_Page::SLUG . '/' . $name;
		wp_register_script_module( $id, plugins_url( $file, CONNECTOR_FOR_MAUTIC_FILE ), array(), CONNECTOR_FOR_MAUTIC_VERSION );
		return $id;
	}

	/**
	 * WordPress 6.5 and 6.6 have script modules, and print them on the site's own pages only. The map of
	 * names must stand before the first module.
	 */
	private static function print_in_administration(): void {
		$modules = wp_script_modules();
		if ( ! has_action( 'admin_print_footer_scripts', array( $modules, 'print_enqueued_script_modules' ) ) ) {
			add_action( 'admin_print_footer_scripts', array( $modules, 'print_import_map' ), 9 );
			add_action( 'admin_print_footer_scripts', array( $modules, 'print_enqueued_script_modules' ) );
			add_action( 'admin_print_footer_scripts', array( $modules, 'print_script_module_preloads' ) );
		}
	}
}
