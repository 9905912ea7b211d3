<?php
/**
 * Nothing stays.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Alert;
use Connector_For_Mautic\Cron;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Installer;
use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Log;
use Connector_For_Mautic\Result;

final class UninstallTest extends Plugin_Case {

	public function test_uninstalling_leaves_nothing_of_ours_and_all_of_others(): void {
		global $wpdb;
		$this->storage()->write( '{"revision":1}', 1 );
		( new Lock() )->acquire( 'refresh', 60 );
		Installer::activate();
		wp_set_current_user( 1 );
		Flash::set( 'save', new Result( array( 'ok' => true ) ) );
		Cron::schedule( time() + 3600 );
		Log::append( array( array( 'type' => 'notify', 'code' => 'connected' ) ) );
		Alert::keep( array( 'code' => 'token.invalid_grant', 'since' => 5, 'from' => 5, 'button' => 'authorize' ) );
		add_option( 'connectorXforXmauticX', 'not ours' );
		// With a persistent object cache the transient is no row.
		$this->assertGreaterThanOrEqual( wp_using_ext_object_cache() ? 6 : 7, count( $this->traces() ) );
		$this->assertContains( 'connector_for_mautic_history', $this->traces() );

		define( 'WP_UNINSTALL_PLUGIN', 'connector-for-mautic/connector-for-mautic.php' );
		include WP_PLUGIN_DIR . '/connector-for-mautic/uninstall.php';

		$this->assertSame( array(), $this->traces() );
		$this->assertFalse( wp_next_scheduled( Cron::HOOK ) );
		$this->assertSame( 'not ours', $this->row( 'connectorXforXmauticX' ) );
		$this->assertFalse( get_option( 'connector_for_mautic_connection_default' ) );
		$this->assertNull( Alert::due() );
		$this->assertSame( array(), $wpdb->get_col( "SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE '%connector\\_for\\_mautic%'" ) );
	}

	public function test_deactivation_stops_the_clock_and_keeps_the_connection(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$stored = $this->row( 'connector_for_mautic_connection_default' );
		Cron::schedule( time() + 3600 );
		Installer::deactivate( false );
		$this->assertFalse( wp_next_scheduled( Cron::HOOK ) );
		$this->assertSame( $stored, $this->row( 'connector_for_mautic_connection_default' ) );
		Installer::activate();
		$this->assertNotFalse( wp_next_scheduled( Cron::HOOK ) );
	}

	public function test_the_file_cannot_be_called_by_itself(): void {
		$this->assertSame( array( 0, '' ), $this->php( WP_PLUGIN_DIR . '/connector-for-mautic/uninstall.php' ) );
	}

	private function traces(): array {
		global $wpdb;
		return $wpdb->get_col( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%connector\\_for\\_mautic\\_%'" );
	}
}
