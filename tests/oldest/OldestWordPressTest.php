<?php
/**
 * The oldest WordPress that the plugin supports: what came with later ones is not there and not missed.
 * Needs such a site; part `oldest` of scripts/test.sh.
 *
 * @package Connector_For_Mautic
 */

final class OldestWordPressTest extends Plugin_Case {

	public function test_the_site_is_one(): void {
		$header = get_plugin_data( CONNECTOR_FOR_MAUTIC_FILE, false, false );
		$this->assertStringStartsWith( $header['RequiresWP'] . '.', $GLOBALS['wp_version'] );
		foreach ( array( 'wp_register_ability', 'wp_get_connectors', 'wp_trigger_error_always_run' ) as $function ) {
			$this->assertFalse( function_exists( $function ), $function );
		}
		$this->assertTrue( is_plugin_active( plugin_basename( CONNECTOR_FOR_MAUTIC_FILE ) ) );
	}

	/** @dataProvider pages */
	public function test_a_page_of_the_administration_is_whole( string $path, string $words ): void {
		list( $status, $page ) = $this->php( __DIR__ . '/admin-page.php', SITE, $path );
		$this->assertSame( 0, $status, substr( $page, -2000 ) );
		$this->assertStringContainsString( $words, $page );
		$this->assertStringEndsWith( '</html>', trim( $page ) );
	}

	public function pages(): array {
		return array(
			'our page'         => array( 'admin.php?page=connector-for-mautic', 'name="base_url"' ),
			'its script'       => array( 'admin.php?page=connector-for-mautic', '/connector-for-mautic/assets/settings.js' ),
			'the menu'         => array( 'index.php', 'admin.php?page=connector-for-mautic' ),
			'Site Health'      => array( 'site-health.php', 'This site is not connected to Mautic yet' ),
			'its facts'        => array( 'site-health.php?tab=debug', 'health-check-accordion-block-connector-for-mautic' ),
			'the policy guide' => array( 'options-privacy.php?tab=policyguide', 'Connector for Mautic' ),
		);
	}
}
