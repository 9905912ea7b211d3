<?php
/**
 * The screen of connectors.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Connectors;
use Connector_For_Mautic\Settings_Page;

/** @group later-wordpress */
final class ConnectorsTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		$registry = WP_Connector_Registry::get_instance();
		if ( ! $registry->is_registered( Connectors::ID ) ) {
			// The tests are no page of the administration.
			Connectors::register( $registry );
		}
	}

	protected function tearDown(): void {
		wp_dequeue_script_module( 'connector-for-mautic-connectors' );
		parent::tearDown();
	}

	public function test_it_is_listed_and_wordpress_is_given_no_secret_to_keep(): void {
		$this->connect();
		$connector = wp_get_connector( Connectors::ID );
		$this->assertSame( 'Mautic', $connector['name'] );
		$this->assertSame( array( 'method' => 'none' ), $connector['authentication'] );
		$this->assertSame( 'connector-for-mautic/connector-for-mautic.php', $connector['plugin']['file'] );
		$this->assertTrue( $connector['plugin']['is_active']() );

		_wp_register_default_connector_settings();
		$this->assertSame( array(), preg_grep( '/mautic/', array_keys( get_registered_settings() ) ) );
		$data = apply_filters( 'script_module_data_options-connectors-wp-admin', array() );
		$this->assertTrue( $data['connectors'][ Connectors::ID ]['plugin']['isActivated'] );
		$this->assertStringNotContainsString( 's3cret', wp_json_encode( $data ) );
	}

	public function test_the_card_says_how_it_stands_and_leads_to_the_page(): void {
		Connectors::load();
		$card = apply_filters( 'script_module_data_connector-for-mautic-connectors', array() );
		$this->assertSame( array( 'Not configured', Settings_Page::url() ), array( $card['status'], $card['url'] ) );
		$this->connect();
		$card = apply_filters( 'script_module_data_connector-for-mautic-connectors', array() );
		$this->assertSame( 'Connected', $card['status'] );
		$this->assertStringNotContainsString( 'example.test', wp_json_encode( $card ) );
		$this->assertContains( 'connector-for-mautic-connectors', $this->queue() );
	}

	public function test_who_may_not_see_the_connection_gets_no_card(): void {
		wp_set_current_user( self::subscriber() );
		Connectors::load();
		$this->assertNotContains( 'connector-for-mautic-connectors', $this->queue() );
	}

	public function test_only_pages_of_the_administration_register_it(): void {
		list( $status, $output ) = $this->php( __DIR__ . '/fixtures/admin-hooks.php', SITE, 'wp_connectors_init', 'load-options-connectors.php' );
		$this->assertSame( 0, $status );
		$this->assertSame( 'yes yes', $output );
		$this->assertFalse( has_action( 'wp_connectors_init' ) );
	}

	private function queue(): array {
		return wp_script_modules()->get_queue();
	}
}
